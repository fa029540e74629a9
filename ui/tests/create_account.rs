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
    holds(
        &page,
        &[
            "Valid for 9:12",
            "5 tries left",
            "Send another at 12:01",
            "Open messages",
            "the number from the email",
        ],
    );
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
    holds(&refused(ProblemCode::NumberExpired), &["That number is too old. You can send another at 12:01."]);
    holds(&refused(ProblemCode::NumberExhausted), &["No tries left. You can send another at 12:01."]);
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
    holds(&page, &["id=\"email-error\"", "Send a number to this email address and enter it below."]);
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

#[test]
fn d1_an_error_about_a_missing_number_never_blocks_asking_for_it() {
    let page = create(|draft| {
        fill(&draft);
        draft.email.forget();
        draft.phone.forget();
        draft.submit(|_| {});
        assert_eq!(draft.email.address.error(), Some(Rule::NotProven));
        assert_eq!(draft.phone.address.error(), Some(Rule::NotProven), "every address that waits says so");
        draft.phone.send();
        assert!(draft.phone.sending(), "the number is asked for");
        assert_eq!(draft.phone.address.error(), None);
        draft.phone.was_sent(&sent());
    });
    holds(&page, &["Send a number to this email address and enter it below.", "id=\"email-error\""]);
    assert!(!page.contains("id=\"phone-error\""), "{page}");
}

#[test]
fn d1_an_address_that_is_wrong_itself_is_still_not_sent_to() {
    create(|draft| {
        draft.phone.address.typed("not a phone".to_owned());
        draft.phone.send();
        assert!(!draft.phone.sending());
        assert!(draft.phone.address.error().is_some_and(|rule| rule != Rule::NotProven));
    });
}

#[test]
fn d4_there_is_one_state_one_countdown_and_one_button_with_the_time() {
    let exhausted = || Problem::new(ProblemCode::NumberWrong).tries_left(0).retry_after(522);
    let page = create(move |draft| {
        draft.email.address.typed("mina.park@harbor.example".to_owned());
        draft.email.was_sent(&sent());
        draft.email.number.refuse(&exhausted());
        draft.email.entered.typed("000000".to_owned());
        assert!(!draft.email.confirm(), "a dead number is not sent again");
    });
    holds(
        &page,
        &["No tries left. You can send another at 12:09.", "Send another at 12:09", "aria-disabled"],
    );
    for gone in ["type it again", "Valid for", "tries left<", "Wait", "522"] {
        assert!(!page.contains(gone), "{gone} is in {page}");
    }

    let limited = || Problem::new(ProblemCode::TooManyRequests).retry_after(522);
    let page = create(move |draft| {
        draft.email.address.typed("mina.park@harbor.example".to_owned());
        assert!(draft.email.number.wait(&limited()), "it is no banner");
    });
    holds(&page, &["Too many numbers requested. You can send another at 12:09.", "Send another at 12:09"]);
    assert!(!page.contains("role=\"alert\""), "{page}");
}

#[test]
fn d4_the_limit_concerns_the_address_that_used_it_up() {
    let page = create(|draft| {
        draft.email.address.typed("mina.park@harbor.example".to_owned());
        draft.email.number.wait(&Problem::new(ProblemCode::TooManyRequests).retry_after(522));
        draft.email.send();
        assert!(!draft.email.sending(), "it waits");
        draft.email.address.typed("mina@pier.example".to_owned());
        draft.email.send();
        assert!(draft.email.sending(), "another address does not");
    });
    assert!(!page.contains("Send another at") && !page.contains("Too many numbers"), "{page}");
}

#[test]
fn d24_enter_in_an_address_sends_the_number_and_in_the_number_confirms_it() {
    create(|draft| {
        let enter = draft.phone.enter_address();
        assert!(!enter(), "an empty address is left to the form");
        draft.phone.address.typed("+82 10 5550 1234".to_owned());
        assert!(enter() && draft.phone.sending(), "the number is sent");
        assert!(!draft.form.busy() && draft.name.error().is_none(), "the form is not submitted");

        draft.email.address.typed("mina.park@harbor.example".to_owned());
        draft.email.was_sent(&sent());
        draft.email.entered.typed("4182".to_owned());
        assert!((draft.email.enter_number())());
        assert_eq!(draft.email.entered.error(), Some(Rule::NotANumber), "what is missing is said");
        draft.email.was_right("proof".to_owned());
        assert!(
            !(draft.email.enter_number())() && !(draft.email.enter_address())(),
            "once proven, Enter is the form's"
        );
    });
}

#[test]
fn d21_without_a_connection_it_says_so_as_other_pages_do() {
    let page = sycamore::render_to_string(|| {
        let trouble = Some(ProblemCode::BackendUnreachable);
        let connection = postern_contract::connection::Connection { trouble, ..samples::connection() };
        let here = Here::provide(Opening { connection, ..opening() });
        let entrance = sign_in::Draft::new();
        entrance.create(here);
        if let Some(draft) = entrance.creating.get_untracked() {
            fill(&draft);
        }
        view! { SignInWith(draft=entrance) }
    });
    holds(&page, &["No connection to", "id=\"try-again\"", "Create account needs a connection."]);
    holds(
        &page,
        &["Needs a connection: a number has to reach the new address.", "aria-describedby=\"create-note\""],
    );
    assert!(!page.contains("Nothing is missing."), "{page}");
}
