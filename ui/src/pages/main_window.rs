//! The window main: sign-in while nobody is signed in, then the console. The address typed at sign-in outlives a session,
//! but not an account.

use crate::pages::console::Console;
use crate::pages::offline::recall_in_trouble;
use crate::pages::sign_in::{Draft, SignInWith};
use crate::pages::unsaved::{Drafts, LeaveDialog, Unsaved};
use crate::session::Here;
use crate::words::Act;
use postern_contract::Problem;
use postern_contract::shell::Ended;
use std::rc::Rc;
use sycamore::prelude::*;

/// Follows the session.
#[component]
pub fn MainWindow() -> View {
    let drafts = Drafts::provide();
    let (here, draft) = (Here::get(), Draft::new());
    Drafts::hold(Creating { draft, here });
    let email = create_selector(move || match here.session() {
        Some(session) => Some(session.email),
        None => (here.why_ended() == Some(Ended::Canceled)).then(String::new),
    });
    create_effect(move || {
        if let Some(email) = email.get_clone() {
            draft.email.start(&email);
            if email.is_empty() {
                draft.email.focus();
            }
        }
    });
    recall_in_trouble(here);
    let signed_in = create_selector(move || here.stays());
    view! {
        (if signed_in.get() { view! { Console() } } else { view! { SignInWith(draft=draft) } })
        LeaveDialog(drafts=drafts)
    }
}

/// What is typed in Create account. It is created with its own button alone.
struct Creating {
    draft: Draft,
    here: Here,
}

impl Unsaved for Creating {
    fn name(&self) -> &'static str {
        "Create account"
    }

    fn changed(&self) -> bool {
        !self.here.stays() && self.draft.creating.get().is_some_and(|creating| creating.form.changed())
    }

    fn busy(&self) -> bool {
        false
    }

    fn saves(&self) -> Option<Rc<dyn Fn()>> {
        None
    }

    fn problem(&self) -> Option<(Problem, Act)> {
        None
    }
}
