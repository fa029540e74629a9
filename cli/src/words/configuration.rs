//! What is said about configuration and policies.

use postern_client::config::candidate::Candidate;
use postern_client::config::{IgnoredFile, Level, Policy, PolicyEntry};
use postern_contract::configuration::Source;
use postern_contract::plan::CountersignedAct;

/// Files in which nothing is wrong.
pub const NOTHING_TO_MEND: &str = "There is nothing to mend.";

/// Files in which something is.
pub const FINDINGS: &str = "The findings have to be corrected first.";

/// A setting could not be changed; why was said before.
pub const NOT_CHANGED: &str = "Nothing was changed.";

/// No policy says anything.
pub const NO_POLICY: &str = "No policy sets anything here.";

/// There is no such key.
pub fn unknown_key(key: &str, known: &[String]) -> String {
    format!("There is no key {key:?}. There are: {}.", known.join(", "))
}

/// A setting that something stronger than the user's file fixes.
pub fn managed(key: &str, place: &str) -> String {
    format!(
        "{key} was not changed: it is fixed in {place}. Everything else can still be changed. Ask whoever looks after that file."
    )
}

/// Policies that go on as they last were.
pub fn policy_kept(since: postern_contract::Moment) -> String {
    format!("A policy cannot be used as it is: it goes on as it was before {since}.")
}

/// A value with its source, as `explain` prints it.
pub fn candidate(candidate: &Candidate, counts: bool) -> String {
    let Candidate { value, source, recommended, managed, place } = candidate;
    let value = if value.is_empty() { "(nothing)" } else { value };
    let source = source_of(*source, *recommended);
    let place = place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let lost = match (counts, managed) {
        (true, true) => ", managed",
        (true, false) => "",
        (false, _) => " — lost",
    };
    format!("{value}  ({source}{place}){lost}")
}

fn source_of(source: Source, recommended: bool) -> &'static str {
    match (source, recommended) {
        (Source::MachinePolicy, false) => "policy of the machine",
        (Source::MachinePolicy, true) => "recommended by a policy of the machine",
        (Source::UserPolicy, false) => "policy of the user",
        (Source::UserPolicy, true) => "recommended by a policy of the user",
        (Source::SystemFile, _) => "file of the machine",
        (Source::UserFile, _) => "file of the user",
        (Source::Default, _) => "default",
    }
}

/// An entry of a policy.
pub fn of_policy(entry: &PolicyEntry) -> String {
    let PolicyEntry { key, value, source, level, place, reason, .. } = entry;
    let level = match level {
        Level::Managed => "managed",
        Level::Recommended => "recommended",
        Level::Required => "required",
    };
    let effect = match reason {
        Some(reason) => format!(" — does not take effect: {reason}"),
        None => String::new(),
    };
    format!("{key} = {value}  ({}, {level}, {place}){effect}", source_of(*source, false))
}

/// A file in a policy folder that does not count as it is.
pub fn ignored(file: &IgnoredFile) -> String {
    format!("ignored: {}: {}", super::shown(&file.file), file.reason)
}

/// What is asked of files from elsewhere, a line each.
pub fn asked(policy: &Policy) -> Vec<String> {
    let mut lines = Vec::new();
    if policy.requires_signature {
        let names: Vec<_> = policy.signers.iter().map(|one| &*one.name).collect();
        lines.push(match names.as_slice() {
            [] => "Imports need a signature, and nobody's counts.".to_owned(),
            names => format!("Imports need a signature of one of: {}.", names.join(", ")),
        });
    }
    for act in &policy.countersigned {
        let act = match act {
            CountersignedAct::DisableTwoFactor => "disable 2-Factor authentication",
            CountersignedAct::AddKeys => "add authentication keys",
            CountersignedAct::Cancel => "cancel the subscription",
        };
        let names: Vec<_> = policy.countersigners.iter().map(|one| &*one.name).collect();
        lines.push(match names.as_slice() {
            [] => format!("Prepared changes that {act} need a second signature, and nobody's counts."),
            names => format!(
                "Prepared changes that {act} need a second signature of one of: {}.",
                names.join(", ")
            ),
        });
    }
    lines
}
