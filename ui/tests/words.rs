//! Every code has words, and the words keep to the house's manner.

use postern_contract::activity::Event;
use postern_contract::advice::{PasswordAdvice, PasswordHint};
use postern_contract::configuration::{Finding, Gravity};
use postern_contract::connection::CertificateFault;
use postern_contract::shell::{StoreState, Tab, Window};
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, Rule};
use postern_ui::words::{self, Act, Attention, Needed, Said};

const ACTS: [Act; 8] =
    [Act::SignIn, Act::Login, Act::Read, Act::Change, Act::Create, Act::SendNumber, Act::Copy, Act::Open];

fn well_put(text: &str) {
    assert!(!text.trim().is_empty() && !text.contains("  ") && !text.contains('!'), "{text:?}");
    for word in ["please", "sorry", "oops", "invalid", "OTP", "2FA", " code"] {
        assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{word} in {text:?}");
    }
}

fn whole(said: &Said) {
    well_put(&said.what);
    well_put(&said.rest);
    assert!(said.rest.ends_with('.') && said.rest.matches(". ").count() >= 1, "all three parts: {said:?}");
}

#[test]
fn every_problem_has_words_in_every_act() {
    for code in ProblemCode::ALL {
        for act in ACTS {
            whole(&words::problem(&Problem::new(*code).retry_after(30).tries_left(2), act));
            whole(&words::problem(&Problem::new(*code), act));
        }
    }
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let file = "/etc/postern/policy.d/harbor.pem";
    let finding = Finding {
        gravity: Gravity::Error,
        file: file.to_owned(),
        line: 0,
        column: 0,
        key: String::new(),
        found: "nothing".to_owned(),
        expected: "certificates".to_owned(),
        fix: "put them there".to_owned(),
    };
    let refused =
        Problem::new(ProblemCode::CertificateRefused).certificate(CertificateFault::AuthorityUnreadable);
    for problem in [refused.clone().findings(vec![finding]), refused] {
        for act in ACTS {
            let said = words::problem(&problem, act);
            whole(&said);
            assert!(said.rest.contains("nothing was sent"), "{said:?}");
            assert_eq!(said.rest.contains(file), !problem.findings.is_empty(), "{said:?}");
        }
    }
}

#[test]
fn every_rule_has_words() {
    for rule in Rule::SAMPLES {
        well_put(&words::rule(*rule, "name", "Mina Park of the Harbor"));
    }
    assert_eq!(
        words::rule(Rule::TooLong { max: 20 }, "name", "Mina Park of the Harbor"),
        "3 characters too long. Shorten it to 20."
    );
}

#[test]
fn every_state_of_the_store_has_words() {
    assert_eq!(words::store(StoreState::Ready), None);
    for code in ProblemCode::ALL.iter().filter(|code| code.as_str().starts_with("store_")) {
        for state in [StoreState::Failing(*code), StoreState::MemoryOnly(*code)] {
            whole(&words::store(state).expect("words"));
        }
    }
}

#[test]
fn events_titles_and_tabs_have_words() {
    well_put(words::event(Event::TwoFactorMethodChanged));
    assert_eq!(words::title(Window::ManageAccount), "Manage account — Postern");
    assert_eq!(words::changed(Tab::ChangePassword), "Your password is now changed.");
    for tab in Tab::ALL {
        well_put(words::tab(tab));
    }
}

#[test]
fn times_and_counts() {
    assert_eq!(words::minutes_seconds(581), "9:41");
    assert_eq!(words::minutes_seconds(5), "0:05");
    assert_eq!(
        (words::tries_left(1), words::tries_left(2)),
        ("1 try left".to_owned(), "2 tries left".to_owned())
    );
    assert_eq!(words::initials("Mina Park"), "MP");
    assert_eq!(words::initials("김민아"), "김");
    assert_eq!(words::counter(9, 20), "9 of 20");
}

#[test]
fn advice_says_what_to_add() {
    let weak = PasswordAdvice { level: 1, hint: PasswordHint::AddWords, rule: None };
    assert_eq!(
        words::advice(weak, 6, 15).1,
        "9 more characters. A few unrelated words are easy to remember."
    );
    assert_eq!(
        words::advice(PasswordAdvice { level: 4, hint: PasswordHint::None, rule: None }, 20, 15).0,
        "Strong."
    );
}

#[test]
fn what_needs_attention_has_words() {
    let label = "Nightly backup".to_owned();
    for attention in [
        Attention::TwoFactorOff,
        Attention::WeakMethod { weak: Channel::Email, stronger: Channel::TextMessage },
        Attention::KeyUnused { label: label.clone(), days: 143 },
        Attention::KeyNeverUsed { label, days: 316 },
    ] {
        let said = words::attention(&attention);
        well_put(&said.what);
        well_put(&said.rest);
        well_put(words::review(&attention).0);
    }
    assert_eq!(words::password_fact(1, "13 Oct 2026").0, "1 day old");
    assert_eq!(words::password_fact(0, "13 Oct 2026").0, "New today");
}

#[test]
fn what_is_still_needed_is_one_sentence() {
    assert_eq!(
        words::still_needed(&[Needed::Number(Channel::TextMessage), Needed::PasswordAgain]),
        "Still needed: the number from the text message, and the password once more."
    );
    assert_eq!(words::still_needed(&[Needed::Name]), "Still needed: your name.");
    well_put(&words::still_needed(&[]));
}
