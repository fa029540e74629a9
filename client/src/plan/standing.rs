//! The status of a step, held against the account as the server has it. A step counts as done only where the account was seen in
//! the wanted state, and nothing is overwritten that changed since the plan was prepared, unless a person says so.

use super::file::{Doomed, Plan};
use super::journal::Journal;
use super::mark;
use super::seen::{Seen, field};
use super::step::{Step, Wanted};
use postern_backend::canonical_email;
use postern_contract::key::Key;
use postern_contract::plan::{Drift, PlanStep, Standing, StepSubject};
use postern_contract::rules;

/// The status of a step, and why it is asked about.
pub type Held = (Standing, Option<Drift>);

/// The status of `step`.
pub fn hold(plan: &Plan, step: &Step, seen: &Seen, journal: &Journal) -> Held {
    let drifted = |why| (Standing::Drifted, Some(why));
    match &step.wanted {
        Wanted::Value(_) | Wanted::Security(_) => {
            let was = unchanged(plan, &step.subject, seen, journal);
            match (is_reached(step, seen), was) {
                (true, Some(true)) => (Standing::Same, None),
                (true, _) => (Standing::AlreadyDone, None),
                (false, Some(true)) => (Standing::ToDo, None),
                (false, Some(false)) => drifted(Drift::Changed),
                (false, None) => drifted(Drift::Unknown),
            }
        }
        Wanted::Gone(doomed) => match doomed_keys(doomed, seen) {
            Candidates::None => (Standing::AlreadyDone, None),
            // the plan reads as the deletion of the key of that label, so it must be that one
            Candidates::Meant(key) if key.label == doomed.label => (Standing::ToDo, None),
            Candidates::Meant(_) => drifted(Drift::Renamed),
            Candidates::Labelled(_) if doomed.fingerprint.is_none() => drifted(Drift::Unknown),
            Candidates::Labelled(_) | Candidates::Alike(_) => drifted(Drift::OtherKey),
        },
        Wanted::Made(label) => {
            let made = journal.keys();
            let going =
                |key: &Key| plan.keys.delete.iter().any(|doomed| doomed_keys(doomed, seen).is_sure(key));
            let other =
                |key: &&Key| rules::same_line(&key.label, label) && !made.contains(&key.id) && !going(key);
            if seen.keys.iter().any(|key| other(&key)) {
                drifted(Drift::KeyThere)
            } else {
                (Standing::ToDo, None)
            }
        }
        Wanted::Canceled => (Standing::ToDo, None),
    }
}

/// Whether the account has the value or the settings that the step wants. Keys and the end have none.
pub fn is_reached(step: &Step, seen: &Seen) -> bool {
    let now = seen.value(&step.subject);
    match &step.wanted {
        Wanted::Value(value) if step.subject == StepSubject::Email => now == canonical_email(value),
        Wanted::Value(value) => now == *value,
        Wanted::Security(security) => now == security.as_str(),
        Wanted::Gone(_) | Wanted::Made(_) | Wanted::Canceled => false,
    }
}

/// Whether a field is as it was when the plan was prepared; none where that is not known. The fingerprint decides where its key
/// is on this computer, else the version of the account: at the same version nothing changed.
pub fn unchanged(plan: &Plan, subject: &StepSubject, seen: &Seen, journal: &Journal) -> Option<bool> {
    let base = plan.base.as_ref()?;
    let (account, security) = (seen.account.etag.as_str(), seen.security.etag.as_str());
    let fingerprint = base.fingerprints.as_ref().and_then(|of| {
        let value = seen.value(subject);
        let made = match &of.key {
            None => mark::of(seen.account.id, field(subject), &value),
            Some(id) => seen.key.as_ref().filter(|key| key.id() == *id)?.fingerprint(field(subject), &value),
        };
        Some(made == of.field(subject))
    });
    let by_version = || {
        let is = if *subject == StepSubject::TwoFactor {
            base.security == security || journal.is_known_security(security)
        } else {
            base.account == account || journal.is_known_account(account)
        };
        is.then_some(true)
    };
    fingerprint.or_else(by_version)
}

/// The keys that the deletion of a key may concern.
#[derive(Debug)]
pub enum Candidates<'a> {
    /// No key: it is gone.
    None,
    /// The key with the fingerprint of the plan.
    Meant(&'a Key),
    /// No key has that fingerprint, or the plan has none; these have the label.
    Labelled(Vec<&'a Key>),
    /// Nor has any the label; these have one that looks like it.
    Alike(Vec<&'a Key>),
}

impl<'a> Candidates<'a> {
    /// All of them.
    pub fn keys(self) -> Vec<&'a Key> {
        match self {
            Self::None => Vec::new(),
            Self::Meant(key) => vec![key],
            Self::Labelled(keys) | Self::Alike(keys) => keys,
        }
    }

    /// Whether this key is deleted without a question, or with one about its label alone.
    fn is_sure(&self, key: &Key) -> bool {
        match self {
            Self::Meant(meant) => meant.id == key.id,
            Self::Labelled(keys) => keys.iter().any(|labelled| labelled.id == key.id),
            Self::None | Self::Alike(_) => false,
        }
    }
}

/// The keys that `doomed` may mean.
pub fn doomed_keys<'a>(doomed: &Doomed, seen: &'a Seen) -> Candidates<'a> {
    let meant = |key: &&Key| doomed.fingerprint.as_ref().is_some_and(|mark| *mark == seen.mark_of(key));
    if let Some(key) = seen.keys.iter().find(meant) {
        return Candidates::Meant(key);
    }
    let such = |is: &dyn Fn(&Key) -> bool| seen.keys.iter().filter(|key| is(key)).collect::<Vec<_>>();
    let labelled = such(&|key| key.label == doomed.label);
    if !labelled.is_empty() {
        return Candidates::Labelled(labelled);
    }
    let alike = such(&|key| {
        rules::same_line(&key.label, &doomed.label) || folded(&key.label) == folded(&doomed.label)
    });
    if alike.is_empty() { Candidates::None } else { Candidates::Alike(alike) }
}

/// A label without what the eye passes over: letter case, blanks and marks between words.
fn folded(label: &str) -> String {
    label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The step as a window shows it.
pub fn shown(step: &Step, seen: Option<&Seen>, (standing, drift): Held) -> PlanStep {
    let from = match &step.wanted {
        // a key of the same label that is there already is what drifted
        Wanted::Made(label) if standing == Standing::Drifted => Some(label.clone()),
        // the key that goes, as the account calls it
        Wanted::Gone(doomed) => {
            seen.and_then(|seen| doomed_keys(doomed, seen).keys().first().map(|key| key.label.clone()))
        }
        _ => seen.and_then(|seen| seen.shown(&step.subject)),
    };
    PlanStep { subject: step.subject.clone(), from, to: step.shown(), standing, drift }
}

/// Names what a drifted step found, so that a choice about it counts for this alone: the version of the account, or the keys.
/// It holds nothing of a value, which could be guessed.
pub fn found(step: &Step, seen: &Seen) -> String {
    let keys = |keys: Vec<&Key>| {
        let ids: Vec<_> = keys.iter().map(|key| format!("{} {}", key.id, key.label)).collect();
        mark::of(seen.account.id, field(&step.subject), &ids.join("\n"))
    };
    match &step.wanted {
        Wanted::Made(label) => {
            keys(seen.keys.iter().filter(|key| rules::same_line(&key.label, label)).collect())
        }
        Wanted::Gone(doomed) => keys(doomed_keys(doomed, seen).keys()),
        Wanted::Security(_) => format!("version {}", seen.security.etag.as_str()),
        Wanted::Value(_) | Wanted::Canceled => format!("version {}", seen.account.etag.as_str()),
    }
}
