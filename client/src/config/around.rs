//! Reads a file and looks at what lies around it: the certificates it names, and whether others may write it. What a text alone
//! can show is in the backend's `reading`, which reads its own file alike.

use super::effective::Effective;
use super::file::{BackendEntry, File};
use super::finding;
use super::policy_file::PolicyFile;
use super::validate;
use crate::transport::trust::{FILE_BYTES_MAX, authorities};
use crate::{bundle, durable};
use postern_backend::certificate::{Certificates, Flaw};
use postern_backend::config::finding::{Gravity, Notes};
use postern_backend::config::reading::{self, Configured, Sheet};
use postern_contract::configuration::Finding;
use std::io;
use std::path::Path;

/// A file that names backends.
pub(crate) trait Names: Configured {
    /// The backends it names, each list with its key.
    fn named(&self) -> Vec<(&'static str, &[BackendEntry])>;
}

impl Names for File {
    fn named(&self) -> Vec<(&'static str, &[BackendEntry])> {
        vec![("backends", &self.backends)]
    }
}

impl Names for PolicyFile {
    fn named(&self) -> Vec<(&'static str, &[BackendEntry])> {
        vec![
            ("managed.backends", &self.managed.backends),
            ("recommended.backends", &self.recommended.backends),
        ]
    }
}

/// Reads a configuration file. Everything that was found comes back, warnings too; no configuration where one of them is an
/// error. An error of its own where there is nothing to read.
pub fn read_file(path: &Path) -> io::Result<(Option<File>, Vec<Finding>)> {
    Ok(read_bytes(path, bytes(path)?))
}

/// The same of bytes that were read.
pub fn read_bytes(path: &Path, bytes: Vec<u8>) -> (Option<File>, Vec<Finding>) {
    let (read, sheet) = of_bytes(path, bytes);
    (read, finding::of(sheet.findings()))
}

/// Checks a file that is to become the user's, beside the others that count here. Answers as [`read_file`].
pub fn check_file(path: &Path, now: &Effective) -> io::Result<(Option<File>, Vec<Finding>)> {
    check(path, |read: &File, notes| validate::user_file(read, now, notes))
}

/// Checks a file that is to become a policy, beside the others that count here. Answers as [`read_file`]. Whose it is, is for
/// [`super::trusted`] to say.
pub fn check_policy(path: &Path, now: &Effective) -> io::Result<(Option<PolicyFile>, Vec<Finding>)> {
    check(path, |read: &PolicyFile, notes| validate::policy_file(read, now, notes))
}

fn check<T: Names>(
    path: &Path,
    beside: impl FnOnce(&T, &mut Notes),
) -> io::Result<(Option<T>, Vec<Finding>)> {
    let (read, sheet) = held_against(path, bytes(path)?, |read: &T, notes| {
        named_certificates(path, read, notes);
        beside(read, notes);
    });
    Ok((read, finding::of(sheet.findings())))
}

/// Reads a text as a file of either shape ([`File`], [`PolicyFile`]), without what lies around it; `path` is what findings call
/// it. Answers as [`read_file`].
pub fn read_text<T: Configured>(path: &Path, text: &str) -> (Option<T>, Vec<Finding>) {
    let (read, sheet) = reading::read::<T>(path, text);
    (read, finding::of(sheet.findings()))
}

/// The bytes of a file of either shape. What is no plain file is refused, and so is one that no bundle could carry: files
/// are written by people, and a mistaken one must not take the memory of whoever reads it.
pub fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    durable::whole(path, bundle::FILE_BYTES_MAX as u64)
}

/// Reads a file of either shape, with what lies around it.
pub(super) fn read<T: Names>(path: &Path) -> (Option<T>, Sheet) {
    match bytes(path) {
        Ok(bytes) => of_bytes(path, bytes),
        Err(fault) => (None, Sheet::unreadable(path, &fault)),
    }
}

/// The same from what was read already.
pub(super) fn of_bytes<T: Names>(path: &Path, bytes: Vec<u8>) -> (Option<T>, Sheet) {
    held_against(path, bytes, |read: &T, notes| named_certificates(path, read, notes))
}

fn named_certificates<T: Names>(path: &Path, read: &T, notes: &mut Notes) {
    for (key, backends) in read.named() {
        certificates(path, key, backends, notes);
    }
}

/// The same, with somebody else's view of what lies around the file: of one that is imported, all is in memory already.
pub(crate) fn held_against<T: Configured>(
    path: &Path,
    bytes: Vec<u8>,
    around: impl FnOnce(&T, &mut Notes),
) -> (Option<T>, Sheet) {
    let Ok(text) = String::from_utf8(bytes) else { return (None, Sheet::not_text(path)) };
    let (read, mut sheet) = reading::read_around::<T>(path, &text, around);
    let mut notes = Notes::default();
    if mode(path).is_some_and(|mode| mode & 0o022 != 0) {
        notes.warning(
            "",
            "a file that others may write",
            "one that its owner alone may write, since it decides where passwords are sent",
            &format!("chmod go-w {}", path.display()),
        );
    }
    sheet.note(notes);
    let refused = sheet.refused();
    (read.filter(|_| !refused), sheet)
}

fn certificates(path: &Path, key: &str, backends: &[BackendEntry], notes: &mut Notes) {
    let folder = path.parent().unwrap_or(Path::new("."));
    for (at, backend) in backends.iter().enumerate() {
        for (number, named) in backend.ca.iter().enumerate() {
            let file = folder.join(named);
            let key = format!("{key}.{at}.ca.{number}");
            match durable::whole(&file, FILE_BYTES_MAX) {
                Err(fault) => notes.error(
                    &key,
                    format!("a file that cannot be read: {} ({fault})", file.display()),
                    "a PEM file with certificates that is there and that this user may read",
                    "put it there, change its permissions, or name another",
                ),
                Ok(bytes) => flaws(&key, &file, &authorities(&bytes), notes),
            }
        }
    }
}

/// Adds what is wrong with a file of certificates.
pub(crate) fn flaws(key: &str, file: &Path, read: &Certificates, notes: &mut Notes) {
    const EXPECTED: &str = "a PEM file with certificates of authorities, and nothing else";
    for Flaw { gravity, found, fix } in &read.flaws {
        let found = format!("{}, {found}", file.display());
        match gravity {
            Gravity::Error => notes.error(key, found, EXPECTED, fix),
            Gravity::Warning => notes.warning(key, found, EXPECTED, fix),
        }
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path).ok()?))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}
