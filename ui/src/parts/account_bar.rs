//! Where am I: the tile with initials, the backend's named chip, and whether changes are unlocked.

use super::{Icon, Item, Menu, MenuFace};
use crate::words;
use postern_contract::shell::BackendFace;
use std::rc::Rc;
use sycamore::prelude::*;

/// Initials, name and address.
#[component(inline_props)]
pub fn Who(#[prop(setter(into))] name: String, #[prop(setter(into))] email: String) -> View {
    let initials = words::initials(&name);
    // either may be cut off in a narrow window
    let (whole_name, whole_email) = (name.clone(), email.clone());
    view! {
        div(class="who") {
            span(class="initials", "aria-hidden"="true") { (initials) }
            span { b(title=whole_name) { (name) } small(title=whole_email) { (email) } }
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

/// Whether changes are unlocked: the time that is left with a menu to lock them, or *Locked*, which asks for the password.
#[component(inline_props)]
pub fn LockChip(
    seconds: impl Fn() -> u32 + Copy + 'static,
    ask: impl Fn() + Copy + 'static,
    lock: impl Fn() + Copy + 'static,
) -> View {
    let left = create_selector(seconds);
    let unlocked = create_selector(move || left.get() > 0);
    view! { (if unlocked.get() {
        let items = vec![
            item("Start the ten minutes again", "clock", ask),
            item("Lock now", "lock", lock),
        ];
        view! { Menu(id="lock-chip", face=MenuFace::Unlocked { seconds: left }, items=items) }
    } else {
        view! {
            button(r#type="button", class="chip", id="lock-chip", on:click=move |_| ask()) {
                Icon(name="lock")
                span { "Locked" }
                span(class="visually-hidden") { ". Enter your password to save changes" }
            }
        }
    }) }
}

fn item(label: &'static str, icon: &'static str, act: impl Fn() + 'static) -> Item {
    Item { label, icon, danger: false, act: Rc::new(act), held_back: false.into() }
}
