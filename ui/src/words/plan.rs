//! Prepared changes in words: the steps, what applying needs, and why a plan is not applied.

use super::Said;
use postern_contract::plan::{Need, PlanFault, PlanRefusal, StepSubject};
use postern_contract::verification::Channel;

/// What a step is about.
pub fn subject_of(subject: &StepSubject) -> String {
    match subject {
        StepSubject::Name => "Name".to_owned(),
        StepSubject::Task => "Task".to_owned(),
        StepSubject::Email => "Email address".to_owned(),
        StepSubject::MobilePhone => "Mobile phone number".to_owned(),
        StepSubject::TwoFactor => "2-Factor authentication".to_owned(),
        StepSubject::AddKey(label) => format!("Add authentication key “{}”", super::marked(label)),
        StepSubject::DeleteKey(label) => format!("Delete authentication key “{}”", super::marked(label)),
        StepSubject::Cancel => "Cancel subscription".to_owned(),
    }
}

/// What applying needs, with an icon.
pub fn need(need: &Need) -> (&'static str, String) {
    match need {
        Need::Password => ("password", "the password of the account".to_owned()),
        Need::SecondFactor(Channel::Email) => {
            ("mail", "the number that goes to its email address".to_owned())
        }
        Need::SecondFactor(Channel::TextMessage) => {
            ("text", "the number that goes to its mobile phone".to_owned())
        }
        Need::Mailbox(address) => ("mail", format!("the mailbox {address}, which gets a number")),
        Need::Phone(number) => ("text", format!("the phone {number} in hand, which gets a number")),
        Need::SecretStore => ("lock", "a secret store that can be used, since keys are made".to_owned()),
        Need::Countersignature(names) => {
            ("shield", format!("the signature of another administrator: {}", or(names)))
        }
    }
}

/// Why a plan is not applied. Moments are written by `when`.
pub fn refused_plan(refusal: &PlanRefusal, when: impl Fn(postern_contract::Moment) -> String) -> Said {
    let (what, rest) = match refusal {
        PlanRefusal::Findings => (
            "Something is wrong with this plan",
            "Nothing was changed. What is wrong is listed below; ask its author to correct it.".to_owned(),
        ),
        PlanRefusal::OtherBackend(name) => (
            "This plan is for another backend",
            format!("It is for an account {}. Nothing was changed. Choose that backend in Settings, then open the plan again.", super::at_backend(name)),
        ),
        PlanRefusal::OtherAccount(name) => (
            "This plan is for another account",
            format!("It is for {name}. Nothing was changed. Sign in as that account, then open the plan again."),
        ),
        PlanRefusal::OtherFingerprints(name) => (
            "This plan was prepared for another account",
            format!("Its fingerprints do not match the account {name}. Nothing was changed. Ask its author for a new plan."),
        ),
        PlanRefusal::SignedOut => (
            "You are signed out",
            "The plan can be read, and cannot be compared with its account. Sign in in the window Postern, then open it again."
                .to_owned(),
        ),
        PlanRefusal::TooEarly(moment) => (
            "It is too early for this plan",
            format!("Its author wants it applied from {} on. Nothing was changed. Open it again then.", when(*moment)),
        ),
        PlanRefusal::TooLate(moment) => (
            "This plan has expired",
            format!("It was to be applied before {}. Nothing was changed. Ask its author for a new one.", when(*moment)),
        ),
        PlanRefusal::CountersignatureMissing(names) => (
            "Another administrator’s signature is missing",
            format!(
                "The policy asks for one by {}. Nothing was changed. Have it signed, then open the plan again.",
                or(names)
            ),
        ),
        PlanRefusal::SignatureWrong(key) => {
            let key = if key.is_empty() { String::new() } else { format!(" (key {key})") };
            (
                "A signature does not fit this plan",
                format!(
                    "The plan was changed after it was signed{key}. Nothing was changed. Have it signed again, or ask its \
                     author."
                ),
            )
        }
        PlanRefusal::AppliedAlready(moment) => (
            "This plan was applied already",
            format!("It was applied at {}; its receipt is listed below. Nothing is done twice.", when(*moment)),
        ),
        PlanRefusal::Unreachable => (
            "No connection to the backend",
            "The plan can be read, and cannot be compared with its account. Nothing was changed. Retrying automatically."
                .to_owned(),
        ),
    };
    Said::new(what, rest)
}

/// What is wrong with a field of a plan. `value` is only measured, never repeated.
pub fn plan_fault(fault: PlanFault, field: &str, value: &str) -> String {
    let fixed = match fault {
        PlanFault::Rule(rule) => return super::rule(rule, field, value),
        PlanFault::NothingToDo => "This plan changes nothing. Change at least one field.",
        PlanFault::NoSuchKey => "The account has no key of that label any more. Leave it out.",
        PlanFault::SeveralKeys => {
            "The account has several keys of that label. Give them different ones first."
        }
        PlanFault::KeyThere => "A key of that label is there already. Choose another label.",
        PlanFault::TooManyKeys { max } => {
            return format!("The account may have {max} keys. Delete one in this plan, or add fewer.");
        }
        PlanFault::EndsBeforeItBegins => {
            "The plan would expire before it may be applied. Choose a later time."
        }
        PlanFault::Over => "That time is over already. Choose a later one.",
    };
    fixed.to_owned()
}

/// A time that cannot be read.
pub const fn not_a_time() -> &'static str {
    "That is not a time. Type it as 2026-11-23 18:00, or only the day."
}

/// A plan was saved.
pub fn plan_saved(name: &str) -> Said {
    Said::new(
        format!("{name} is saved."),
        "It holds no password and no secret. Carry it where there is a connection, and open it there.",
    )
}

/// No account was ever seen here, so that nothing can be prepared.
pub fn nothing_prepared() -> Said {
    Said::new(
        "There is no account to prepare changes for",
        "No account was seen on this computer yet. Plans that others prepared can be opened. Sign in once in the window \
         Postern, then prepare changes here, with or without a connection.",
    )
}

/// `by Mina Park, for “…”`.
pub fn because(author: &str, reason: &str) -> String {
    format!("Prepared by {author}: {reason}")
}

fn or(names: &[String]) -> String {
    match names {
        [] => "an administrator named by the policy".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
