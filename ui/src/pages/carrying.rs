//! What is typed in the tabs of a window and not saved: it goes along when somebody prepares the changes instead. Passwords
//! and numbers have no place in it.

use crate::bridge;
use crate::form::Form;
use postern_contract::plan::Typed;
use postern_contract::shell::command;
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::{on_cleanup, try_use_context};

type Tell = Rc<dyn Fn() -> Typed>;

/// The drafts of a window, given by context.
#[derive(Clone, Copy)]
pub struct Carrying(Signal<Vec<Tell>>);

impl Carrying {
    /// Gives it to everything below.
    pub fn provide() -> Self {
        let drafts = Self(create_signal(Vec::new()));
        provide_context(drafts);
        drafts
    }

    /// The window's, where it has any drafts.
    pub fn here() -> Option<Self> {
        try_use_context()
    }

    /// What is typed in all of them.
    pub fn typed(self) -> Typed {
        let drafts = self.0.get_clone_untracked();
        drafts.iter().fold(Typed::default(), |typed, tell| typed.then(untrack(|| tell())))
    }
}

/// From now on, and until the current scope ends, what `tell` answers goes along.
pub fn goes_along(tell: impl Fn() -> Typed + 'static) {
    let Some(Carrying(drafts)) = Carrying::here() else { return };
    let tell: Tell = Rc::new(tell);
    drafts.update_silent(|drafts| drafts.push(Rc::clone(&tell)));
    on_cleanup(move || {
        if drafts.is_alive() {
            drafts.update_silent(|drafts| drafts.retain(|one| !Rc::ptr_eq(one, &tell)));
        }
    });
}

/// Opens (or raises) the window Prepared changes at a plan that begins with what is typed here.
pub fn prepare_changes(acts: Form, drafts: Option<Carrying>) {
    let typed = drafts.map(Carrying::typed).unwrap_or_default();
    acts.ask(|| bridge::call::<command::PrepareChanges>(typed), |()| {});
}
