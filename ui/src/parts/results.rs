//! What came of an act, and what stands in its way: a region of its own between the page and its footer, so that nothing on
//! the page moves when it comes and goes.

use sycamore::prelude::*;

/// Stands after `main` and before the footer. Empty, it takes no room.
#[component(inline_props)]
pub fn Results(children: Children) -> View {
    view! { div(class="results") { (children) } }
}
