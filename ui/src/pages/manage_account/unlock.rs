//! Changes are unlocked for a while after the password was entered. When that is over, the password is asked again in a
//! dialog over the draft, and what was refused is repeated by itself.

use crate::bridge;
use crate::pages::login::{Draft, LoginForm};
use crate::pages::second_factor;
use crate::parts::{Dialog, DialogRole};
use crate::session::Here;
use postern_contract::session::Session;
use postern_contract::shell::command;
use postern_contract::{Problem, ProblemCode};
use std::rc::Rc;
use sycamore::prelude::*;

type Attempt = Rc<dyn Fn()>;

/// The window's lock on changes, given by context.
#[derive(Clone, Copy)]
pub struct Unlock {
    here: Here,
    scope: NodeHandle,
    asked: Signal<bool>,
    then: Signal<Option<Attempt>>,
    low: ReadSignal<bool>,
}

impl Unlock {
    /// Gives it to everything below.
    pub fn provide() -> Self {
        let here = Here::get();
        let low = create_selector(move || (1..=60).contains(&here.unlocked_seconds()));
        let unlock = Self {
            here,
            scope: use_current_scope(),
            asked: create_signal(false),
            then: create_signal(None),
            low,
        };
        provide_context(unlock);
        unlock
    }

    /// The window's.
    pub fn get() -> Self {
        use_context()
    }

    /// Asks for the password, so that the time starts again.
    pub fn ask(self) {
        self.then.set(None);
        self.asked.set(true);
    }

    /// Locks changes now, in every window.
    pub fn lock(self) {
        bridge::spawn_in(self.scope, async move {
            if bridge::call::<command::Lock>(()).await.is_ok() {
                self.here.lock();
            }
        });
    }

    /// Asks for the password, then does `attempt`.
    pub fn ask_first(self, attempt: impl Fn() + 'static) {
        self.then.set(Some(Rc::new(attempt)));
        self.asked.set(true);
    }

    /// Takes a problem that is about being unlocked or signed in; answers whether it was one. Where the password has to
    /// be entered again, `attempt` is made once it was.
    pub fn heed(self, problem: &Problem, attempt: impl Fn() + 'static) -> bool {
        self.here.heed(problem);
        match problem.code {
            ProblemCode::StepUpRequired => self.ask_first(attempt),
            ProblemCode::Unauthenticated => self.asked.set(false),
            _ => return false,
        }
        true
    }

    /// Whether it ends within a minute.
    pub fn low(self) -> bool {
        self.low.get()
    }

    /// Whether the password is being asked for.
    pub fn asking(self) -> bool {
        self.asked.get()
    }

    fn entered(self, session: Session) {
        self.here.took(session);
        self.asked.set(false);
        if let Some(attempt) = self.then.take() {
            attempt();
        }
    }

    fn leave(self) {
        self.then.set(None);
        self.asked.set(false);
    }
}

/// The dialog. Leaving it changes nothing.
#[component(inline_props)]
pub fn UnlockDialog(unlock: Unlock) -> View {
    let draft = Draft::new();
    create_effect(move || {
        // nothing typed stays once the dialog is closed
        if !unlock.asked.get() {
            untrack(|| draft.back());
        }
    });
    view! { UnlockDialogWith(unlock=unlock, draft=draft) }
}

/// The dialog over a draft.
#[component(inline_props)]
pub fn UnlockDialogWith(unlock: Unlock, draft: Draft) -> View {
    let content = move || {
        let why = if unlock.then.with(Option::is_none) {
            ""
        } else if unlock.here.unlocked_seconds() > 0 {
            "This cannot be undone. Enter your password to continue. "
        } else {
            "Changes are locked. Enter your password to save. What you typed is still here. "
        };
        view! {
            LoginForm(draft=draft, why=why, done=move |session| unlock.entered(session), cancel=move || unlock.leave())
        }
    };
    let heading =
        move || if draft.challenge.with(Option::is_some) { second_factor::HEADING } else { "Login" };
    view! {
        Dialog(
            id="unlock",
            role=DialogRole::Dialog,
            heading=heading,
            open=*unlock.asked,
            first="password",
            escape=move || unlock.leave(),
            content=content,
        )
    }
}
