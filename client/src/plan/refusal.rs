//! Why a plan is not applied as things are. Each reason has its own way on, so each is told apart.

use super::countersign::{Policy, Signatures};
use super::file::{Base, Plan};
use super::journal::Journal;
use super::mark;
use super::opened::is_done;
use super::seen::{Seen, field};
use postern_backend::canonical_email;
use postern_contract::configuration::{Finding, Gravity};
use postern_contract::plan::{PlanRefusal, StepSubject};
use postern_contract::{Moment, Problem, ProblemCode};
use std::path::Path;

/// Why the plan itself is not applied: when, by whom it is signed, whether it was. Needs no backend; `owner` is the account's
/// address, where it was read.
pub fn of_itself(
    plan: &Plan,
    journal: &Journal,
    signatures: &Signatures,
    policy: &Policy,
    owner: Option<&str>,
    now: Moment,
) -> Option<PlanRefusal> {
    if let Some(at) = journal.finished() {
        return Some(PlanRefusal::AppliedAlready(at));
    }
    if is_done(plan, journal) {
        // nothing is changed any more; the receipt is missing
        return None;
    }
    if let Some(key) = &signatures.wrong {
        return Some(PlanRefusal::SignatureWrong(key.clone()));
    }
    if policy.wants(plan) && !signatures.second(plan, owner) {
        return Some(PlanRefusal::CountersignatureMissing(policy.may_sign(plan, owner)));
    }
    // one that was begun is taken up although its time is over: it changes nothing more, and is ended with a receipt
    of_time(plan, now).filter(|why| journal.began().is_none() || !matches!(why, PlanRefusal::TooLate(_)))
}

/// Whether it is the plan's time.
pub fn of_time(plan: &Plan, now: Moment) -> Option<PlanRefusal> {
    if let Some(from) = plan.plan.not_before.filter(|from| now < *from) {
        return Some(PlanRefusal::TooEarly(from));
    }
    plan.plan.expires_at.filter(|to| now > *to).map(PlanRefusal::TooLate)
}

/// Why a step is not done, as a finding in the plan's file.
pub fn told(file: &str, why: &PlanRefusal) -> Problem {
    let moment = |moment: &Moment| moment.to_string();
    let (key, found, expected) = match why {
        PlanRefusal::TooLate(to) => ("plan.expires_at", moment(to), "a time that is not over".to_owned()),
        PlanRefusal::TooEarly(from) => ("plan.not_before", moment(from), "a time that has come".to_owned()),
        PlanRefusal::CountersignatureMissing(names) => {
            ("", "no second administrator's signature".to_owned(), names.join(" or "))
        }
        PlanRefusal::SignatureWrong(key) => {
            let of = if key.is_empty() { String::new() } else { format!(", of key {key}") };
            ("", format!("a signature that does not fit{of}"), "a signature over this file".to_owned())
        }
        _ => ("", "a plan that is not to be applied".to_owned(), "one that is".to_owned()),
    };
    let fix =
        "what is done stays done; skip what is left to end with a receipt, and prepare a new plan for it";
    let finding = Finding {
        gravity: Gravity::Error,
        file: file.to_owned(),
        line: 0,
        column: 0,
        key: key.to_owned(),
        found,
        expected,
        fix: fix.to_owned(),
    };
    Problem::new(ProblemCode::PlanRefused).findings(vec![finding])
}

/// Another program holds the plan's journal.
pub fn applied_elsewhere(journal: &Path) -> Problem {
    let finding = Finding {
        gravity: Gravity::Error,
        file: journal.display().to_string(),
        line: 0,
        column: 0,
        key: String::new(),
        found: "another program that is applying this plan just now".to_owned(),
        expected: "one at a time".to_owned(),
        fix: "wait until it has ended, or end it there, then apply the plan again to go on".to_owned(),
    };
    Problem::new(ProblemCode::PlanRefused).findings(vec![finding])
}

/// Whether the plan is for another backend than the one at `origin`.
pub fn of_backend(plan: &Plan, origin: &str) -> Option<PlanRefusal> {
    (plan.account.backend != origin).then(|| PlanRefusal::OtherBackend(plan.account.backend.clone()))
}

/// Why it cannot be held against an account that could not be read.
pub fn of_problem(problem: &Problem) -> PlanRefusal {
    if problem.code == ProblemCode::Unauthenticated || problem.code.is_of_store() {
        PlanRefusal::SignedOut
    } else {
        PlanRefusal::Unreachable
    }
}

/// Whether the account is another than the plan's: its fingerprint must fit where there is one, and its address. The address
/// may be another by now where it was this one when the plan was prepared, or when it was begun on this account: the plan itself
/// may have changed it.
pub fn of_account(plan: &Plan, journal: &Journal, seen: &Seen) -> Option<PlanRefusal> {
    let address = canonical_email(&plan.account.email);
    let is_address = address == canonical_email(&seen.account.email);
    let fits = plan.base.as_ref().is_none_or(|base| base.fingerprint == seen.own_mark());
    let named = match (&plan.base, journal.began()) {
        (_, Some((_, _, account))) => account == seen.account.id,
        (Some(base), None) => is_address || was_address(base, &address, seen),
        (None, None) => is_address,
    };
    match (named, fits) {
        (true, true) => None,
        (_, false) if is_address => Some(PlanRefusal::OtherFingerprints(plan.account.email.clone())),
        _ => Some(PlanRefusal::OtherAccount(plan.account.email.clone())),
    }
}

/// Whether that was the account's address when the plan was prepared, as far as the fingerprints can tell here.
fn was_address(base: &Base, address: &str, seen: &Seen) -> bool {
    let Some(of) = &base.fingerprints else { return false };
    let name = field(&StepSubject::Email);
    let made = match &of.key {
        None => Some(mark::of(seen.account.id, name, address)),
        Some(id) => seen.key.as_ref().filter(|key| key.id() == *id).map(|key| key.fingerprint(name, address)),
    };
    made.is_some_and(|made| made == of.email)
}
