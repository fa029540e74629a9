//! Policies that an operating system keeps itself: the registry of Windows (`HKLM\Software\Policies\Postern`, and `HKCU` for
//! one user) and the managed preferences of macOS, for the machine and for one user. Each platform reads a place into a
//! [`Leaf`]; from there on everything is the same everywhere: the tree becomes the text of a policy file, and that is read as any other.
//!
//! A registry knows no lists of sections and no truth values. So a list of sections is a section with one entry per name
//! (`managed\backends\NAME\url`, or as the policy editor writes a list, `managed\backends` with the value NAME = URL; of
//! countersigners NAME = EMAIL KEY), and a number stands for a truth value, 0 and 1.

#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// A value as an operating system keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// A truth value.
    Truth(bool),
    /// A list.
    List(Vec<Leaf>),
    /// Values by name.
    Section(BTreeMap<String, Leaf>),
}

/// Sections whose entries are named: the keys under which the words of a bare text of such an entry stand.
const NAMED: [(&str, &[&str]); 3] =
    [("backends", &["url"]), ("signers", &["key"]), ("countersigners", &["email", "key"])];
/// Keys whose values are truth values.
const TRUTHS: [&str; 1] = ["require_signature"];

/// The text of the policy file that says the same.
pub fn text(tree: &Leaf) -> Result<String, toml::ser::Error> {
    toml::to_string(&json("", tree))
}

fn json(key: &str, leaf: &Leaf) -> Value {
    match leaf {
        Leaf::Text(text) => json!(text),
        Leaf::Number(number) if TRUTHS.contains(&key) && (0..=1).contains(number) => json!(*number == 1),
        Leaf::Number(number) => json!(number),
        Leaf::Truth(truth) => json!(truth),
        Leaf::List(items) => items.iter().map(|item| json("", item)).collect(),
        Leaf::Section(entries) => {
            if let Some((_, keys)) = NAMED.iter().find(|(named, _)| *named == key) {
                return entries.iter().map(|(name, entry)| named(name, keys, entry)).collect();
            }
            let pairs = entries.iter().map(|(key, entry)| (key.clone(), json(key, entry)));
            Value::Object(pairs.collect())
        }
    }
}

fn named(name: &str, keys: &[&str], entry: &Leaf) -> Value {
    let mut object = match json("", entry) {
        Value::Object(object) => object,
        Value::String(text) => {
            let words = text.trim().splitn(keys.len(), char::is_whitespace);
            keys.iter().zip(words).map(|(key, word)| ((*key).to_owned(), json!(word.trim()))).collect()
        }
        other => keys.iter().take(1).map(|key| ((*key).to_owned(), other.clone())).collect(),
    };
    object.entry("name").or_insert_with(|| json!(name));
    Value::Object(object)
}

/// The policy that the operating system keeps in that place, as the text of a file; none where it keeps none there.
pub(super) fn kept_in(place: &Path) -> Option<(PathBuf, io::Result<Vec<u8>>)> {
    found(read(place)).map(|text| (place.to_owned(), text))
}

/// A tree without a single value is no policy: a policy editor that takes everything back leaves the sections behind.
fn found(tree: io::Result<Option<Leaf>>) -> Option<io::Result<Vec<u8>>> {
    let tree = tree.transpose()?;
    if tree.as_ref().is_ok_and(says_nothing) {
        return None;
    }
    Some(tree.and_then(|tree| Ok(text(&tree).map_err(io::Error::other)?.into_bytes())))
}

fn says_nothing(tree: &Leaf) -> bool {
    matches!(tree, Leaf::Section(entries) if entries.values().all(says_nothing))
}

#[cfg(windows)]
use windows::read;

#[cfg(target_os = "macos")]
use macos::read;

#[cfg(not(any(windows, target_os = "macos")))]
#[allow(clippy::unnecessary_wraps, reason = "as on the platforms that keep policies")]
fn read(_: &Path) -> io::Result<Option<Leaf>> {
    Ok(None)
}

#[cfg(test)]
mod tests;
