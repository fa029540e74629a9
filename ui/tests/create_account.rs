//! Create account in every state, rendered to text.

use postern_contract::account::Created;
use postern_contract::advice::{PasswordAdvice, PasswordHint};
use postern_contract::identifier::VerificationId;
use postern_contract::rules::Rule;
use postern_contract::shell::Opening;
use postern_contract::verification::VerificationSent;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::pages::create_account::Draft;
use postern_ui::pages::proving::Proving;
use postern_ui::pages::sign_in::{self, SignInWith};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn opening() -> Opening {
    Opening { session: None, ..sample_opening() }
}

/// The page, reached from sign-in, after `happened`.
fn create(happened: impl FnOnce(Draft) + 'static) -> String {
    sycamore::render_to_string(move || {
        let here = Here::provide(opening());
        let entrance = sign_in::Draft::new();
        entrance.create(here);
        if let Some(draft) = entrance.creating.get_untracked() {
            happened(draft);
        }
        view! { SignInWith(draft=entrance) }
    })
}

fn sent() -> VerificationSent {
    VerificationSent { id: VerificationId(uuid::Uuid::from_u128(0xf0)), number: samples::number() }
}

fn prove(proving: &Proving, address: &str) {
    proving.address.typed(address.to_owned());
    proving.was_sent(&sent());
    proving.entered.typed("418209".to_owned());
    proving.was_right("proof".to_owned());
}

fn fill(draft: &Draft) {
    draft.name.typed("Mina Park".to_owned());
    prove(&draft.email, "mina.park@harbor.example");
    prove(&draft.phone, "+82 10 5550 1234");
    draft.password.typed("long quiet lantern walk".to_owned());
    draft.confirm.typed("long quiet lantern walk".to_owned());
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[test]
fn it_names_its_controls() {
    let page = create(|_| {});
    holds(&page, &["<h1", "Create account", "for=\"name\"", "for=\"email\"", "for=\"phone\""]);
    holds(
        &page,
        &["Mobile phone number", "Authentication number (email)", "Authentication number (mobile phone)"],
    );
    holds(
        &page,
        &[" to email", " to mobile phone", "for=\"password\"", "for=\"confirm\"", "Confirm password"],
    );
    holds(&page, &["form=\"create\"", "Back to sign in", "Nothing leaves this computer", "0 of 20"]);
    holds(
        &page,
        &["Still needed: your name, your email address, your mobile phone number, a password, and the"],
    );
    assert!(!page.contains("Open messages") && !page.contains("role=\"alert\""), "{page}");
}

#[test]
fn a_sent_number_shows_its_time_its_tries_and_where_to_read_it() {
    let page = create(|draft| {
        draft.email.address.typed("mina.park@harbor.example".to_owned());
        draft.email.was_sent(&sent());
    });
    holds(&page, &["Valid for 9:12", "5 tries left", "0:42", "Open messages", "the number from the email"]);
}

// what is refused is said under the number, with the way on, and stays when the page is shown again
#[test]
fn a_refused_number_says_what_to_do() {
    let refused = |code: ProblemCode| {
        create(move |draft| {
            draft.email.address.typed("mina.park@harbor.example".to_owned());
            draft.email.was_sent(&sent());
            draft.email.number.refuse(&Problem::new(code).tries_left(2));
        })
    };
    holds(
        &refused(ProblemCode::NumberWrong),
        &["That number is not right.", "class=\"low\"", "2 tries left"],
    );
    holds(
        &refused(ProblemCode::NumberExpired),
        &["That number is too old. Send another one.", "No longer valid"],
    );
    holds(&refused(ProblemCode::NumberExhausted), &["That number has no tries left. Send another one."]);
}

#[test]
fn a_proven_address_is_marked_and_its_number_is_settled() {
    let page = create(|draft| prove(&draft.email, "mina.park@harbor.example"));
    holds(
        &page,
        &["readonly", "Proven", "value=\"418209\"", "Still needed: your name, your mobile phone number"],
    );
    assert!(!page.contains("Open messages"), "{page}");
}

#[test]
fn editing_a_proven_address_takes_the_proof_back() {
    let page = create(|draft| {
        fill(&draft);
        draft.phone.address.typed("+82 10 5550 9999".to_owned());
        assert!(draft.email.proven() && !draft.phone.proven());
        assert_eq!(draft.phone.entered.now(), "");
    });
    holds(&page, &["Still needed: a number sent to your mobile phone."]);
}

#[test]
fn an_unproven_address_is_an_error_when_the_button_is_pressed() {
    let page = create(|draft| {
        fill(&draft);
        draft.email.forget();
        draft.submit(|_| {});
        assert!(!draft.busy());
    });
    holds(&page, &["id=\"email-error\"", "This new address is not proven yet."]);
}

#[test]
fn the_button_confirms_a_typed_number_first_and_is_busy_meanwhile() {
    let page = create(|draft| {
        fill(&draft);
        draft.phone.forget();
        draft.phone.was_sent(&sent());
        draft.phone.entered.typed("507 164".to_owned());
        draft.submit(|_| {});
        assert!(draft.busy() && !draft.form.busy());
        draft.phone.was_right("proof".to_owned());
        assert!(draft.form.busy(), "the account is asked for once both are proven");
    });
    holds(&page, &["aria-busy=\"true\"", "Creating the account…", "Nothing is missing."]);
}

#[test]
fn two_passwords_that_differ_are_said_and_never_drawn() {
    let page = create(|draft| {
        fill(&draft);
        draft.confirm.typed("long quiet lantern".to_owned());
        draft.submit(|_| {});
        draft.advice.set(Some(PasswordAdvice { level: 4, hint: PasswordHint::None, rule: None }));
    });
    holds(&page, &["The two new passwords differ", "the password once more", "data-level=\"4\"", "Strong."]);
    assert!(!page.contains("long quiet"), "{page}");
}

#[test]
fn a_proof_that_waited_too_long_is_asked_for_again_under_its_address() {
    let page = create(|draft| {
        fill(&draft);
        let problem = Problem::field(ProblemCode::ProofRefused, "email.proof", Rule::NotProven);
        assert!(draft.unproven(&problem));
        assert!(!draft.email.proven() && draft.phone.proven());
    });
    holds(&page, &["id=\"email-error\"", "mina.park@harbor.example", "a number sent to your email address"]);
}

#[test]
fn a_problem_keeps_what_was_typed_and_says_what_to_do() {
    let page = create(|draft| {
        fill(&draft);
        draft.form.refuse(Problem::new(ProblemCode::BackendUnreachable));
    });
    holds(
        &page,
        &["No connection to the backend", "Press Create account to try again.", "value=\"Mina Park\""],
    );
}

#[test]
fn what_the_backend_refuses_stands_under_its_field() {
    let page = create(|draft| {
        fill(&draft);
        draft.form.refuse(Problem::field(ProblemCode::Rejected, "password", Rule::CommonPassword));
    });
    holds(&page, &["id=\"password-error\"", "among the first that are guessed"]);
}

#[test]
fn back_at_sign_in_the_address_is_there_and_it_says_that_it_worked() {
    let page = sycamore::render_to_string(|| {
        let here = Here::provide(opening());
        let entrance = sign_in::Draft::new();
        entrance.create(here);
        let email = samples::account().email;
        entrance.was_created(&Created { id: samples::account().id, email });
        view! { SignInWith(draft=entrance) }
    });
    holds(
        &page,
        &["Sign in", "role=\"status\"", "Your account is created.", "value=\"mina.park@harbor.example\""],
    );
}

#[test]
fn a_backend_that_takes_no_accounts_offers_none() {
    let page = sycamore::render_to_string(|| {
        let mut opening = opening();
        if let Some(capabilities) = &mut opening.capabilities {
            capabilities.sign_up = false;
        }
        Here::provide(opening);
        view! { SignInWith(draft=sign_in::Draft::new()) }
    });
    assert!(!page.contains("Create account"), "{page}");
}
