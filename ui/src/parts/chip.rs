//! A small fact in a rounded frame; with an icon and words, never colour alone.

use super::Icon;
use sycamore::prelude::*;

/// A chip that only tells.
#[component(inline_props)]
pub fn Chip(icon: &'static str, #[prop(setter(into))] text: String) -> View {
    view! { span(class="chip") { Icon(name=icon) (text) } }
}
