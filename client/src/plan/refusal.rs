//! Why a plan is not applied as things are. Each reason has its own way on, so each is told apart.

use super::countersign::{Policy, Signatures};
use super::file::Plan;
use super::journal::Journal;
use super::opened::is_done;
use super::seen::Seen;
use postern_backend::canonical_email;
use postern_contract::plan::PlanRefusal;
use postern_contract::{Moment, Problem, ProblemCode};

/// Why the plan itself is not applied: when, by whom it is signed, whether it was. Needs no backend.
pub fn of_itself(
    plan: &Plan,
    journal: &Journal,
    signatures: &Signatures,
    policy: &Policy,
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
    if policy.wants(plan) && !signatures.second {
        return Some(PlanRefusal::CountersignatureMissing(policy.may_sign(plan)));
    }
    if let Some(from) = plan.plan.not_before.filter(|from| now < *from) {
        return Some(PlanRefusal::TooEarly(from));
    }
    plan.plan.expires_at.filter(|to| now > *to).map(PlanRefusal::TooLate)
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

/// Whether the account is another than the plan's. Its fingerprint or the journal tells, since the address may be changed by
/// the plan itself; the address alone where there is neither.
pub fn of_account(plan: &Plan, journal: &Journal, seen: &Seen) -> Option<PlanRefusal> {
    let is = match (&plan.base, journal.began()) {
        (Some(base), _) => base.fingerprint == seen.own_mark(),
        (None, Some((_, _, account))) => account == seen.account.id,
        (None, None) => canonical_email(&plan.account.email) == canonical_email(&seen.account.email),
    };
    (!is).then(|| PlanRefusal::OtherAccount(plan.account.email.clone()))
}
