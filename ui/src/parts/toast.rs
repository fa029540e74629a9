//! Copied: the one toast. It speaks once, not every second, and waits while it has focus.

use super::Icon;
use crate::words;
use std::rc::Rc;
use sycamore::prelude::*;

/// Shown while `seconds` is above 0; `what` names what was copied, `clear` is "Clear now". Stands last in the page, so its button is the last Tab stop.
#[component(inline_props)]
pub fn Toast(
    seconds: impl Fn() -> u32 + 'static,
    what: impl Fn() -> String + 'static,
    clear: impl Fn() + 'static,
) -> View {
    toast(Rc::new(seconds), Rc::new(what), Rc::new(clear))
}

/// Boxed, so that the page holds one copy.
fn toast(seconds: Rc<dyn Fn() -> u32>, what: Rc<dyn Fn() -> String>, clear: Rc<dyn Fn()>) -> View {
    let left = Rc::clone(&seconds);
    let shown = create_selector(move || left() > 0);
    view! { (if shown.get() {
        let (seconds, what, clear) = (Rc::clone(&seconds), Rc::clone(&what), Rc::clone(&clear));
        view! {
            div(class="toast") {
                Icon(name="check")
                span {
                    span(role="status") { (what()) }
                    span("aria-hidden"="true") { ", clears in " span(class="num") { (words::seconds(seconds())) } }
                }
                button(r#type="button", class="button", on:click=move |_| clear()) { "Clear now" }
            }
        }
    } else {
        view! {}
    }) }
}
