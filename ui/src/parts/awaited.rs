//! What is being read: a skeleton while it takes long, the view once it is there, the problem and a way on.
//!
//! The view of *ready* is built once, from the value of that moment, and stays; a form in it is never rebuilt.

use super::{Press, ProblemBanner};
use crate::load::{Course, Load, Phase};
use crate::words::Act;
use sycamore::prelude::*;

/// Five grey lines. `what` is heard: "Reading the account".
#[component(inline_props)]
pub fn Skeleton(what: &'static str) -> View {
    view! {
        div(class="stack tight", "aria-busy"="true") {
            p(class="visually-hidden", role="status") { (what) }
            div(class="skeleton w40") {} div(class="skeleton field-size") {}
            div(class="skeleton w40") {} div(class="skeleton field-size") {} div(class="skeleton w70") {}
        }
    }
}

/// Draws `load`; `ready` is called once, with the first value.
#[component(inline_props)]
pub fn Awaited<T: Clone + 'static>(
    load: Load<T>,
    what: &'static str,
    ready: impl Fn(T) -> View + 'static,
) -> View {
    let built = move || untrack(|| load.now().map(&ready)).unwrap_or_default();
    awaited(load.course, what, Box::new(built))
}

/// Boxed, so that the page holds one copy, whatever is read.
fn awaited(course: Course, what: &'static str, built: Box<dyn Fn() -> View>) -> View {
    let phase = create_selector(move || course.phase());
    view! { (match phase.get() {
        Phase::Asked => view! { div("aria-busy"="true") {} },
        Phase::Waiting => view! { Skeleton(what=what) },
        Phase::Ready => built(),
        Phase::Failed => untrack(|| course.problem()).map(|problem| view! {
            ProblemBanner(
                problem=problem,
                act=Act::Read,
                action=view! { Press(press=move || course.again()) { "Try again" } },
            )
        }).unwrap_or_default(),
    }) }
}
