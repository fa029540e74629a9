//! A tab while what it shows is read: the skeleton or the problem in its panel, then the page, built once.

use super::{Panel, Sheet};
use crate::bridge;
use crate::load::{Course, Load, Phase};
use crate::parts::Awaited;
use postern_contract::shell::event;
use sycamore::prelude::*;

/// `ready` is called once, with the first value; it draws panel and footer.
#[component(inline_props)]
pub fn Reading<T: Clone + 'static>(
    sheet: Sheet,
    load: Load<T>,
    what: &'static str,
    ready: impl Fn(T) -> View + 'static,
) -> View {
    let built = move || untrack(|| load.now().map(&ready)).unwrap_or_default();
    let waiting = move || view! { Awaited(load=load, what=what, ready=|_| view! {}) };
    reading(sheet, load.course, Box::new(waiting), Box::new(built))
}

/// Boxed, so that the page holds one copy, whatever is read.
fn reading(
    sheet: Sheet,
    course: Course,
    waiting: Box<dyn Fn() -> View>,
    built: Box<dyn Fn() -> View>,
) -> View {
    // After signing in again, what could not be read is read by itself.
    bridge::listen_here(event::SESSION_CHANGED, move |()| {
        if untrack(|| course.phase()) == Phase::Failed {
            course.again();
        }
    });
    let is_ready = create_selector(move || course.phase() == Phase::Ready);
    view! { (if is_ready.get() {
        built()
    } else {
        let waiting = waiting();
        view! { Panel(sheet=sheet) { div(class="page") { (waiting) } } }
    }) }
}
