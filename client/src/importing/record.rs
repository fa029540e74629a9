//! What undoing an import needs: what stood before, and what stands now if nothing changed since.
//!
//! Two are kept while an import is under way, the new one and the one before, since only one of them fits what a kill left.

use crate::bundle::fingerprint;
use crate::config::{Places, around};
use crate::durable::{self, optional};
use postern_contract::Moment;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "undo.json";

/// A file as it stood, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Before {
    /// A text.
    Text(String),
    /// What is none: it was refused, and is still somebody's.
    Bytes(Vec<u8>),
}

impl Before {
    fn of(bytes: &[u8]) -> Self {
        str::from_utf8(bytes)
            .map_or_else(|_| Self::Bytes(bytes.to_owned()), |text| Self::Text(text.to_owned()))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// When it was.
    pub at: Moment,
    /// The user's file before; none where there was none.
    pub before: Option<Before>,
    /// SHA-256 of the user's file after.
    after: String,
    /// Names what was imported.
    #[serde(default)]
    imported: Option<String>,
}

impl Record {
    /// Of an import that makes `after` of `before`.
    pub fn of(at: Moment, before: Option<&[u8]>, after: &[u8], imported: &str) -> Self {
        let before = before.map(Before::of);
        Self { at, before, after: fingerprint(after), imported: Some(imported.to_owned()) }
    }

    /// Whether it is the import of just that.
    pub fn is_of(&self, imported: &str) -> bool {
        self.imported.as_deref() == Some(imported)
    }
}

fn path(state: &Path) -> PathBuf {
    state.join(FILE)
}

/// The newest first. What cannot be read cannot be undone.
pub fn load(state: &Path) -> Vec<Record> {
    let bytes = optional(std::fs::read(path(state))).ok().flatten().unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The one that made what stands now.
pub fn fitting(records: Vec<Record>, now: Option<&[u8]>) -> Option<Record> {
    let now = fingerprint(now?);
    records.into_iter().find(|record| record.after == now)
}

/// Keeps it beside the one that fits what stands now.
pub fn begin(state: &Path, record: Record, now: Option<&[u8]>) -> io::Result<()> {
    let before = fitting(load(state), now);
    save(state, &std::iter::once(record).chain(before).collect::<Vec<_>>())
}

/// Keeps the newest alone: the import ended.
pub fn end(state: &Path) -> io::Result<()> {
    save(state, &load(state).into_iter().take(1).collect::<Vec<_>>())
}

/// Undone: there is nothing more to undo.
pub fn forget(state: &Path) -> io::Result<()> {
    durable::remove(&path(state))
}

fn save(state: &Path, records: &[Record]) -> io::Result<()> {
    durable::put(&path(state), &serde_json::to_vec_pretty(records)?)
}

/// When the configuration was last imported, where that can be undone.
pub fn undoable(places: &Places) -> Option<Moment> {
    let now = optional(around::bytes(&places.user_file)).ok().flatten();
    fitting(load(&places.state), now.as_deref()).map(|record| record.at)
}
