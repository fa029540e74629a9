//! The tab User information, and two versions of it.

use super::{holds, lacks, usual};
use postern_contract::account::{Account, AccountChange, ProvenAddress};
use postern_contract::identifier::{ETag, VerificationId};
use postern_contract::problem::Current;
use postern_contract::rules::Rule;
use postern_contract::shell::Tab;
use postern_contract::verification::VerificationSent;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::pages::manage_account::Side;
use postern_ui::pages::user_information::{Draft, UserInformationWith};
use sycamore::prelude::*;
use uuid::Uuid;

const NEW: &str = "mina@lighthouse.example";

fn page(happened: impl FnOnce(Draft) + 'static) -> String {
    usual(Tab::UserInformation, move |sheet| {
        let draft = Draft::new(samples::account());
        happened(draft);
        view! { UserInformationWith(sheet=sheet, draft=draft) }
    })
}

fn sent() -> VerificationSent {
    VerificationSent { id: VerificationId(Uuid::from_u128(7)), number: samples::number() }
}

fn proven_email(draft: &Draft) {
    draft.email.address.typed(NEW.to_owned());
    draft.email.was_sent(&sent());
    draft.email.was_right("proof".to_owned());
}

/// The account as somebody else saved it.
fn theirs() -> Account {
    Account {
        etag: ETag::of_version(4),
        name: "Mina Lee".to_owned(),
        task: Some("Harbor cranes".to_owned()),
        ..samples::account()
    }
}

fn stale(current: Account) -> Problem {
    Problem::new(ProblemCode::PreconditionFailed).current(Current::Account(current))
}

#[test]
fn it_names_its_controls_in_the_guides_order() {
    let page = page(|_| {});
    let places: Vec<_> = ["for=\"email\"", "for=\"name\"", "for=\"phone\"", "for=\"task\""]
        .iter()
        .map(|label| page.find(label).unwrap())
        .collect();
    assert!(places.is_sorted(), "{page}");
    holds(
        &page,
        &["Email address", "Name", "Mobile phone number", "Task", "(optional)", "9 of 20", "16 of 20"],
    );
    holds(&page, &["value=\"mina.park@harbor.example\"", "value=\"+82 10-5550-1234\"", ">OK<"]);
    assert_eq!(page.matches("disabled").count(), 2, "nothing has to be proven: {page}");
    lacks(&page, &["Undo changes", "Not saved yet", "Authentication number (email)", "role=\"alert\""]);
}

#[test]
fn a_new_address_can_be_proven_and_the_aside_follows() {
    let page = page(|draft| draft.email.address.typed(NEW.to_owned()));
    holds(&page, &["Send authentication number", " to email", " to mobile phone"]);
    assert_eq!(page.matches("disabled").count(), 1, "{page}");
    holds(
        &page,
        &["Now mina.park@harbor.example, until the new one is proven.", "Not saved yet: email address"],
    );
    holds(&page, &["You sign in with ", NEW, "Both the old and the new address are told", "Undo changes"]);
}

#[test]
fn the_number_is_asked_for_once_it_is_sent() {
    let page = page(|draft| {
        draft.email.address.typed(NEW.to_owned());
        draft.email.was_sent(&sent());
    });
    holds(
        &page,
        &[
            "Authentication number (email)",
            "Open messages",
            "Valid for 9:12",
            "5 tries left",
            "Send another at 12:01",
        ],
    );
    lacks(&page, &["Authentication number (mobile phone)", "Proven"]);
}

// CON-1
#[test]
fn an_address_that_is_not_proven_is_not_sent() {
    let page = page(|draft| {
        draft.email.address.typed(NEW.to_owned());
        draft.save();
        assert_eq!(draft.email.address.error(), Some(Rule::NotProven));
        assert!(!draft.busy());
    });
    holds(&page, &["id=\"email-error\"", "Send a number to this email address and enter it below."]);
}

// CON-1: the proof goes with the change
#[test]
fn only_what_changed_is_sent_with_its_proof() {
    let page = page(|draft| {
        proven_email(&draft);
        draft.task.typed(String::new());
        let email = ProvenAddress { address: NEW.to_owned(), proof: "proof".to_owned() };
        let change =
            AccountChange { email: Some(email), task: Some(String::new()), ..AccountChange::default() };
        assert_eq!(draft.change(), change);
    });
    holds(
        &page,
        &["Proven", "until you press OK", "Your task is removed.", "Not saved yet: email address, task"],
    );
}

#[test]
fn ok_without_a_change_says_so() {
    let page = page(|draft| {
        draft.save();
        assert!(!draft.busy());
    });
    holds(&page, &["role=\"status\"", "Nothing to save"]);
}

#[test]
fn success_is_said_in_the_guides_words_and_shows_what_is_saved() {
    let page = page(|draft| {
        draft.name.typed("Mina Lee".to_owned());
        draft.form.answered(Ok(theirs()), move |account| draft.adopt(account));
    });
    holds(&page, &["role=\"status\"", "Your user information is now changed.", "value=\"Mina Lee\""]);
    lacks(&page, &["Not saved yet"]);
}

#[test]
fn a_wrong_number_says_how_many_tries_are_left() {
    let page = page(|draft| {
        draft.email.address.typed(NEW.to_owned());
        draft.email.was_sent(&sent());
        draft.email.number.refuse(&Problem::new(ProblemCode::NumberWrong).tries_left(2));
    });
    holds(&page, &["id=\"number-email-error\"", "That number is not right.", "2 tries left"]);
}

#[test]
fn a_proof_that_is_too_old_is_asked_for_again() {
    let page = page(|draft| {
        proven_email(&draft);
        let fields = vec![postern_contract::problem::FieldProblem {
            field: "email.proof".to_owned(),
            rule: Rule::NotProven,
        }];
        assert!(draft.refused(&Problem { fields, ..Problem::new(ProblemCode::ProofRefused) }));
        assert!(!draft.email.proven());
    });
    holds(
        &page,
        &["Send a number to this email address and enter it below.", "value=\"mina@lighthouse.example\""],
    );
}

#[test]
fn a_change_elsewhere_is_shown_unless_something_is_typed() {
    holds(&page(|draft| draft.newer(theirs())), &["value=\"Mina Lee\"", "value=\"Harbor cranes\""]);
    let kept = page(|draft| {
        draft.name.typed("Mina Park-Lee".to_owned());
        draft.newer(theirs());
        assert_eq!(draft.base().etag, samples::account().etag);
    });
    holds(&kept, &["value=\"Mina Park-Lee\"", "value=\"Harbor gate keys\""]);
}

// API-2
#[test]
fn a_stale_change_shows_both_versions_and_asks_only_what_both_changed() {
    let page = page(|draft| {
        draft.name.typed("Mina Park-Lee".to_owned());
        proven_email(&draft);
        assert!(draft.refused(&stale(theirs())));
    });
    holds(
        &page,
        &["role=\"alert\"", "This account was changed elsewhere while you were typing", "Rack 4 console"],
    );
    holds(
        &page,
        &["role=\"radiogroup\"", "aria-labelledby=\"name-legend\"", "Yours", "Theirs", "Park-Lee</ins>"],
    );
    holds(&page, &["Task was changed elsewhere only and is taken: ", "Harbor cranes"]);
    holds(&page, &["Email address was changed here only and is kept: ", NEW]);
    holds(
        &page,
        &[
            "Mobile phone number is the same in both.",
            "Take all of theirs",
            "Choose one version for each field.",
        ],
    );
    assert_eq!(page.matches("type=\"radio\"").count(), 2, "{page}");
    lacks(&page, &["checked"]);
}

// API-2: such as a password changed from another place
#[test]
fn a_newer_version_that_is_the_same_here_is_taken_without_asking_once() {
    let newer = |version| Account { etag: ETag::of_version(version), ..samples::account() };
    let page = page(move |draft| {
        draft.name.typed("Mina Park-Lee".to_owned());
        proven_email(&draft);
        assert!(draft.refused(&stale(newer(4))));
        assert!(draft.conflict.get_clone().is_none() && draft.email.proven());
        assert_eq!(draft.base().etag, ETag::of_version(4));
        assert_eq!(draft.change().name.as_deref(), Some("Mina Park-Lee"));
        assert!(!draft.refused(&stale(newer(5))), "from then on OK has to be pressed");
        assert_eq!(draft.base().etag, ETag::of_version(5));
        draft.send();
        assert!(draft.refused(&stale(newer(6))));
    });
    holds(&page, &["value=\"Mina Park-Lee\"", "Not saved yet: email address, name"]);
    lacks(&page, &["changed elsewhere"]);
}

#[test]
fn what_is_not_chosen_yet_is_asked_for() {
    let page = page(|draft| {
        draft.name.typed("Mina Park-Lee".to_owned());
        assert!(draft.refused(&stale(theirs())));
        draft.conflict.get_clone().unwrap().settle(|conflict| draft.resolve(conflict));
        assert!(!draft.busy());
    });
    assert_eq!(page.matches("Choose one version for each field.").count(), 2, "{page}");
}

// API-2: the proof is kept, and the newer version is what the change is made against
#[test]
fn the_chosen_versions_are_saved_against_the_newer_one() {
    page(|draft| {
        draft.name.typed("Mina Park-Lee".to_owned());
        proven_email(&draft);
        assert!(draft.refused(&stale(theirs())));
        let conflict = draft.conflict.get_clone().unwrap();
        conflict.version("name").unwrap().chosen.set(Some(Side::Yours));
        conflict.settle(|conflict| draft.resolve(conflict));
        assert!(draft.busy());
        assert_eq!(draft.base().etag, theirs().etag);
        let email = ProvenAddress { address: NEW.to_owned(), proof: "proof".to_owned() };
        let name = Some("Mina Park-Lee".to_owned());
        assert_eq!(draft.change(), AccountChange { name, email: Some(email), ..AccountChange::default() });
    });
}

#[test]
fn choosing_theirs_everywhere_saves_nothing() {
    let page = page(|draft| {
        draft.name.typed("Mina Park-Lee".to_owned());
        assert!(draft.refused(&stale(theirs())));
        let conflict = draft.conflict.get_clone().unwrap();
        conflict.version("name").unwrap().chosen.set(Some(Side::Theirs));
        conflict.settle(|conflict| draft.resolve(conflict));
        assert!(!draft.busy());
    });
    holds(&page, &["You took what was saved elsewhere", "value=\"Mina Lee\"", "value=\"Harbor cranes\""]);
}

#[test]
fn no_connection_keeps_everything_typed() {
    let page = page(|draft| {
        draft.name.typed("Mina Lee".to_owned());
        draft.form.refuse(Problem::new(ProblemCode::BackendUnreachable));
    });
    holds(&page, &["No connection to the backend", "Try again", "value=\"Mina Lee\"", "Not saved yet: name"]);
}

// XSS-1
#[test]
fn hostile_text_is_text() {
    let page = page(|draft| {
        draft.name.typed("<img src onerror=a>".to_owned());
        draft.task.typed("<script>a()</script>".to_owned());
        draft.refused(&stale(theirs()));
    });
    lacks(&page, &["<img", "<script"]);
}
