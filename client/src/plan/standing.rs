//! How a step stands against the account as it is. Nothing is overwritten that somebody changed since the plan was prepared,
//! unless a person says so.

use super::file::{Base, Doomed, Plan};
use super::seen::Seen;
use super::step::{Step, Wanted};
use postern_backend::canonical_email;
use postern_contract::key::Key;
use postern_contract::plan::{PlanStep, Standing, StepSubject};
use postern_contract::{KeyId, Problem, ProblemCode, Rule, rules};

/// How `step` stands. `made` are the keys that this plan's application has made or is making.
pub fn hold(plan: &Plan, step: &Step, seen: &Seen, made: &[KeyId]) -> Standing {
    match &step.wanted {
        Wanted::Value(value) => {
            let wanted =
                if step.subject == StepSubject::Email { canonical_email(value) } else { value.clone() };
            field(plan.base.as_ref(), step, seen, &wanted)
        }
        Wanted::Security(security) => field(plan.base.as_ref(), step, seen, security.as_str()),
        Wanted::Gone(doomed) => match (&doomed.fingerprint, &doomed_keys(step, seen)[..]) {
            (_, []) => Standing::AlreadyDone,
            // what the plan is read as must be what it does: the key under the name that it gives it
            (Some(_), keys) if keys.iter().all(|key| key.label == doomed.label) => Standing::ToDo,
            // nobody saw which key was meant
            (Some(_), _) | (None, [_]) => Standing::Drifted,
            (None, _) => Standing::Failed(Box::new(Problem::field(
                ProblemCode::Rejected,
                "delete_keys",
                Rule::Duplicate,
            ))),
        },
        Wanted::Made(label) => {
            let going = |key: &Key| {
                plan.keys.delete.iter().any(|doomed| doomed.label == key.label && is(doomed, key, seen))
            };
            let other =
                |key: &&Key| rules::same_line(&key.label, label) && !made.contains(&key.id) && !going(key);
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

/// The keys that a step deletes: the one with its fingerprint, or all of its label where it has none.
pub fn doomed_keys<'a>(step: &Step, seen: &'a Seen) -> Vec<&'a Key> {
    let Wanted::Gone(doomed) = &step.wanted else { return Vec::new() };
    seen.keys.iter().filter(|key| is(doomed, key, seen)).collect()
}

fn is(doomed: &Doomed, key: &Key, seen: &Seen) -> bool {
    doomed.fingerprint.as_ref().map_or_else(|| key.label == doomed.label, |mark| *mark == seen.mark_of(key))
}

/// The step as a window shows it.
pub fn shown(step: &Step, seen: Option<&Seen>, standing: Standing) -> PlanStep {
    let from = match &step.wanted {
        // a key of the same label that is there already is what drifted
        Wanted::Made(label) if standing == Standing::Drifted => Some(label.clone()),
        // the key that goes, as the account calls it
        Wanted::Gone(_) => seen.and_then(|seen| doomed_keys(step, seen).first().map(|key| key.label.clone())),
        _ => seen.and_then(|seen| seen.shown(&step.subject)),
    };
    PlanStep { subject: step.subject.clone(), from, to: step.shown(), standing }
}

/// A fingerprint of what a drifted step found, so that a choice about it counts for this alone.
pub fn found(step: &Step, seen: &Seen) -> String {
    let ids = |keys: Vec<&Key>| {
        let ids: Vec<_> = keys.iter().map(|key| format!("{} {}", key.id, key.label)).collect();
        ids.join("\n")
    };
    let value = match &step.subject {
        StepSubject::AddKey(label) => {
            ids(seen.keys.iter().filter(|key| rules::same_line(&key.label, label)).collect())
        }
        StepSubject::DeleteKey(_) => ids(doomed_keys(step, seen)),
        subject => seen.value(subject),
    };
    seen.mark(&step.subject, &value)
}
