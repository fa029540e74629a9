//! Partial validation: a configuration with findings is looked at without the values that are at fault, so that rules over
//! several keys and what lies around the file are checked in the same run.

use super::conformance::{Breach, Checker, How};
use super::place::escaped;
use super::reading::Configured;
use super::violation::referred;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How often an element is left out because another one that it needs was: as deep as files are nested.
const ROUNDS: usize = 8;

/// What is left of a configuration.
pub(super) struct Partial<T> {
    pub configuration: T,
    /// Of each list that lost elements, by its pointer: where those that are left stood.
    moved: BTreeMap<String, Vec<usize>>,
}

impl<T: Configured> Partial<T> {
    /// Without what is at fault; none where nothing useful is left. A text of another form than is wanted stays, and one that
    /// is missing is empty, as long as the configuration can be read so: what stands beside it is then looked at too.
    pub(super) fn of(schema: &Value, value: &Value, breaches: &[Breach<'_>]) -> Option<Self> {
        Self::read(schema, value, breaches, true).or_else(|| Self::read(schema, value, breaches, false))
    }

    fn read(schema: &Value, value: &Value, breaches: &[Breach<'_>], keeps_texts: bool) -> Option<Self> {
        let is_kept = |breach: &Breach<'_>| keeps_texts && is_text(schema, breach);
        let mut faulty: BTreeSet<String> = BTreeSet::new();
        let mut missing: BTreeSet<String> = BTreeSet::new();
        let mut next: Vec<Fault> = breaches.iter().map(|breach| fault(breach, is_kept(breach))).collect();
        for _ in 0..ROUNDS {
            let known = faulty.len() + missing.len();
            for one in next {
                match one {
                    Fault::Left(pointer) => faulty.insert(pointer),
                    Fault::Missing(pointer) => missing.insert(pointer),
                    Fault::Kept => false,
                };
            }
            let mut moved = BTreeMap::new();
            let left = without(value, "", &faulty, &missing, &mut moved)?;
            if faulty.len() + missing.len() == known {
                let configuration = T::deserialize(left).ok()?;
                return Some(Self { configuration, moved });
            }
            let checker = Checker { schema, formats: T::FORMATS, limit: breaches.len() };
            let found = checker.breaches(&left);
            next = found
                .iter()
                .map(|breach| match fault(breach, is_kept(breach)) {
                    Fault::Left(pointer) => Fault::Left(in_file(&moved, &pointer)),
                    Fault::Missing(pointer) => Fault::Missing(in_file(&moved, &pointer)),
                    Fault::Kept => Fault::Kept,
                })
                .collect();
        }
        None
    }

    /// A key as it is in the file, where lists still have all their elements.
    pub(super) fn key_in_file(&self, key: &str) -> String {
        let pointer = format!("/{}", key.replace('.', "/"));
        super::place::dotted(&in_file(&self.moved, &pointer))
    }
}

/// What is done about a value that is at fault.
enum Fault {
    /// It is left out.
    Left(String),
    /// It is missing, and an empty text stands for it.
    Missing(String),
    /// It is kept.
    Kept,
}

fn fault(breach: &Breach<'_>, is_kept: bool) -> Fault {
    match breach.how {
        How::Unknown(key) => Fault::Left(format!("{}/{}", breach.pointer, escaped(key))),
        How::Lacks(key) if is_kept => Fault::Missing(format!("{}/{}", breach.pointer, escaped(key))),
        _ if is_kept => Fault::Kept,
        _ => Fault::Left(breach.pointer.clone()),
    }
}

/// Whether a text, which is there or is missing, is at fault by its form alone.
fn is_text(schema: &Value, breach: &Breach<'_>) -> bool {
    match breach.how {
        How::Form(_) => breach.value.is_string(),
        How::Lacks(key) => referred(schema, &breach.of["properties"][key])["type"] == "string",
        _ => false,
    }
}

fn in_file(moved: &BTreeMap<String, Vec<usize>>, pointer: &str) -> String {
    let mut whole = String::new();
    for step in pointer.split('/').skip(1) {
        let stood = moved.get(&whole).and_then(|stood| stood.get(step.parse::<usize>().ok()?).copied());
        let step = stood.map_or_else(|| step.to_owned(), |at| at.to_string());
        whole = format!("{whole}/{step}");
    }
    whole
}

/// The value without those that are at fault, and with empty texts for those that are missing; none where it is one of them itself.
fn without(
    value: &Value,
    pointer: &str,
    faulty: &BTreeSet<String>,
    missing: &BTreeSet<String>,
    moved: &mut BTreeMap<String, Vec<usize>>,
) -> Option<Value> {
    if faulty.contains(pointer) {
        return None;
    }
    Some(match value {
        Value::Object(object) => {
            let mut left = serde_json::Map::new();
            for (key, inner) in object {
                if let Some(inner) =
                    without(inner, &format!("{pointer}/{}", escaped(key)), faulty, missing, moved)
                {
                    left.insert(key.clone(), inner);
                }
            }
            let within = |key: &String| key.rsplit_once('/').is_some_and(|(within, _)| within == pointer);
            for key in missing.iter().filter(|key| within(key)) {
                if let Some((_, key)) = key.rsplit_once('/') {
                    left.insert(key.replace("~1", "/").replace("~0", "~"), Value::from(""));
                }
            }
            Value::Object(left)
        }
        Value::Array(items) => {
            let (mut left, mut stood) = (Vec::new(), Vec::new());
            for (at, item) in items.iter().enumerate() {
                if let Some(item) = without(item, &format!("{pointer}/{at}"), faulty, missing, moved) {
                    left.push(item);
                    stood.push(at);
                }
            }
            if left.len() < items.len() {
                moved.insert(pointer.to_owned(), stood);
            }
            Value::Array(left)
        }
        other => other.clone(),
    })
}
