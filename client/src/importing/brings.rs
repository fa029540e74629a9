//! The certificates that a configuration names which is to be imported. They are read once, together with it: what was judged
//! and shown is what is written, even where somebody exchanges a file on the stick meanwhile.

use super::incoming::certificate;
use crate::bundle::{self, fingerprint};
use crate::durable;
use crate::transport::trust;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io;
use std::path::{Path, PathBuf};

/// Certificates, by the path that the configuration names them by.
#[derive(Debug, Default)]
pub struct Brings {
    /// Those that are written beside the user's configuration.
    pub along: BTreeMap<String, Vec<u8>>,
    /// Those that stay where they are, on this computer.
    staying: BTreeMap<String, Vec<u8>>,
    /// Those that were not read, and why.
    missing: BTreeMap<String, Missing>,
}

/// Why a certificate was not read.
#[derive(Debug)]
pub enum Missing {
    /// It cannot be, or it is too long.
    Unreadable(io::Error),
    /// More are named than are read.
    OneTooMany,
    /// Nothing of that name is in the bundle.
    NotWithin,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(fault) => write!(f, "which cannot be read: {fault}"),
            Self::OneTooMany => write!(f, "which is one too many: at most {} are read", bundle::FILES_MAX),
            Self::NotWithin => f.write_str("which is not in the bundle"),
        }
    }
}

impl Brings {
    /// Those of a bundle. One that lies elsewhere, at an absolute path, is not read: whoever made the bundle does not know
    /// what is there.
    pub fn within(along: BTreeMap<String, Vec<u8>>) -> Self {
        Self { along, ..Self::default() }
    }

    /// Those of a plain file: what it names by a relative path lies beside it and goes along, what it names by an absolute one
    /// stays where it is.
    pub fn beside(path: &Path, configuration: &[u8]) -> Self {
        let folder = path.parent().unwrap_or(Path::new("."));
        let named = str::from_utf8(configuration).ok().and_then(|text| bundle::certificates_of(text).ok());
        let mut all = Self::default();
        for (at, named) in named.unwrap_or_default().into_iter().enumerate() {
            if at >= bundle::FILES_MAX {
                all.missing.insert(named, Missing::OneTooMany);
                continue;
            }
            let goes_along = Path::new(&named).is_relative();
            let most = if goes_along { bundle::FILE_BYTES_MAX as u64 } else { trust::FILE_BYTES_MAX };
            match durable::whole(&folder.join(&named), most) {
                Ok(bytes) => {
                    let read = if goes_along { &mut all.along } else { &mut all.staying };
                    read.insert(named, bytes);
                }
                Err(fault) => {
                    all.missing.insert(named, Missing::Unreadable(fault));
                }
            }
        }
        all
    }

    /// One that is named so; why it was not read, where it was not.
    pub fn get(&self, named: &Path) -> Result<&[u8], &Missing> {
        const NOT_WITHIN: &Missing = &Missing::NotWithin;
        let named = named.to_str().ok_or(NOT_WITHIN)?;
        let read = self.along.get(named).or_else(|| self.staying.get(named));
        read.map(Vec::as_slice).ok_or_else(|| self.missing.get(named).unwrap_or(NOT_WITHIN))
    }

    /// Which of the others goes along too and holds the same.
    pub fn twin<'a>(&self, named: &Path, others: &'a [PathBuf]) -> Option<&'a PathBuf> {
        let along = |named: &Path| self.along.get(named.to_str()?);
        let bytes = along(named)?;
        others.iter().find(|other| along(other) == Some(bytes))
    }

    /// Names the state of a file and of all of these: SHA-256, in hexadecimal digits.
    pub fn fingerprint(&self, file: &str) -> String {
        let mut all = file.to_owned();
        for (named, bytes) in self.along.iter().chain(&self.staying) {
            let _ = write!(all, "\n{} {}", fingerprint(bytes), fingerprint(named.as_bytes()));
        }
        fingerprint(all.as_bytes())
    }

    /// Each with the SHA-256 of its file, as `sha256sum` prints it, for somebody to compare.
    pub fn shown(&self) -> Vec<String> {
        let all = self.along.iter().chain(&self.staying);
        all.map(|(named, bytes)| format!("{named} (SHA-256 {})", fingerprint(bytes))).collect()
    }

    /// What is written beside the user's configuration, with where in its folder.
    pub fn written(&self) -> impl Iterator<Item = (PathBuf, &[u8])> {
        self.along.values().map(|bytes| (certificate(bytes), bytes.as_slice()))
    }
}
