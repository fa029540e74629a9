//! Prepared changes that came along with an imported bundle. They lie in a folder of the desktop's own and are offered from
//! there, at each start again, until they are applied or somebody puts them away. Nothing in the folder is ever deleted.

use super::countersign;
use super::journal::{Entry, Journal, Places};
use super::opened::Opened;
use crate::bundle::name;
use crate::durable;
use postern_contract::{Moment, Problem, ProblemCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};

/// Where those go that were applied.
const APPLIED: &str = "applied";
/// Where those go that a person put away.
const PUT_AWAY: &str = "put-away";

/// The folder in which an import puts them.
pub fn folder(data: &Path) -> PathBuf {
    data.join("plans")
}

/// Those that wait, all of them, by the order of their names. Links and other files that are not plain are left alone; plans that
/// were applied are moved aside, and lock files that killed programs left are removed. It reads the disk: call it off the
/// runtime's threads.
pub fn waiting(places: &Places) -> Result<Vec<PathBuf>, Problem> {
    let folder = places.brought();
    // a link may lead anywhere, and so may a folder that is one
    if !std::fs::symlink_metadata(&folder).is_ok_and(|about| about.is_dir()) {
        return Ok(Vec::new());
    }
    durable::sweep_locks(&folder);
    let names = std::fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let names = names.map_err(|fault| durable::failed(&folder, &fault))?;
    let mut found: Vec<_> =
        names.into_iter().map(|entry| entry.path()).filter(|path| is_offered(path)).collect();
    found.sort();
    found.retain(|path| !is_applied(places, path) || !moved_quietly(places, path, APPLIED));
    Ok(found)
}

/// Whether a plan's file was applied on this computer, as it stands there.
pub fn is_applied(places: &Places, path: &Path) -> bool {
    let Ok(opened) = Opened::read(path) else { return false };
    let Ok(plan) = opened.plan() else { return false };
    Journal::read(places, plan.plan.id).is_ok_and(|journal| {
        journal.finished().is_some()
            && journal.began().is_some_and(|(_, sha256, _)| sha256 == opened.sha256())
    })
}

/// What became of a plan that a person put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PutAway {
    /// Where its file is now; none where it stays where it is, outside the folder of imported plans, or is gone.
    pub to: Option<PathBuf>,
    /// How many of its steps are done, where applying was begun.
    pub done: Option<usize>,
}

/// Puts a plan away: one that came with an import is moved aside with its signatures, and one that was begun waits no more. A
/// file that lies elsewhere stays there. `not_found` where it neither came with an import nor was begun. It writes the disk: call it off the
/// runtime's threads.
pub fn put_away(places: &Places, path: &Path, now: Moment) -> Result<PutAway, Problem> {
    let path = named(places, path);
    let same = |one: &Path| one.canonicalize().ok();
    let within = path.parent().and_then(same);
    let is_brought = within.is_some() && within == same(&places.brought()) && path.is_file();
    let begun = begun(places, &path)?;
    if !is_brought && begun.is_none() {
        return Err(ProblemCode::NotFound.into());
    }
    let done = match begun {
        Some(plan) => {
            let mut journal = Journal::take(places, plan)?;
            journal.note(Entry::PutAway { at: now })?;
            Some(journal.ended_steps())
        }
        None => None,
    };
    let to = if is_brought {
        Some(moved(places, &path, PUT_AWAY).map_err(|fault| durable::failed(&path, &fault))?)
    } else {
        None
    };
    Ok(PutAway { to, done })
}

/// The file of that path; where there is none, the imported one of that name.
fn named(places: &Places, path: &Path) -> PathBuf {
    let imported = path.file_name().map(|name| places.brought().join(name));
    match imported {
        Some(imported) if !path.exists() && imported.exists() => imported,
        _ => path.to_owned(),
    }
}

/// The plan of that file, where applying it was begun and waits. Of a file that is gone its name decides, where one plan alone has
/// it.
fn begun(places: &Places, path: &Path) -> Result<Option<uuid::Uuid>, Problem> {
    if path.exists() {
        let opened = Opened::read(path)?;
        let Some(plan) = opened.readable() else { return Ok(None) };
        let journal = Journal::read(places, plan.plan.id)?;
        let is = journal.waits() && journal.began().is_some_and(|(_, sha256, _)| sha256 == opened.sha256());
        return Ok(is.then_some(plan.plan.id));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let waits = |plan: &uuid::Uuid| {
        Journal::read(places, *plan)
            .is_ok_and(|journal| journal.waits() && journal.named().is_some_and(|(file, ..)| file == name))
    };
    let mut all = places.journals().into_iter().filter(waits);
    Ok(all.next().filter(|_| all.next().is_none()))
}

fn is_offered(path: &Path) -> bool {
    let plan = path.file_name().and_then(|name| name.to_str()).is_some_and(|file| {
        file.ends_with(name::PLAN) && file.len() > name::PLAN.len() && !file.starts_with('.')
    });
    plan && std::fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}

/// Moves a file and its signatures aside. One that cannot be moved is offered again.
fn moved_quietly(places: &Places, path: &Path, aside: &str) -> bool {
    let done = moved(places, path, aside);
    if let Err(fault) = &done {
        tracing::warn!(%fault, "prepared changes stay where they are");
    }
    done.is_ok()
}

/// Moves a file and its signatures aside; answers where it is now.
fn moved(places: &Places, path: &Path, aside: &str) -> io::Result<PathBuf> {
    let aside = places.brought().join(aside);
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let signatures = countersign::beside(path);
    let mut target = aside.join(&file);
    let mut number = 1;
    while std::fs::symlink_metadata(&target).is_ok() {
        number += 1;
        target = aside.join(format!("{number}-{file}"));
    }
    durable::rename(path, &target)?;
    for signature in signatures {
        let name = signature.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ending = name.strip_prefix(&file).unwrap_or_default();
        let mut beside = target.clone().into_os_string();
        beside.push(ending);
        durable::rename(&signature, Path::new(&beside))?;
    }
    Ok(target)
}

#[cfg(test)]
mod tests;
