//! Sign in: email address and password, then the second factor where the account asks for one.
//!
//! The secret store is asked before the password is sent: where it cannot be used, the page says so and offers a way on,
//! and the password is never tried in vain.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::second_factor::{Back, SecondFactor};
use crate::parts::{Banner, Gate, Kind, PasswordField, Press, ProblemBanner, Submit, TextField};
use crate::session::Here;
use crate::words::{self, Act, Said};
use postern_contract::session::Challenge;
use postern_contract::shell::{SignInInput, SignInStep, StoreState, command};
use postern_contract::{Problem, Secret, rules};
use sycamore::prelude::*;

/// What is typed and where it stands. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The address.
    pub email: Field,
    /// The password.
    pub password: Field,
    /// Both, with the button.
    pub form: Form,
    /// The second factor being asked for.
    pub challenge: Signal<Option<Challenge>>,
    /// The secret store being asked again.
    pub store: Form,
}

impl Draft {
    /// Nothing typed.
    pub fn new() -> Self {
        let email = Field::new("email", "email", rules::email_address);
        let password = Field::new("password", "password", rules::password);
        Self {
            email,
            password,
            form: Form::new(&[email, password]),
            challenge: create_signal(None),
            store: Form::new(&[]),
        }
    }

    fn submit(self, here: Here) {
        let ask = move || {
            let input = SignInInput { email: self.email.now(), password: Secret::new(self.password.now()) };
            bridge::call::<command::SignIn>(input)
        };
        self.form.submit(ask, move |step| self.stepped(here, step));
    }

    fn stepped(self, here: Here, step: SignInStep) {
        match step {
            SignInStep::Complete { session } => {
                self.password.start("");
                here.took(session);
            }
            SignInStep::SecondFactor { challenge } => self.challenge.set(Some(challenge)),
        }
    }

    fn unlock_store(self, here: Here) {
        self.store.ask(|| bridge::call::<command::UnlockStore>(()), move |state| self.store_is(here, state));
    }

    fn use_memory_only(self, here: Here) {
        self.store
            .ask(|| bridge::call::<command::UseMemoryOnly>(()), move |state| self.store_is(here, state));
    }

    fn store_is(self, here: Here, state: StoreState) {
        here.store_is(state);
        self.form.solved();
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// The page.
#[component]
pub fn SignIn() -> View {
    view! { SignInWith(draft=Draft::new()) }
}

/// The page over a draft.
#[component(inline_props)]
pub fn SignInWith(draft: Draft) -> View {
    let here = Here::get();
    view! { (match draft.challenge.get_clone() {
        None => view! { Credentials(draft=draft) },
        Some(challenge) => view! {
            SecondFactor(
                challenge=challenge,
                act=Act::SignIn,
                done=move |session| { draft.password.start(""); here.took(session); },
                back=Back { label: "Back to sign in", asks: "Another account?" },
                go_back=move || draft.challenge.set(None),
            )
        },
    }) }
}

#[component(inline_props)]
fn Credentials(draft: Draft) -> View {
    let here = Here::get();
    let (face, form) = (untrack(|| here.backend()), draft.form);
    let intro = if face.embedded {
        "to the accounts kept on this computer".to_owned()
    } else {
        format!("to {}", face.name)
    };
    view! {
        Gate(icon="mark", heading="Sign in", intro=view! { (intro) }) {
            form(novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.submit(here);
            }) {
                (notice(draft, here))
                TextField(field=draft.email, label="Email address", kind="email", autocomplete="username", autofocus=true)
                PasswordField(field=draft.password, label="Password")
                Submit(label="Sign in", busy_label="Signing in…", class="button primary block", busy=move || form.busy())
            }
        }
    }
}

/// The one banner: what stands in the way, most pressing first.
fn notice(draft: Draft, here: Here) -> View {
    let store = create_selector(move || here.store());
    view! { (match (store.get(), draft.form.problem()) {
        (StoreState::Failing(_), _) => store_banner(draft, here),
        (_, Some(problem)) => view! { ProblemBanner(problem=problem, act=Act::SignIn) },
        (state @ StoreState::MemoryOnly(_), None) => view! { (words::store(state).map(|said| view! { Banner(kind=Kind::Store, said=said) })) },
        (StoreState::Ready, None) => opened_with(here),
    }) }
}

/// What the window opened with: the backend could not be asked, or why the last session ended.
fn opened_with(here: Here) -> View {
    if let Some(code) = here.problem() {
        let action = view! { Press(press=move || here.refresh()) { "Try again" } };
        return view! { ProblemBanner(problem=Problem::new(code), act=Act::Read, action=action) };
    }
    let said: Option<Said> = here.why_ended().map(words::ended);
    said.map(|said| view! { Banner(kind=Kind::Ok, said=said) }).unwrap_or_default()
}

fn store_banner(draft: Draft, here: Here) -> View {
    let busy = move || draft.store.busy();
    let row = view! {
        Press(press=move || draft.unlock_store(here), disabled=busy) { (if busy() { "Waiting for the secret store…" } else { "Unlock secret store" }) }
        Press(press=move || draft.use_memory_only(here), disabled=busy) { "Use memory for this session only" }
    };
    words::store(here.store())
        .map(|said| view! { Banner(kind=Kind::Store, said=said, row=row) })
        .unwrap_or_default()
}
