//! The question before typed text is lost.

use super::{holds, lacks};
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::pages::manage_account::Unlock;
use postern_ui::pages::unsaved::{Drafts, LeaveDialog};
use postern_ui::pages::user_information::Draft;
use postern_ui::session::{Here, sample_opening};
use std::cell::Cell;
use std::rc::Rc;
use sycamore::prelude::*;

fn asked(happened: impl FnOnce(Draft) + 'static) -> (String, bool) {
    let left = Rc::new(Cell::new(false));
    let leaves = Rc::clone(&left);
    let page = sycamore::render_to_string(move || {
        Here::provide(sample_opening());
        Unlock::provide();
        let drafts = Drafts::provide();
        let draft = Draft::new(samples::account());
        happened(draft);
        drafts.before(move || leaves.set(true));
        view! { LeaveDialog(drafts=drafts) }
    });
    (page, left.get())
}

#[test]
fn d2_without_changes_nothing_is_asked() {
    let (page, left) = asked(|draft| {
        draft.name.typed("Mina Lee".to_owned());
        draft.undo();
    });
    lacks(&page, &["alertdialog"]);
    assert!(left);
}

#[test]
fn d2_with_changes_save_discard_and_keep_editing_are_offered() {
    let (page, left) = asked(|draft| draft.name.typed("Mina Lee".to_owned()));
    holds(&page, &["role=\"alertdialog\"", "Save your changes?", "Not saved yet: User information."]);
    holds(&page, &["Save<", "Discard", "Keep editing"]);
    assert!(!left);
}

#[test]
fn d2_a_refusal_that_came_before_is_not_shown_until_saving_failed() {
    let (page, _) = asked(|draft| {
        draft.name.typed("Mina Lee".to_owned());
        draft.form.refuse(Problem::new(ProblemCode::BackendUnreachable));
    });
    lacks(&page, &["role=\"alert\""]);
}
