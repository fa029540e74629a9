//! Login: the password again before the account can be managed, then the second factor where the account asks for one.
//! The page before the tabs, and the dialog over a draft, are the same form.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::second_factor::{Back, NumberForm, SecondFactor};
use crate::pages::store_ways::StoreWays;
use crate::parts::{Banner, Gate, Kind, PasswordField, Press, ProblemBanner, Submit};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::session::{Challenge, Session};
use postern_contract::shell::{PasswordInput, SignInStep, command};
use postern_contract::{Problem, Secret, rules};
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

    fn back(self) {
        self.password.start("");
        self.challenge.set(None);
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// What entering the password is good for.
pub fn intro(here: Here) -> String {
    let minutes = here.capabilities().step_up_seconds / 60;
    format!(
        "Enter your password again to manage this account. Changes then stay unlocked for {minutes} minutes."
    )
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
    view! {
        Gate(
            icon="lock",
            heading="Login",
            intro=view! { (intro) },
            after=view! { span { "Not " (name) "? Close this window and sign out in Postern." } },
        ) { PasswordForm(draft=draft, done=Rc::new(move |session| here.took(session))) }
    }
}

/// Both steps without a page around them. `cancel` leaves.
#[component(inline_props)]
pub fn LoginForm(
    draft: Draft,
    done: impl Fn(Session) + 'static,
    cancel: impl Fn() + Clone + 'static,
) -> View {
    let done: Rc<dyn Fn(Session)> = Rc::new(done);
    view! { (match draft.challenge.get_clone() {
        None => {
            let (done, cancel): (_, Rc<dyn Fn()>) = (Rc::clone(&done), Rc::new(cancel.clone()));
            view! { PasswordForm(draft=draft, done=done, cancel=cancel) }
        }
        Some(challenge) => {
            let (done, cancel) = (Rc::clone(&done), cancel.clone());
            view! {
                NumberForm(challenge=challenge, act=Act::Login, done=move |session| done(session))
                div(class="row") { Press(press=cancel) { "Cancel" } }
            }
        }
    }) }
}

/// The new token is kept in the secret store; where that fails, the ways on stand beside the words.
fn refusal(form: Form, problem: Problem) -> View {
    if !problem.code.as_str().starts_with("store_") {
        return view! { ProblemBanner(problem=problem, act=Act::Login) };
    }
    let row = view! { StoreWays(settled=move |_| form.solved(), class="button") };
    view! { Banner(kind=Kind::Store, said=words::problem(&problem, Act::Login), row=row) }
}

#[component(inline_props)]
fn PasswordForm(
    draft: Draft,
    done: Rc<dyn Fn(Session)>,
    #[prop(default)] cancel: Option<Rc<dyn Fn()>>,
) -> View {
    let here = Here::get();
    let form = draft.form;
    let email = here.session().map(|session| session.email).unwrap_or_default();
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
            (form.problem().map(|problem| refusal(form, problem)))
            input(hidden=true, readonly=true, autocomplete="username", "value"=email)
            PasswordField(field=draft.password, label="Password", autofocus=true)
            (row)
        }
    }
}
