//! Every page in every state, rendered to text: roles, names and words are what people and the stories in real windows
//! find things by.

use postern_contract::rules::Rule;
use postern_contract::session::Challenge;
use postern_contract::shell::{Ended, Opening, StoreState};
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::app::Window;
use postern_ui::load::Load;
use postern_ui::pages::console_page;
use postern_ui::pages::sign_in::{Draft, SignInWith};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn nobody() -> Opening {
    Opening { session: None, ..sample_opening() }
}

/// The page sign-in, opened with `opening`, after `happened`.
fn sign_in(opening: Opening, happened: impl FnOnce(Draft) + 'static) -> String {
    sycamore::render_to_string(move || {
        Here::provide(opening);
        let draft = Draft::new();
        happened(draft);
        view! { SignInWith(draft=draft) }
    })
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[test]
fn sign_in_names_its_controls() {
    let page = sign_in(nobody(), |_| {});
    holds(
        &page,
        &["<h1", "Sign in", "for=\"email\"", "Email address", "for=\"password\"", "type=\"password\""],
    );
    holds(
        &page,
        &["aria-label=\"Show what is typed in Password\"", "aria-pressed=\"false\"", "type=\"submit\""],
    );
    holds(&page, &["to the accounts kept on this computer", "autocomplete=\"current-password\""]);
    assert!(!page.contains("role=\"alert\""), "{page}");
    assert!(!page.contains("style=") && !page.contains("<script"), "{page}");
}

#[test]
fn a_refused_sign_in_keeps_what_was_typed_and_says_what_to_do() {
    let page = sign_in(nobody(), |draft| {
        draft.email.typed("mina.park@harbor.example".to_owned());
        draft.password.typed("long quiet lantern walk".to_owned());
        draft.form.refuse(Problem::new(ProblemCode::CredentialsRefused));
    });
    holds(
        &page,
        &["role=\"alert\"", "The email address or the password is not right", "press Sign in again"],
    );
    holds(&page, &["value=\"mina.park@harbor.example\""]);
    assert!(!page.contains("long quiet lantern walk"), "a password is never in the markup: {page}");
}

#[test]
fn an_empty_sign_in_says_so_under_the_fields() {
    let page = sign_in(nobody(), |draft| assert!(!draft.form.check()));
    holds(
        &page,
        &[
            "id=\"email-error\"",
            "aria-describedby=\"email-error\"",
            "aria-invalid=\"true\"",
            "Enter your email address.",
        ],
    );
}

#[test]
fn a_busy_sign_in_says_so() {
    let page = sign_in(nobody(), |draft| {
        draft.form.ask(|| std::future::ready(Ok::<(), Problem>(())), |()| {});
    });
    holds(&page, &["aria-busy=\"true\"", "Signing in…"]);
}

#[test]
fn a_locked_store_offers_two_ways_on() {
    let page = sign_in(Opening { store: StoreState::Failing(ProblemCode::StoreLocked), ..nobody() }, |_| {});
    holds(&page, &["role=\"alert\"", "The secret store of this computer is locked"]);
    holds(&page, &["Unlock secret store", "Use memory for this session only", "Email address"]);
    assert_eq!(page.matches("button primary").count(), 1, "one primary action: {page}");
}

#[test]
fn memory_only_is_said() {
    let page =
        sign_in(Opening { store: StoreState::MemoryOnly(ProblemCode::StoreAbsent), ..nobody() }, |_| {});
    holds(&page, &["Secrets are kept in memory only"]);
    assert!(!page.contains("Use memory for this session only"), "{page}");
}

#[test]
fn an_unreachable_backend_is_said_and_can_be_tried_again() {
    let opening = Opening { problem: Some(ProblemCode::BackendUnreachable), capabilities: None, ..nobody() };
    let page = sign_in(opening, |_| {});
    holds(&page, &["role=\"status\"", "No connection to the backend", "Try again", "Email address"]);
}

#[test]
fn sign_in_says_why_the_last_session_ended() {
    let page = sign_in(Opening { ended: Some(Ended::Canceled), ..nobody() }, |_| {});
    holds(&page, &["role=\"status\"", "Your user information is deleted."]);
    let page = sign_in(Opening { ended: Some(Ended::ByBackend), ..nobody() }, |_| {});
    holds(&page, &["role=\"alert\"", "from elsewhere"]);
    // the end is news, memory is a state: the news comes first
    let store = StoreState::MemoryOnly(ProblemCode::StoreAbsent);
    let page = sign_in(Opening { ended: Some(Ended::Canceled), store, ..nobody() }, |_| {});
    holds(&page, &["Your user information is deleted."]);
    assert!(!page.contains("memory only"), "one banner at a time: {page}");
}

#[test]
fn the_second_factor_shows_time_tries_and_ways_on() {
    let page = sign_in(nobody(), |draft| draft.challenge.set(Some(samples::challenge())));
    holds(
        &page,
        &["Enter the number we sent", "mobile phone ending in", "for=\"number\"", "Authentication number"],
    );
    holds(
        &page,
        &["inputmode=\"numeric\"", "autocomplete=\"one-time-code\"", "Valid for 9:12", "2 tries left", "low"],
    );
    holds(&page, &["Verify", "Send another at 12:01", "Open messages", "Back to sign in"]);
}

// A6: a confirmed sign-in does not say that a number was sent, and says where it would be
#[test]
fn a6_a_confirmed_sign_in_says_on_what_the_number_depends() {
    let challenge = Challenge {
        conditional: true,
        channel: Channel::Email,
        sent_to: "m••••@harbor.example".to_owned(),
        ..samples::challenge()
    };
    let page = sign_in(nobody(), |draft| draft.challenge.set(Some(challenge)));
    holds(
        &page,
        &[
            "If the password is right",
            "m••••@harbor.example",
            "or to the mobile phone",
            "Verify",
            "Send another at 12:01",
        ],
    );
    assert!(!page.contains("It went by email"), "{page}");
}

#[test]
fn a_window_shows_what_its_opening_is_worth() {
    let failed = Problem::new(ProblemCode::WindowRefused);
    let page = sycamore::render_to_string(
        move || view! { Window(opening=Load::failed(failed), pages=console_page) },
    );
    holds(&page, &["role=\"alert\"", "Try again"]);
    let page = sycamore::render_to_string(|| view! { Window(opening=Load::waiting(), pages=console_page) });
    holds(&page, &["aria-busy=\"true\"", "skeleton"]);
    let page =
        sycamore::render_to_string(|| view! { Window(opening=Load::ready(nobody()), pages=console_page) });
    holds(&page, &["Sign in", "icon-mark"]);
    let page = sycamore::render_to_string(
        || view! { Window(opening=Load::ready(sample_opening()), pages=console_page) },
    );
    holds(&page, &["aria-expanded=\"false\"", "Mina Park", "Backend: ", "On this computer"]);
}

#[test]
fn a_rule_of_the_backend_stands_under_its_field() {
    let page = sign_in(nobody(), |draft| {
        draft.form.refuse(Problem::field(ProblemCode::Rejected, "email", Rule::NotAnEmailAddress));
    });
    holds(&page, &["That is not an email address."]);
    assert!(!page.contains("banner"), "{page}");
}
