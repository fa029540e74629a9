//! The footer of a form: what is not saved yet, the way back, and OK at the right.

use super::{Press, Submit};
use sycamore::prelude::*;

/// `form` is the id of the form OK commits; `note` says what is not saved yet. The way back is there while `changed`.
#[component(inline_props)]
pub fn Actions(
    form: &'static str,
    note: impl Fn() -> String + 'static,
    #[prop(setter(into))] changed: MaybeDyn<bool>,
    #[prop(setter(into))] busy: MaybeDyn<bool>,
    #[prop(default = "Undo changes")] back: &'static str,
    go_back: impl Fn() + Clone + 'static,
) -> View {
    // an id, so that the focus comes back here from a dialog
    let id = format!("{form}-ok");
    let note = create_selector(note);
    view! {
        footer(class="actions") {
            p(class="note") { (note.get_clone()) }
            (if changed.get() {
                let go_back = go_back.clone();
                view! { Press(class="button quiet", press=go_back) { (back) } }
            } else {
                view! {}
            })
            Submit(label="OK", busy_label="Saving…", form=form, busy=busy, id=id)
        }
    }
}
