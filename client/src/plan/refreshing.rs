//! Refreshing a plan: its base is read again from the account as it is, so that each step is held against that and not asked about.
//! What the plan wants stays; signatures no longer fit afterwards.

use super::file::{Doomed, FORMAT, Plan};
use super::mark::FingerprintKey;
use super::review::before;
use super::seen::Seen;
use super::standing::{Candidates, doomed_keys, shown};
use super::step;
use postern_contract::connection::Recalled;
use postern_contract::plan::{PlanFault, PlanFieldProblem, PlanStep, Standing};

/// The plan with the account as its base, or what does not fit the account: each key to be deleted must be one key of it.
pub fn refreshed(
    plan: &Plan,
    recalled: &Recalled,
    key: Option<&FingerprintKey>,
) -> Result<Plan, Vec<PlanFieldProblem>> {
    let seen = Seen::from(recalled);
    let (mut doomed, mut faults) = (Vec::new(), Vec::new());
    for (at, one) in plan.keys.delete.iter().enumerate() {
        let mut refuse = |fault| faults.push(PlanFieldProblem { field: format!("delete_keys.{at}"), fault });
        match doomed_keys(one, &seen) {
            Candidates::Meant(key) => doomed.push(fingerprinted(&seen, key)),
            Candidates::Labelled(keys) => match keys[..] {
                [key] => doomed.push(fingerprinted(&seen, key)),
                _ => refuse(PlanFault::SeveralKeys),
            },
            Candidates::None | Candidates::Alike(_) => refuse(PlanFault::NoSuchKey),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut plan = plan.clone();
    plan.format = FORMAT;
    plan.base = Some(before(&seen, key));
    plan.keys.delete = doomed;
    plan.plan.needs = Some(step::needs_in_words(&plan));
    Ok(plan)
}

/// The steps of a plan with what stands there now.
pub fn steps(plan: &Plan, recalled: &Recalled) -> Vec<PlanStep> {
    let seen = Seen::from(recalled);
    step::of(plan).iter().map(|step| shown(step, Some(&seen), (Standing::ToDo, None))).collect()
}

/// A key as a plan names it, by its label now.
fn fingerprinted(seen: &Seen, key: &postern_contract::key::Key) -> Doomed {
    Doomed { label: key.label.clone(), fingerprint: Some(seen.mark_of(key)) }
}
