//! Serials: the highest that was imported of each signer. They survive undoing and never go back. A bundle has to be newer than
//! those of every signer: an old one of another signer would roll the settings back just as well.

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

/// How a bundle stands to those that were imported before.
#[derive(Debug, PartialEq, Eq)]
pub enum Order {
    /// It is newer, or its import was interrupted.
    Next,
    /// It is the newest, and its import ended.
    Same,
    /// It is older than the one of that serial.
    Older {
        /// The serial of the newest.
        newest: u64,
        /// Whether another signer signed that one.
        is_others: bool,
    },
}

impl Serials {
    /// Of a bundle that is signed with that key.
    pub fn order(&self, key: &str, bundle: &Bundle) -> Order {
        let serial = bundle.manifest.serial;
        let Some((of, newest)) = self.0.iter().max_by_key(|(of, before)| (before.serial, *of == key)) else {
            return Order::Next;
        };
        if serial > newest.serial {
            return Order::Next;
        }
        if serial == newest.serial && newest.contents == fingerprint(bundle.contents()) {
            return if newest.ended { Order::Same } else { Order::Next };
        }
        Order::Older { newest: newest.serial, is_others: of != key }
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
