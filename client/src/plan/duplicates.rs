//! Duplicate plan ids: an id stands for one plan, which is applied once. Two files with one id are told apart by their contents,
//! and neither is applied until one of them is gone.

use super::brought;
use super::journal::{Journal, Places};
use super::opened::Opened;
use postern_contract::configuration::{Finding, Gravity};
use std::path::Path;

/// Adds a finding to each plan that shares its id with another of these files.
pub fn among(all: &mut [Opened]) {
    let mut found = Vec::new();
    for (at, one) in all.iter().enumerate() {
        for other in all.iter().filter(|other| shares_id(one, other)) {
            found.push((
                at,
                finding(one, &other.path().display().to_string(), one.sha256() == other.sha256()),
            ));
        }
    }
    for (at, finding) in found {
        if let Some(one) = all.get_mut(at) {
            one.add(finding);
        }
    }
}

/// What forbids a plan because of another file of its id on this computer: one that was begun, or one that came with an import.
pub fn here(opened: &Opened, places: &Places) -> Vec<Finding> {
    let Some(plan) = opened.readable() else { return Vec::new() };
    let mut found = Vec::new();
    if let Ok(journal) = Journal::read(places, plan.plan.id) {
        found.extend(begun(opened, &journal));
    }
    for path in brought::waiting(places).unwrap_or_default() {
        let Ok(other) = Opened::read(&path) else { continue };
        if shares_id(opened, &other) && opened.sha256() != other.sha256() {
            found.push(finding(opened, &path.display().to_string(), false));
        }
    }
    found
}

/// The same for the file that was begun.
pub fn begun(opened: &Opened, journal: &Journal) -> Option<Finding> {
    let is_other = journal.began().is_some_and(|(_, sha256, _)| sha256 != opened.sha256());
    let file = journal.named().map_or("a file", |(file, ..)| file);
    is_other.then(|| finding(opened, &format!("{file}, which was begun here with other contents"), false))
}

fn shares_id(one: &Opened, other: &Opened) -> bool {
    let id = |opened: &Opened| opened.readable().map(|plan| plan.plan.id);
    id(one).is_some() && id(one) == id(other) && !is_one_file(one.path(), other.path())
}

fn is_one_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    one == other || real(one) == real(other)
}

fn finding(of: &Opened, other: &str, is_copy: bool) -> Finding {
    let (gravity, found, fix) = if is_copy {
        (
            Gravity::Warning,
            format!("a copy of {other}"),
            "remove one of the two files; the plan is applied once",
        )
    } else {
        let fix = "remove one of the two files, or prepare the change again, which gives it an id of its own";
        (Gravity::Error, format!("the id of another plan: {other}"), fix)
    };
    Finding {
        gravity,
        file: of.path().display().to_string(),
        line: 0,
        column: 0,
        key: "plan.id".to_owned(),
        found,
        expected: "an id of its own for each plan".to_owned(),
        fix: fix.to_owned(),
    }
}
