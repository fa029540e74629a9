//! Prepared changes that came along with an imported bundle. They lie in a folder of the desktop's own and are offered from
//! there, at each start again, until they are applied or somebody puts them away. Nothing in the folder is ever deleted.

use super::file::SIZE_MAX;
use super::journal::{Journal, Places};
use super::opened::Opened;
use crate::bundle::name;
use crate::durable;
use std::io;
use std::path::{Path, PathBuf};

/// The most that are offered at a time, as many as a window lists. The others come when these are gone.
pub const OFFERED_MAX: usize = 32;
/// The most names of the folder that are looked at: four full bundles.
const LOOKED_AT_MAX: usize = 256;
/// Where those go that were applied.
const APPLIED: &str = "applied";
/// Where those go that somebody put away.
const PUT_AWAY: &str = "put-away";

/// The folder in which an import puts them.
pub fn folder(data: &Path) -> PathBuf {
    data.join("plans")
}

/// Those that wait, by the order of their names. Left alone are links, whatever is no plain file, and what is larger than any
/// plan; those that were applied are moved aside. It reads the disk: call it off the runtime's threads.
pub fn waiting(places: &Places) -> Vec<PathBuf> {
    let folder = places.brought();
    // a link may lead anywhere, and so may a folder that is one
    if !std::fs::symlink_metadata(&folder).is_ok_and(|about| about.is_dir()) {
        return Vec::new();
    }
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten().take(LOOKED_AT_MAX);
    let mut found: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_offered(path)).collect();
    found.sort();
    found.retain(|path| !is_applied(places, path) || !moved(places, path, APPLIED));
    if found.len() > OFFERED_MAX {
        tracing::warn!(
            more = found.len() - OFFERED_MAX,
            "not all prepared changes that came along are offered"
        );
        found.truncate(OFFERED_MAX);
    }
    found
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

/// Puts one away, and its signature with it: it is offered no more, and still there for whoever looks for it. A file that lies
/// elsewhere stays where it is. It writes the disk: call it off the runtime's threads.
pub fn put_away(places: &Places, path: &Path) {
    let same = |one: &Path| one.canonicalize().ok();
    let within = path.parent().and_then(same);
    if within.is_some() && within == same(&places.brought()) {
        moved(places, path, PUT_AWAY);
    }
}

fn is_offered(path: &Path) -> bool {
    let plan = path.file_name().and_then(|name| name.to_str()).is_some_and(|file| {
        file.ends_with(name::PLAN) && file.len() > name::PLAN.len() && !file.starts_with('.')
    });
    plan && std::fs::symlink_metadata(path).is_ok_and(|about| about.is_file() && about.len() <= SIZE_MAX)
}

/// Moves a file and its signature aside. One that cannot be moved is offered again.
fn moved(places: &Places, path: &Path, aside: &str) -> bool {
    let done = into(&places.brought().join(aside), path);
    if let Err(fault) = &done {
        tracing::warn!(%fault, "prepared changes stay where they are");
    }
    done.is_ok()
}

fn into(aside: &Path, path: &Path) -> io::Result<()> {
    let Some(file) = path.file_name() else { return Ok(()) };
    let signature = name::beside(path);
    let mut target = aside.join(file);
    let mut number = 1;
    while std::fs::symlink_metadata(&target).is_ok() {
        number += 1;
        target = aside.join(format!("{number}-{}", file.to_string_lossy()));
    }
    durable::rename(path, &target)?;
    if std::fs::symlink_metadata(&signature).is_ok() {
        durable::rename(&signature, &name::beside(&target))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
