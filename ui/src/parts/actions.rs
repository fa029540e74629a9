//! The footer of a form: what is not saved yet or was just saved, the way back, and OK under the right edge of the form.

use super::{Icon, Press, Submit};
use std::rc::Rc;
use sycamore::prelude::*;

/// `form` is the id of the form OK commits; `note` says what is not saved yet, `done` what was, until the next edit. The
/// way back is there while `changed`.
#[component(inline_props)]
pub fn Actions(
    form: &'static str,
    note: impl Fn() -> String + 'static,
    #[prop(default = Rc::new(|| None))] done: Rc<dyn Fn() -> Option<String>>,
    #[prop(setter(into))] changed: MaybeDyn<bool>,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    #[prop(default = "Undo changes")] back: &'static str,
    go_back: impl Fn() + 'static,
) -> View {
    footer_of(form, (Box::new(note), done), changed, busy, back, Rc::new(go_back))
}

type Said = (Box<dyn Fn() -> String>, Rc<dyn Fn() -> Option<String>>);

/// Boxed, so that the page holds one copy for all forms.
fn footer_of(
    form: &'static str,
    (note, done): Said,
    changed: MaybeDyn<bool>,
    busy: MaybeDyn<bool>,
    back: &'static str,
    go_back: Rc<dyn Fn()>,
) -> View {
    // an id, so that the focus comes back here from a dialog
    let id = format!("{form}-ok");
    let (note, done) = (create_selector(note), create_selector(move || done()));
    view! {
        footer(class="actions form") {
            div(class="note") {
                p(role="status") { (done.get_clone().map(|done| view! { Icon(name="done", class="icon small") (done) })) }
                p { (if done.with(Option::is_none) { note.get_clone() } else { String::new() }) }
            }
            (if changed.get() {
                let go_back = Rc::clone(&go_back);
                view! { Press(class="button quiet", press=move || go_back()) { (back) } }
            } else {
                view! {}
            })
            Submit(label="OK", busy_label="Saving…", form=form, busy=busy, id=id)
        }
    }
}
