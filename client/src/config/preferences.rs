//! Policies that an operating system keeps itself: the registry of Windows (`HKLM\Software\Policies\Postern`, and `HKCU` for
//! one user) and the managed preferences of macOS. Each platform reads them into a [`Leaf`]; from there on everything is the
//! same everywhere: the tree becomes the text of a policy file, and that is read as any other.
//!
//! A registry knows no lists of sections and no truth values. So a list of sections is a section with one entry per name
//! (`managed\backends\NAME\url`, or as the policy editor writes a list, `managed\backends` with the value NAME = URL), and a
//! number stands for a truth value, 0 and 1.

#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

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

/// Sections whose entries are named: the key under which a bare text of such an entry stands.
const NAMED: [(&str, &str); 3] = [("backends", "url"), ("signers", "key"), ("countersigners", "key")];
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
            if let Some((_, bare)) = NAMED.iter().find(|(named, _)| *named == key) {
                return entries.iter().map(|(name, entry)| named(name, bare, entry)).collect();
            }
            let pairs = entries.iter().map(|(key, entry)| (key.clone(), json(key, entry)));
            Value::Object(pairs.collect())
        }
    }
}

fn named(name: &str, bare: &str, entry: &Leaf) -> Value {
    let mut object = match json("", entry) {
        Value::Object(object) => object,
        text => Map::from_iter([(bare.to_owned(), text)]),
    };
    object.entry("name").or_insert_with(|| json!(name));
    Value::Object(object)
}

/// A policy that was found, by its place as a person names it.
type Found = Result<Option<(PathBuf, String)>, (PathBuf, io::Error)>;

/// The operating system's own policy, for the machine or for this user; none where it keeps none.
pub(super) fn of_system(is_machine: bool) -> Found {
    let (place, tree) = read(is_machine);
    let place = PathBuf::from(place);
    let text = match tree {
        Ok(None) => return Ok(None),
        Ok(Some(tree)) => text(&tree).map_err(io::Error::other),
        Err(fault) => Err(fault),
    };
    match text {
        Ok(text) => Ok(Some((place, text))),
        Err(fault) => Err((place, fault)),
    }
}

#[cfg(windows)]
use windows::read;

#[cfg(target_os = "macos")]
use macos::read;

#[cfg(not(any(windows, target_os = "macos")))]
fn read(_: bool) -> (&'static str, io::Result<Option<Leaf>>) {
    ("", Ok(None))
}

#[cfg(test)]
mod tests;
