//! Sign in: email address and password, then the second factor where the account asks for one.
//!
//! The secret store is asked before the password is sent: where it cannot be used, the page says so and offers a way on,
//! and the password is never tried in vain.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::console;
use crate::pages::create_account::{self, CreateAccount};
use crate::pages::files_wait::FilesWait;
use crate::pages::offline;
use crate::pages::second_factor::{Back, SecondFactor};
use crate::pages::secret_store::store_banner;
use crate::parts::{Banner, Gate, Kind, PasswordField, Press, ProblemBanner, Submit, TextField};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::account::Created;
use postern_contract::session::{Challenge, Session};
use postern_contract::shell::{Ended, SignInInput, SignInStep, StoreState, command};
use postern_contract::{Problem, ProblemCode, Secret, rules};
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

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
    /// The account being created instead; kept when somebody goes back and forth.
    pub creating: Signal<Option<create_account::Draft>>,
    /// Whether that is what the page shows.
    pub at_creating: Signal<bool>,
    /// Whether an account was created a moment ago and nothing was typed since.
    pub created: Signal<bool>,
    scope: NodeHandle,
}

impl Draft {
    /// Nothing typed.
    pub fn new() -> Self {
        let email = Field::new("email", "email", rules::email_address);
        let password = Field::new("password", "password", rules::password);
        let created = create_signal(false);
        create_effect(move || {
            email.track_edits();
            password.track_edits();
            created.set(false);
        });
        Self {
            email,
            password,
            form: Form::new(&[email, password]),
            challenge: create_signal(None),
            creating: create_signal(None),
            at_creating: create_signal(false),
            created,
            scope: use_current_scope(),
        }
    }

    /// Goes on to Create account, where it was left.
    pub fn create(self, here: Here) {
        let min = untrack(|| here.capabilities()).password_min_alone;
        batch(|| {
            if self.creating.with_untracked(Option::is_none) {
                let draft = self.scope.run_in(|| create_account::Draft::new(min));
                self.creating.set(Some(draft));
            }
            self.created.set(false);
            self.at_creating.set(true);
        });
    }

    /// The account exists: its address stands here, and the password is next.
    pub fn was_created(self, account: &Created) {
        batch(|| {
            self.creating.set(None);
            self.at_creating.set(false);
            self.form.solved();
            self.password.start("");
            self.email.start(&account.email);
            self.created.set(true);
        });
    }

    fn submit(self, here: Here) {
        let ask = move || {
            let input = SignInInput { email: self.email.now(), password: Secret::new(self.password.now()) };
            bridge::call::<command::SignIn>(input)
        };
        // the banner says what to do; the password is the likelier slip
        let refused = move |problem: &Problem| {
            if problem.code == ProblemCode::CredentialsRefused {
                self.form.lead_to(self.password);
            }
            false
        };
        self.form.submit_heeding(ask, move |step| self.stepped(here, step), refused);
    }

    fn stepped(self, here: Here, step: SignInStep) {
        match step {
            SignInStep::Complete { session } => self.complete(here, session),
            SignInStep::SecondFactor { challenge } => self.challenge.set(Some(challenge)),
        }
    }

    /// Signed in: nothing secret stays here, and the next sign-in begins at its beginning.
    fn complete(self, here: Here, session: Session) {
        batch(|| {
            self.password.start("");
            self.challenge.set(None);
            self.form.solved();
            here.took(session);
        });
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// The page over a draft.
#[component(inline_props)]
pub fn SignInWith(draft: Draft) -> View {
    let here = Here::get();
    let creating = move || if draft.at_creating.get() { draft.creating.get() } else { None };
    view! { (match (creating(), draft.challenge.get_clone()) {
        (Some(creating), _) => view! {
            CreateAccount(
                draft=creating,
                created=move |account: Created| draft.was_created(&account),
                back=move || draft.at_creating.set(false),
            )
        },
        (None, None) => view! { Credentials(draft=draft) },
        (None, Some(challenge)) => view! {
            SecondFactor(
                challenge=challenge,
                act=Act::SignIn,
                done=move |session| draft.complete(here, session),
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
    let sign_up = create_selector(move || here.capabilities().sign_up);
    let after = view! { (if sign_up.get() {
        view! { span { "No account here yet?" } Press(press=move || draft.create(here)) { "Create account" } }
    } else {
        view! { span { "The operator of this backend creates accounts." } }
    }) };
    let acts = Form::new(&[]);
    let notice = notice(draft, here);
    let results = view! { (notice) FilesWait() };
    let after = view! {
        (after)
        Press(class="button quiet", press=move || console::open_settings(acts)) { "Settings" }
    };
    let known = draft.email.broken().is_none();
    // one primary action: where the store stands in the way, that is unlocking it
    let class = move || match here.store() {
        StoreState::Failing(_) => "button block",
        StoreState::Ready | StoreState::MemoryOnly(_) => "button primary block",
    };
    view! {
        Gate(icon="mark", heading="Sign in", intro=view! { (intro) }, after=after, results=results) {
            form(novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.submit(here);
            }) {
                TextField(field=draft.email, label="Email address", kind="email", autocomplete="username", autofocus=!known)
                PasswordField(field=draft.password, label="Password", autofocus=known)
                Submit(label="Sign in", busy_label="Signing in…", class=class, busy=move || form.busy())
            }
        }
    }
}

/// The one banner: what stands in the way, most pressing first.
fn notice(draft: Draft, here: Here) -> View {
    let store = create_selector(move || here.store());
    view! { (match (store.get(), draft.form.problem()) {
        (StoreState::Failing(_), _) => store_banner(here),
        // a store that answers again has solved what it was to blame for
        (_, Some(problem)) if !problem.code.is_of_store() => {
            view! { ProblemBanner(problem=problem, act=Act::SignIn) }
        }
        _ => opened_with(draft, here).unwrap_or_else(|| store_banner(here)),
    }) }
}

/// What happened before: an account was created, the backend could not be asked, or why the last session ended.
fn opened_with(draft: Draft, here: Here) -> Option<View> {
    if draft.created.get() {
        return Some(view! { Banner(kind=Kind::Ok, said=words::account_created()) });
    }
    if let Some(banner) = offline::banner(here) {
        return Some(banner);
    }
    if let Some(code) = here.problem() {
        let action = view! { Press(press=move || here.refresh()) { "Try again" } };
        return Some(view! { ProblemBanner(problem=Problem::new(code), act=Act::Read, action=action) });
    }
    let ended = here.why_ended()?;
    // what somebody asked for worked; what came by itself is a warning
    let kind = match ended {
        Ended::SignedOut | Ended::Canceled => Kind::Ok,
        Ended::ByBackend => Kind::Warn,
    };
    Some(view! { Banner(kind=kind, said=words::ended(ended)) })
}
