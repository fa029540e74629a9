//! The footer of a form: what is not saved yet, the way back, and OK at the right.

use super::{Press, Submit};
use std::rc::Rc;
use sycamore::prelude::*;

/// `form` is the id of the form OK commits; `note` says what is not saved yet. The way back is there while `changed`.
#[component(inline_props)]
pub fn Actions(
    form: &'static str,
    note: impl Fn() -> String + 'static,
    #[prop(setter(into))] changed: MaybeDyn<bool>,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    #[prop(default = "Undo changes")] back: &'static str,
    go_back: impl Fn() + 'static,
) -> View {
    footer_of(form, Box::new(note), changed, busy, back, Rc::new(go_back))
}

/// Boxed, so that the page holds one copy for all forms.
fn footer_of(
    form: &'static str,
    note: Box<dyn Fn() -> String>,
    changed: MaybeDyn<bool>,
    busy: MaybeDyn<bool>,
    back: &'static str,
    go_back: Rc<dyn Fn()>,
) -> View {
    // an id, so that the focus comes back here from a dialog
    let id = format!("{form}-ok");
    let note = create_selector(note);
    view! {
        footer(class="actions") {
            p(class="note") { (note.get_clone()) }
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
