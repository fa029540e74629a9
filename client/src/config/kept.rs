//! The last good text of each policy, so that a policy that cannot be read for a while goes on counting. One file per policy
//! folder, in `$XDG_STATE_HOME/postern`.
//!
//! A policy that was *removed* is forgotten; one that is broken, unreadable or not the machine's any more is not.

use crate::durable;
use postern_contract::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// What is kept of one policy folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The last good text of each file, by its path.
    pub files: BTreeMap<String, KeptFile>,
    /// Since when the folder itself cannot be read.
    pub unreadable_since: Option<Moment>,
}

/// What is kept of one policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptFile {
    /// Its last good text.
    pub text: String,
    /// Since when it counts although the file is not good any more.
    pub broken_since: Option<Moment>,
}

impl Kept {
    /// What is kept; nothing where nothing can be read.
    pub fn load(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Keeps it.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if self.files.is_empty() && self.unreadable_since.is_none() {
            return durable::remove(path);
        }
        durable::put(path, &serde_json::to_vec_pretty(self)?)
    }

    /// Since when something kept counts.
    pub fn since(&self) -> Option<Moment> {
        let files = self.files.values().filter_map(|file| file.broken_since);
        files.chain(self.unreadable_since.filter(|_| !self.files.is_empty())).min()
    }
}
