//! Login: the password again before the account can be managed, then the second factor where the account asks for one.
//! The page before the tabs, and the dialog over a draft, are the same form.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::offline;
use crate::pages::second_factor::{Answer, Back, NumberForm, SecondFactor};
use crate::pages::store_ways;
use crate::pages::unsaved::sign_out;
use crate::parts::{Gate, PasswordField, Press, ProblemBanner, Submit};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::session::{Challenge, Session};
use postern_contract::shell::{PasswordInput, SignInStep, command};
use postern_contract::{Secret, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// What is typed and where it stands. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The password.
    pub password: Field,
    /// With the button.
    pub form: Form,
    /// The second factor being asked for.
    pub challenge: Signal<Option<Challenge>>,
}

impl Draft {
    /// Nothing typed.
    pub fn new() -> Self {
        let password = Field::new("password", "password", rules::password);
        Self { password, form: Form::new(&[password]), challenge: create_signal(None) }
    }

    fn submit(self, here: Here, done: impl Fn(Session) + 'static) {
        let ask = move || {
            bridge::call::<command::StepUp>(PasswordInput { password: Secret::new(self.password.now()) })
        };
        let stepped = move |step| match step {
            SignInStep::Complete { session } => done(session),
            SignInStep::SecondFactor { challenge } => self.challenge.set(Some(challenge)),
        };
        self.form.submit_heeding(ask, stepped, move |problem| {
            here.heed(problem);
            self.password.focus();
            false
        });
    }

    /// Nothing typed again.
    pub fn back(self) {
        batch(|| {
            self.password.start("");
            self.form.solved();
            // only where there is one: the form is not to be built again
            if self.challenge.with_untracked(Option::is_some) {
                self.challenge.set(None);
            }
        });
    }

    /// What went wrong, else `otherwise`. The ways on stand beside a secret store that cannot keep the new token.
    fn banner(self, otherwise: fn(Here) -> Option<View>) -> View {
        let (form, here) = (self.form, Here::get());
        view! { (match form.problem() {
            Some(problem) => store_ways::refusal(problem, Act::Login, move || form.solved()),
            None => otherwise(here).unwrap_or_default(),
        }) }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// What entering the password is good for.
pub fn intro(here: Here) -> String {
    format!("Enter your password again to manage this account. {}", unlocks_for(here))
}

fn unlocks_for(here: Here) -> String {
    let minutes = here.capabilities().step_up_seconds / 60;
    format!("Changes then stay unlocked for {minutes} minutes.")
}

/// The page.
#[component]
pub fn Login() -> View {
    view! { LoginWith(draft=Draft::new()) }
}

/// The page over a draft.
#[component(inline_props)]
pub fn LoginWith(draft: Draft) -> View {
    let here = Here::get();
    view! { (match draft.challenge.get_clone() {
        None => view! { Password(draft=draft) },
        Some(challenge) => view! {
            SecondFactor(
                challenge=challenge,
                act=Act::Login,
                done=move |session| here.took(session),
                back=Back { label: "Back to Login", asks: "No number?" },
                go_back=move || draft.back(),
            )
        },
    }) }
}

#[component(inline_props)]
fn Password(draft: Draft) -> View {
    let here = Here::get();
    let intro = intro(here);
    let name = here.session().map(|session| session.name).unwrap_or_default();
    let leaving = Form::new(&[]);
    let scope = use_current_scope();
    let leave = move || sign_out(here, leaving, scope);
    let banner = draft.banner(offline::banner);
    let results = view! {
        (leaving.problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Login) }))
        (banner)
    };
    view! {
        Gate(
            icon="lock",
            heading="Login",
            intro=view! { (intro) },
            results=results,
            after=view! { span { "Not " (name) "?" } Press(class="button quiet", press=leave) { "Sign out" } },
        ) { PasswordForm(draft=draft, done=Rc::new(move |session| here.took(session))) }
    }
}

/// Both steps in a dialog: what each asks for, and where the number went. `why` stands in place of what the password is
/// for; `cancel` leaves.
#[component(inline_props)]
pub fn LoginForm(
    draft: Draft,
    why: &'static str,
    done: impl Fn(Session) + 'static,
    cancel: impl Fn() + 'static,
) -> View {
    login_form(draft, why, Rc::new(done), Rc::new(cancel))
}

fn login_form(draft: Draft, why: &'static str, done: Rc<dyn Fn(Session)>, cancel: Rc<dyn Fn()>) -> View {
    let here = Here::get();
    view! { (match draft.challenge.get_clone() {
        None => {
            let (done, cancel, banner) = (Rc::clone(&done), Rc::clone(&cancel), draft.banner(|_| None));
            let intro = untrack(|| if why.is_empty() { intro(here) } else { unlocks_for(here) });
            view! {
                p { (why) (intro) }
                PasswordForm(draft=draft, done=done, cancel=cancel)
                (banner)
            }
        }
        Some(challenge) => {
            let answer = Answer::new(&challenge, Act::Login, Rc::clone(&done));
            let (before, address, after) = words::sent_to(&challenge);
            let (cancel, banner) = (Rc::clone(&cancel), answer.banner(|_| None));
            view! {
                p { (before) b { (address) } (after) }
                NumberForm(answer=answer, cancel=cancel)
                (banner)
            }
        }
    }) }
}

#[component(inline_props)]
fn PasswordForm(
    draft: Draft,
    done: Rc<dyn Fn(Session)>,
    #[prop(default)] cancel: Option<Rc<dyn Fn()>>,
) -> View {
    let here = Here::get();
    let form = draft.form;
    let email = untrack(|| here.session()).map(|session| session.email).unwrap_or_default();
    let busy = move || form.busy();
    let row = match cancel {
        None => {
            view! { Submit(label="Continue", busy_label="Checking…", class="button primary block", busy=busy) }
        }
        Some(cancel) => view! {
            div(class="row") {
                Press(press=move || cancel()) { "Cancel" }
                Submit(label="Continue", busy_label="Checking…", busy=busy)
            }
        },
    };
    view! {
        form(novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let done = Rc::clone(&done);
            draft.submit(here, move |session| done(session));
        }) {
            input(hidden=true, readonly=true, autocomplete="username", "value"=email)
            PasswordField(field=draft.password, label="Password", autofocus=true)
            (row)
        }
    }
}
