//! Where am I: the tile with initials, the backend's named chip, and the time for which changes are unlocked.

use super::Icon;
use crate::words;
use postern_contract::shell::BackendFace;
use sycamore::prelude::*;

/// Initials, name and address.
#[component(inline_props)]
pub fn Who(#[prop(setter(into))] name: String, #[prop(setter(into))] email: String) -> View {
    let initials = words::initials(&name);
    view! {
        div(class="who") {
            span(class="initials", "aria-hidden"="true") { (initials) }
            span { b { (name) } small { (email) } }
        }
    }
}

/// The backend's name and colour.
#[component(inline_props)]
pub fn BackendChip(backend: BackendFace) -> View {
    view! {
        span(class="chip backend", "data-backend"=backend.color) {
            span(class="visually-hidden") { "Backend: " }
            (backend.name)
        }
    }
}

/// The countdown of the unlocked state; gone at 0. Amber under a minute. Pressing it asks for the password again.
#[component(inline_props)]
pub fn UnlockedChip(seconds: impl Fn() -> u32 + Copy + 'static, press: impl Fn() + Clone + 'static) -> View {
    let shown = create_selector(move || seconds() > 0);
    let low = create_selector(move || seconds() < 60);
    view! { (if shown.get() {
        let press = press.clone();
        view! {
            button(
                r#type="button",
                class=move || if low.get() { "chip low" } else { "chip" },
                on:click=move |_| press(),
            ) {
                Icon(name="unlock")
                span { "Unlocked" span("aria-hidden"="true") { " for " (words::minutes_seconds(seconds())) } }
                span(class="visually-hidden") { ". Start the ten minutes again" }
            }
        }
    } else {
        view! {}
    }) }
}
