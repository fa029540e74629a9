//! Nothing here yet: one sentence of use, one action.

use super::Icon;
use sycamore::prelude::*;

/// `children` is the action.
#[component(inline_props)]
pub fn Empty(
    icon: &'static str,
    heading: &'static str,
    #[prop(setter(into))] text: String,
    #[prop(default)] children: Children,
) -> View {
    view! {
        div(class="empty") {
            Icon(name=icon)
            h3 { (heading) }
            p { (text) }
            div(class="row") { (children) }
        }
    }
}
