//! Validation of a file beside the other files that count here: one set of rules for check, import, set and start.

use super::effective::Effective;
use super::file::{BackendEntry, File};
use super::fixed;
use super::layer::{Layer, Rank};
use super::policy_file::PolicyFile;
use postern_backend::config::finding::Notes;
use std::collections::BTreeSet;

/// What is expected of a backend that is chosen by its name, where those are known.
pub(super) fn expected_backend(known: &BTreeSet<&str>) -> String {
    let known: Vec<_> = known.iter().map(|name| format!("\"{name}\"")).collect();
    if known.is_empty() {
        "the name of a backend; none is described".to_owned()
    } else {
        format!("one of {}", known.join(", "))
    }
}

/// How a chosen backend that no file describes is corrected.
pub(super) const DESCRIBE_BACKEND: &str = "describe it in `[[backends]]`, or choose another";

/// A file that is, or is to become, the user's.
pub(crate) fn user_file(file: &File, now: &Effective, notes: &mut Notes) {
    for (at, backend) in file.backends.iter().enumerate() {
        if let Some((found, expected, fix)) = fixed::fault(backend, now) {
            notes.error(&format!("backends.{at}.url"), found, expected, &fix);
        }
    }
    let own = file.backends.iter().map(|backend| &*backend.name);
    // what the user's file describes now is replaced
    let others = described(now.layers(), |rank| rank != Rank::UserFile);
    chosen("defaults.backend", file.defaults.backend.as_deref(), &own.chain(others).collect(), notes);
}

/// The origins of the backends that are described once that file is the user's.
pub(crate) fn origins(file: &File, now: &Effective) -> BTreeSet<String> {
    let stronger = entries(now.layers(), |rank| rank != Rank::UserFile);
    file.origins().into_iter().chain(stronger.filter_map(BackendEntry::origin)).collect()
}

/// A file that is, or is to become, a policy.
pub(super) fn policy_file(file: &PolicyFile, now: &Effective, notes: &mut Notes) {
    let own = file.managed.backends.iter().chain(&file.recommended.backends).map(|backend| &*backend.name);
    let known = own.chain(described(now.layers(), |_| true)).collect();
    chosen("managed.defaults.backend", file.managed.defaults.backend.as_deref(), &known, notes);
    chosen("recommended.defaults.backend", file.recommended.defaults.backend.as_deref(), &known, notes);
}

fn described(layers: &[Layer], counts: impl Fn(Rank) -> bool) -> impl Iterator<Item = &str> {
    entries(layers, counts).map(|backend| &*backend.name)
}

fn entries(layers: &[Layer], counts: impl Fn(Rank) -> bool) -> impl Iterator<Item = &BackendEntry> {
    layers.iter().filter(move |layer| counts(layer.rank)).flat_map(|layer| &layer.backends)
}

fn chosen(key: &str, name: Option<&str>, known: &BTreeSet<&str>, notes: &mut Notes) {
    // where values were left out, the description may be among them
    let Some(name) = name.filter(|name| !name.is_empty() && !notes.is_partial()) else { return };
    if !known.contains(name) {
        let found = format!("\"{name}\", which no file describes");
        notes.error(key, found, &expected_backend(known), DESCRIBE_BACKEND);
    }
}
