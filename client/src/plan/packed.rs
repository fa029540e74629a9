//! Plans in a bundle: checked when they are packed, and again when they are imported.

use super::duplicates;
use super::file::EMBEDDED;
use super::opened::Opened;
use crate::bundle::name;
use postern_contract::configuration::{Finding, Gravity};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The plans among the files of a bundle, by their names; `bundle` is its path. Plans that share an id have a finding each.
pub fn read(bundle: &Path, files: &BTreeMap<String, Vec<u8>>) -> Vec<Opened> {
    let plans = files.iter().filter(|(file, _)| file.ends_with(name::PLAN));
    let mut all: Vec<_> = plans.map(|(file, bytes)| Opened::of(&bundle.join(file), bytes.clone())).collect();
    duplicates::among(&mut all);
    all
}

/// What is wrong with plans on a computer whose files describe the backends of these origins.
pub fn findings(plans: &[Opened], origins: &BTreeSet<String>) -> Vec<Finding> {
    let of = |plan: &Opened| [plan.findings(), elsewhere(plan, origins).as_slice()].concat();
    plans.iter().flat_map(of).collect()
}

/// The finding of a plan for a backend that is not described. Where none is described, another file may do so: a warning.
fn elsewhere(opened: &Opened, origins: &BTreeSet<String>) -> Option<Finding> {
    let backend = &opened.readable()?.account.backend;
    let is_inside = backend == EMBEDDED && origins.is_empty();
    if is_inside || origins.contains(backend) {
        return None;
    }
    let (gravity, expected) = if origins.is_empty() {
        (Gravity::Warning, "a backend that the configuration describes; it describes none".to_owned())
    } else {
        let described: Vec<_> = origins.iter().map(|origin| format!("\"{origin}\"")).collect();
        (Gravity::Error, format!("one of {}", described.join(", ")))
    };
    Some(Finding {
        gravity,
        file: opened.name(),
        line: 0,
        column: 0,
        key: "account.backend".to_owned(),
        found: format!("\"{backend}\", which the configuration does not describe"),
        expected,
        fix: "describe the backend in `[[backends]]`, or prepare the plan for another backend".to_owned(),
    })
}
