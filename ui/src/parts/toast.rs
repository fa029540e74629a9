//! Copied: the one toast. It speaks once, not every second, and waits while it has focus.

use super::Icon;
use crate::words;
use sycamore::prelude::*;

/// Shown while `seconds` is above 0; `clear` is "Clear now". Stands last in the page, so its button is the last Tab stop.
#[component(inline_props)]
pub fn Toast(seconds: impl Fn() -> u32 + Copy + 'static, clear: impl Fn() + Clone + 'static) -> View {
    let shown = create_selector(move || seconds() > 0);
    view! { (if shown.get() {
        let clear = clear.clone();
        view! {
            div(class="toast") {
                Icon(name="check")
                span {
                    span(role="status") { "Copied" }
                    span("aria-hidden"="true") { ", clears in " span(class="num") { (words::seconds(seconds())) } }
                }
                button(r#type="button", class="button", on:click=move |_| clear()) { "Clear now" }
            }
        }
    } else {
        view! {}
    }) }
}
