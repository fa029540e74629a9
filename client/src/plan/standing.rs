//! How a step stands against the account as it is. Nothing is overwritten that somebody changed since the plan was prepared,
//! unless a person says so.

use super::file::{Base, Plan};
use super::seen::Seen;
use super::step::{Step, Wanted};
use postern_backend::canonical_email;
use postern_contract::key::Key;
use postern_contract::plan::{PlanStep, Standing, StepSubject};
use postern_contract::{KeyId, Problem, ProblemCode, Rule};

/// How `step` stands. `made` are the keys that this plan's application has made or is making.
pub fn hold(plan: &Plan, step: &Step, seen: &Seen, made: &[KeyId]) -> Standing {
    match &step.wanted {
        Wanted::Value(value) => {
            let wanted =
                if step.subject == StepSubject::Email { canonical_email(value) } else { value.clone() };
            field(plan.base.as_ref(), step, seen, &wanted)
        }
        Wanted::Security(security) => field(plan.base.as_ref(), step, seen, security.as_str()),
        Wanted::Gone(doomed) => match (doomed.fingerprint.is_some(), doomed_keys(step, seen).len()) {
            (_, 0) => Standing::AlreadyDone,
            (true, _) => Standing::ToDo,
            // nobody saw which key was meant
            (false, 1) => Standing::Drifted,
            (false, _) => Standing::Failed(Box::new(Problem::field(
                ProblemCode::Rejected,
                "delete_keys",
                Rule::Duplicate,
            ))),
        },
        Wanted::Made(label) => {
            let going = |key: &Key| {
                plan.keys
                    .delete
                    .iter()
                    .any(|doomed| is(doomed.fingerprint.as_deref(), &doomed.label, key, seen))
            };
            let other = |key: &&Key| key.label == *label && !made.contains(&key.id) && !going(key);
            if seen.keys.iter().any(|key| other(&key)) { Standing::Drifted } else { Standing::ToDo }
        }
        Wanted::Canceled => Standing::ToDo,
    }
}

fn field(base: Option<&Base>, step: &Step, seen: &Seen, wanted: &str) -> Standing {
    let before = base.map(|base| {
        let marks = &base.fingerprints;
        match step.subject {
            StepSubject::Name => marks.name.as_str(),
            StepSubject::Task => &marks.task,
            StepSubject::Email => &marks.email,
            StepSubject::MobilePhone => &marks.mobile_phone,
            _ => &marks.two_factor,
        }
    });
    let now = seen.value(&step.subject);
    let was = |value: &str| before.is_some_and(|mark| mark == seen.mark(&step.subject, value));
    match (now == wanted, was(&now)) {
        (true, true) => Standing::Same,
        (true, false) => Standing::AlreadyDone,
        (false, true) => Standing::ToDo,
        (false, false) => Standing::Drifted,
    }
}

/// The keys that a step deletes.
pub fn doomed_keys<'a>(step: &Step, seen: &'a Seen) -> Vec<&'a Key> {
    let Wanted::Gone(doomed) = &step.wanted else { return Vec::new() };
    seen.keys.iter().filter(|key| is(doomed.fingerprint.as_deref(), &doomed.label, key, seen)).collect()
}

fn is(fingerprint: Option<&str>, label: &str, key: &Key, seen: &Seen) -> bool {
    fingerprint.map_or_else(|| key.label == label, |mark| mark == seen.mark_of(key))
}

/// The step as a window shows it.
pub fn shown(step: &Step, seen: Option<&Seen>, standing: Standing) -> PlanStep {
    let from = match &step.wanted {
        // a key of the same label that is there already is what drifted
        Wanted::Made(label) if standing == Standing::Drifted => Some(label.clone()),
        _ => seen.and_then(|seen| seen.shown(&step.subject)),
    };
    PlanStep { subject: step.subject.clone(), from, to: step.shown(), standing }
}

/// A fingerprint of what a drifted step found, so that a choice about it counts for this alone.
pub fn found(step: &Step, seen: &Seen) -> String {
    let labels = |label: &str| {
        let ids: Vec<_> =
            seen.keys.iter().filter(|key| key.label == label).map(|key| key.id.to_string()).collect();
        ids.join(" ")
    };
    let value = match &step.subject {
        StepSubject::AddKey(label) | StepSubject::DeleteKey(label) => labels(label),
        subject => seen.value(subject),
    };
    seen.mark(&step.subject, &value)
}
