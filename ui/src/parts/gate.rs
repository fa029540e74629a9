//! A page before the door: one narrow column in the middle, a mark, a heading, a form.

use super::{Icon, Results};
use sycamore::prelude::*;

/// `intro` is the sentence under the heading, `after` what stands under a line below the form, `results` what came of it.
#[component(inline_props)]
pub fn Gate(
    icon: &'static str,
    heading: &'static str,
    intro: View,
    #[prop(default)] after: Option<View>,
    #[prop(default)] results: View,
    children: Children,
) -> View {
    let after = after.map(|after| view! { div(class="after") { (after) } });
    view! {
        main(class="gate") {
            div(class="intro") {
                Icon(name=icon, class="icon mark")
                h1 { (heading) }
                p(class="quiet-text") { (intro) }
            }
            (children)
            (after)
        }
        Results { (results) }
    }
}
