//! Getting a configuration in: a file is previewed, imported as it was previewed, and the import can be undone.
//!
//! The file is read into memory once each time; what was judged there is what is written. Everything an import writes stands
//! before the one step that makes it count: the certificates under names made from their contents, the prepared changes, the
//! serial as *begun*, what undoing needs. Then `config.toml` is replaced. A kill leaves the old configuration or the new one;
//! the serial never goes back, and the one bundle whose import was begun and not ended can be imported again.

mod brings;
mod difference;
mod incoming;
mod judge;
mod record;
mod serials;
mod watch;
mod write;

pub use incoming::kind;
pub use record::undoable;
pub use watch::Watch;

use crate::config::{Configured, around, finding};
use crate::durable::{self, Locked, optional};
use incoming::Incoming;
use judge::Judged;
use postern_contract::configuration::{ImportPreview, ImportRefusal, Offer, Settings};
use postern_contract::{Problem, ProblemCode};
use std::io;
use std::path::{Path, PathBuf};

/// Imports configurations for one user. Cheap to clone. What it does waits for the disk and for other writers: call it off
/// the runtime's threads.
#[derive(Debug, Clone)]
pub struct Imports(Configured);

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What counts now.
    pub settings: Settings,
    /// Prepared changes that came along, to be offered.
    pub plans: Vec<PathBuf>,
}

impl Imports {
    /// For the configuration that is kept current there.
    pub fn new(configured: Configured) -> Self {
        Self(configured)
    }

    /// What importing the file would change, and whether it may be. Writes nothing, and never fails: what is wrong with the
    /// file is in the answer. `offer` comes back in it.
    pub fn preview(&self, path: &Path, offer: Offer) -> ImportPreview {
        self.0.reload();
        let places = self.0.places();
        let before = optional(around::bytes(&places.user_file)).unwrap_or_default();
        let incoming = Incoming::read(path);
        let judged = self.judge(&incoming, before.as_deref());
        let differences = match (&judged.file, &judged.refused) {
            // who made it is not known to be trusted, or it is not whole: what it wants is not shown as if it could be had
            (Some(file), None) => difference::of(before.as_deref(), file, &self.0.now()),
            _ => Vec::new(),
        };
        ImportPreview {
            offer,
            signed: judged.signed,
            serial: incoming.serial(),
            differences,
            certificates: incoming.brings.shown(),
            plans: incoming.plan_names(),
            findings: judged.findings,
            refused: judged.refused,
            version: version(before.as_deref(), &incoming),
        }
    }

    /// Imports the file as it was previewed, durably: `version` is [`ImportPreview::version`].
    ///
    /// `file_refused` with findings where it may not be imported, `file_changed` where the file or the user's configuration
    /// is another than was previewed, `file_failed` where something cannot be written. The configuration is then unchanged.
    pub fn apply(&self, path: &Path, version_shown: &str) -> Result<Imported, Problem> {
        let places = self.0.places();
        let failed = |fault: io::Error| durable::failed(&places.user_file, &fault);
        let held = Locked::of(&places.user_file).map_err(failed)?;
        self.0.reload();
        let before = optional(around::bytes(&places.user_file)).map_err(failed)?;
        let incoming = Incoming::read(path);
        let Judged { refused, findings, key, .. } = self.judge(&incoming, before.as_deref());
        if refused.is_some() || finding::refused(&findings) {
            return Err(Problem::new(ProblemCode::FileRefused).findings(findings));
        }
        if version(before.as_deref(), &incoming) != version_shown {
            return Err(ProblemCode::FileChanged.into());
        }
        let plans = write::everything(places, &held, before.as_deref(), &incoming, key.as_deref())?;
        drop(held);
        watch::put_aside(&places.drop, path);
        self.0.reload();
        Ok(Imported { settings: self.0.show(), plans })
    }

    /// Whether the file may be imported; `before` is the user's file as it is.
    fn judge(&self, incoming: &Incoming, before: Option<&[u8]>) -> Judged {
        let places = self.0.places();
        let records = record::load(&places.state);
        let is_last = records.first().is_some_and(|last| last.is_of(&incoming.fingerprint));
        let mut judged = judge::judge(incoming, &self.0.now(), serials::load(&places.state), is_last);
        let is_again = || {
            let made = record::fitting(records, before);
            made.is_some_and(|made| made.is_of(&incoming.fingerprint)) && write::stands(places, incoming)
        };
        // what undoing needs would be lost, and nothing would change
        if judged.refused.is_none() && !finding::refused(&judged.findings) && is_again() {
            judged.refused = Some(ImportRefusal::ImportedAlready);
        }
        judged
    }

    /// Puts back what stood before the last import, once. `not_found` where there is nothing to undo, `file_changed` where
    /// the configuration was changed since. The serial that was imported stays taken.
    pub fn undo(&self) -> Result<Settings, Problem> {
        let places = self.0.places();
        let failed = |fault: io::Error| durable::failed(&places.user_file, &fault);
        let held = Locked::of(&places.user_file).map_err(failed)?;
        let now = optional(around::bytes(&places.user_file)).map_err(failed)?;
        let records = record::load(&places.state);
        if records.is_empty() {
            return Err(ProblemCode::NotFound.into());
        }
        let record = record::fitting(records, now.as_deref()).ok_or(ProblemCode::FileChanged)?;
        match &record.before {
            Some(before) => held.replace(before.bytes()),
            None => durable::remove(&places.user_file),
        }
        .and_then(|()| record::forget(&places.state))
        .map_err(failed)?;
        drop(held);
        self.0.reload();
        Ok(self.0.show())
    }

    /// Watches the drop folder, and makes it where it is missing. Nothing in it is imported by itself.
    pub fn watch(&self) -> io::Result<Watch> {
        Watch::begin(&self.0.places().drop)
    }
}

/// Names the state of both files: the user's and the one that is imported.
fn version(before: Option<&[u8]>, incoming: &Incoming) -> String {
    format!("{}.{}", crate::config::version(before), incoming.fingerprint)
}

#[cfg(test)]
mod tests;
