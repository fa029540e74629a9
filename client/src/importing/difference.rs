//! What an import would change, key by key, beside what a policy fixes anyway.

use crate::config::file::File;
use crate::config::{Effective, candidate};
use postern_backend::config::reading;
use postern_contract::configuration::{SettingDifference, Source};
use std::collections::BTreeSet;
use std::path::Path;

/// The keys in which the user's file and the new one differ, in their order. A file that is not good says nothing.
pub fn of(before: Option<&[u8]>, after: &File, now: &Effective) -> Vec<SettingDifference> {
    let text = before.and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default();
    let (before, _) = reading::read::<File>(Path::new("config.toml"), text);
    let before = before.map(|file| candidate::flat(&file)).unwrap_or_default();
    let after = candidate::flat(after);
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| SettingDifference {
            key: key.clone(),
            from: before.get(key).cloned().or_else(|| otherwise(key, now)),
            to: after.get(key).cloned().or_else(|| otherwise(key, now)),
            managed: is_managed(key, now),
        })
        .collect()
}

/// What counts for a key that the user's file does not name: another file's value, or the default.
fn otherwise(key: &str, now: &Effective) -> Option<String> {
    let all = now.candidates(key)?;
    let value = all.into_iter().find(|one| one.source != Source::UserFile)?.value;
    (!value.is_empty()).then_some(value)
}

/// Whether something stronger than the user's file has the say. A backend of one name counts as a whole, and so does a list
/// of signers.
fn is_managed(key: &str, now: &Effective) -> bool {
    let whole = if key.starts_with("backends.") || key.matches('.').count() > 1 {
        key.rsplit_once('.').map_or(key, |(whole, _)| whole)
    } else {
        key
    };
    [key, whole].iter().any(|key| now.candidates(key).is_some_and(|all| all.iter().any(|one| one.managed)))
}
