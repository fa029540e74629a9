//! The highest serial that was imported of each signer. It survives undoing, and it never goes back.

use crate::bundle::{Bundle, fingerprint};
use crate::durable::{self, optional};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "imported.json";

/// By public key, one line each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Serials(BTreeMap<String, Before>);

/// The highest of one signer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Its number.
    pub serial: u64,
    /// SHA-256 of what was signed.
    contents: String,
    /// Whether its import ended. One that was interrupted may be imported again.
    ended: bool,
}

impl Before {
    /// Whether this bundle may follow.
    pub fn admits(&self, serial: u64, bundle: &Bundle) -> bool {
        serial > self.serial
            || (!self.ended && serial == self.serial && self.contents == fingerprint(bundle.contents()))
    }
}

impl Serials {
    /// The highest of that key.
    pub fn before(&self, key: &str) -> Option<&Before> {
        self.0.get(key)
    }
}

fn path(state: &Path) -> PathBuf {
    state.join(FILE)
}

/// What is kept. Numbers that cannot be read are no reason to believe that there were none.
pub fn load(state: &Path) -> io::Result<Serials> {
    match optional(std::fs::read(path(state)))? {
        Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
        None => Ok(Serials::default()),
    }
}

/// Takes the bundle's number: begun, or ended.
pub fn take(state: &Path, key: &str, bundle: &Bundle, ended: bool) -> io::Result<()> {
    let mut serials = load(state)?;
    let (serial, contents) = (bundle.manifest.serial, fingerprint(bundle.contents()));
    serials.0.insert(key.to_owned(), Before { serial, contents, ended });
    durable::put(&path(state), &serde_json::to_vec_pretty(&serials)?)
}
