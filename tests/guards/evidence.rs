//! docs/EVIDENCE.md lists, for each row that a shared backend and a desktop without a network must hold, the tests that show it: those whose names begin
//! with the row, and those whose comment names it. What the page says and what is there must not part.

use crate::{files, none, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const ROWS: &[&str] = &[
    "OTP-6", "OTP-8", "OTP-10", "OTP-11", "SES-3", "DEL-1", "API-3", "API-5", "API-6", "API-7", "API-8",
    "DB-1", "DB-2", "DB-3", "DB-4", "DB-5", "DB-6", "CLK-1", "LOG-1", "LOG-2", "NET-1", "NET-2", "NET-3",
    "NET-4", "NET-5", "CFG-1", "CFG-2", "CFG-3", "CFG-4", "CFG-5", "DL-1", "SEC-6",
];

#[test]
fn the_evidence_lists_the_tests_that_are_there() {
    let page = fs::read_to_string(root().join("docs/EVIDENCE.md")).unwrap();
    let tests = tests();
    let mut found = Vec::new();
    for row in ROWS {
        let Some(there) = tests.get(row) else {
            found.push(format!("{row} has no test"));
            continue;
        };
        let line = page.lines().find(|line| line.starts_with(&format!("| {row} |"))).unwrap_or_default();
        let listed: BTreeSet<String> = line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| !name.contains(' '))
            .map(str::to_owned)
            .collect();
        if listed != *there {
            let names: Vec<_> = there.iter().map(|name| format!("`{name}`")).collect();
            found.push(format!("the last column of {row} is: {}", names.join(", ")));
        }
    }
    none(&found, "docs/EVIDENCE.md and the tests differ");
}

#[test]
fn what_is_said_to_show_how_plans_are_applied_is_there() {
    let page = fs::read_to_string(root().join("docs/EVIDENCE.md")).unwrap();
    let section =
        page.split("\n## ").find(|section| section.starts_with("Prepared changes")).unwrap_or_default();
    let listed: BTreeSet<&str> = section.split('`').skip(1).step_by(2).collect();
    assert!(listed.len() > 20, "the section names its tests: {listed:?}");
    let mut there = BTreeSet::new();
    for (_, file) in files(".", &[".rs"]) {
        let text = fs::read_to_string(file).unwrap();
        there.extend(text.lines().map(str::trim).filter_map(function).map(str::to_owned));
    }
    let gone: Vec<_> = listed.into_iter().filter(|name| !there.contains(*name)).map(str::to_owned).collect();
    none(&gone, "docs/EVIDENCE.md names tests of plans that are not there");
}

/// The tests of each row.
fn tests() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut tests: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (_, file) in files(".", &[".rs"]) {
        let text = fs::read_to_string(file).unwrap();
        let mut said: Vec<&str> = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.starts_with("//") {
                said.extend(ROWS.iter().filter(|row| names(line, row)));
            } else if let Some(test) = function(line) {
                let begun = ROWS.iter().filter(|row| test.starts_with(&prefix(row)));
                for row in begun.chain(said.iter()) {
                    tests.entry(row).or_default().insert(test.to_owned());
                }
                said.clear();
            } else if !line.starts_with("#[") {
                said.clear();
            }
        }
    }
    tests
}

/// Whether a comment names the row, and not one that begins like it.
fn names(line: &str, row: &str) -> bool {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == row)
}

fn prefix(row: &str) -> String {
    format!("{}_", row.to_lowercase().replace('-', "_"))
}

/// The function that a line begins.
fn function(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches("pub ").trim_start_matches("async ").strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}
