//! Reads the configuration file itself and looks at the files it names: whether they are there, and whether others can
//! read what is secret. What a text alone can show is in `reading`.

use super::file::Configuration;
use super::finding::{Findings, Gravity, Notes};
use super::key_file;
use super::reading::{self, Sheet};
use crate::certificate::{Flaw, read_authorities};
use crate::clock::{Clock as _, SystemClock};
use crate::delivery::unopened;
use crate::serve::certificate_flaws;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What is expected of a file that the configuration names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is there, its first line is a secret, and nobody else reads it.
    Secret,
    /// It is there, holds a private key, and nobody else reads it.
    Key,
    /// It is there, and holds the certificate that the server shows.
    Chain,
    /// It is there, and holds certificates that are trusted.
    Authorities,
    /// It is made where it is absent; its folder is there.
    Made,
}

/// What the files of `[http.tls]` are to hold.
const SERVED: &str =
    "the certificate in PEM, then those that vouch for it, and its private key in PEM without a pass phrase";
/// What a file of trusted certificates is to hold.
const AUTHORITIES: &str = "a PEM file with certificates of authorities";

/// A path in the configuration.
#[derive(Debug)]
pub struct Named<'a> {
    /// Its key.
    pub key: &'static str,
    /// The path. A relative one begins at the folder of the configuration file.
    pub path: &'a mut PathBuf,
    /// What is expected of it.
    pub expected: Expected,
}

/// Reads a configuration file. Everything that was found comes back, warnings too.
pub fn load(file: &Path) -> (Option<Configuration>, Findings) {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(fault) => return (None, Sheet::unreadable(file, &fault).findings()),
    };
    let Ok(text) = String::from_utf8(bytes) else { return (None, Sheet::not_text(file).findings()) };
    let (configuration, mut sheet) = reading::read::<Configuration>(file, &text);
    let Some(mut configuration) = configuration else { return (None, sheet.findings()) };
    let mut notes = Notes::default();
    for named in configuration.paths() {
        if named.path.is_relative()
            && let Some(folder) = file.parent()
        {
            *named.path = folder.join(&*named.path);
        }
        look(&named, &mut notes);
    }
    used(&configuration, &mut notes);
    if mode(file).is_some_and(|mode| mode & 0o022 != 0) {
        notes.warning(
            "",
            "a configuration file that others may write",
            "one that its owner alone may write, since it decides what the server does",
            &format!("chmod go-w {}", file.display()),
        );
    }
    sheet.note(notes);
    let refused = sheet.refused();
    ((!refused).then_some(configuration), sheet.findings())
}

/// Reads what `serve` is going to read, as it does.
fn used(configuration: &Configuration, notes: &mut Notes) {
    if let Err(fault) = key_file::read(&configuration.key_file()) {
        notes.error("key.file", fault.found(), fault.expected(), &fault.fix());
    }
    if let Some(path) = configuration.database.path() {
        made("database.url", path, notes);
    }
    if let Some(file) = configuration.database.root_certificates() {
        root_certificates(&file, notes);
    }
    let faulty: Vec<String> = notes
        .taken
        .iter()
        .filter(|note| note.gravity == Gravity::Error)
        .map(|note| note.key.clone())
        .collect();
    let unread = |section: &str| faulty.iter().any(|key| key.starts_with(section));
    for (section, fault) in unopened(&configuration.settings().delivery) {
        if !unread(section) {
            let fix = "write what is expected, or name another";
            notes.error(&format!("{section}.{}", fault.key), fault.found, fault.expected, fix);
        }
    }
    if let Some(tls) = configuration.http.tls.as_ref().filter(|_| !unread("http.tls")) {
        for (path, flaw) in certificate_flaws(&tls.files()) {
            let key = if path == tls.key { "http.tls.key" } else { "http.tls.certificate" };
            note(key, &path, &flaw, SERVED, notes);
        }
    }
}

/// The certificates of database servers are read by the driver, which takes PEM as OpenSSL writes it alone.
fn root_certificates(file: &Path, notes: &mut Notes) {
    let flaws = match std::fs::read(file) {
        Err(fault) => vec![Flaw::error(
            format!("which cannot be read ({fault})"),
            "create it, change its permissions, or name another as `sslrootcert`",
        )],
        Ok(bytes) => {
            let mut read = crate::certificate::read(&bytes);
            let driven = CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).count();
            if read.is_usable() && driven != read.all.len() {
                read.flaws.push(Flaw::error(
                    format!("of whose {} certificates the database driver reads {driven}", read.all.len()),
                    "save it as plain text in UTF-8 without a byte order mark, each block on lines of its own",
                ));
            }
            read.flaws
        }
    };
    for flaw in flaws {
        note("database.url", file, &flaw, AUTHORITIES, notes);
    }
}

fn look(named: &Named<'_>, notes: &mut Notes) {
    let (key, path) = (named.key, &*named.path);
    if named.expected == Expected::Made {
        return made(key, path, notes);
    }
    let content = std::fs::read(path).map(Zeroizing::new);
    if let Ok(content) = &content {
        match named.expected {
            Expected::Secret if std::str::from_utf8(content).map_or(true, |text| text.trim().is_empty()) => {
                let found = format!("{}, which is empty or no text", path.display());
                let expected = "a file whose first line is the secret";
                return notes.error(key, found, expected, "write what is expected into it, or name another");
            }
            Expected::Authorities => {
                for flaw in read_authorities(content, SystemClock.now()).flaws {
                    note(key, path, &flaw, AUTHORITIES, notes);
                }
            }
            Expected::Secret | Expected::Key | Expected::Chain | Expected::Made => {}
        }
    }
    if let Err(fault) = content {
        notes.error(
            key,
            format!("a file that cannot be read: {} ({fault})", path.display()),
            "a file that is there and that this user may read",
            "create it, change its permissions, or name another",
        );
    } else if matches!(named.expected, Expected::Secret | Expected::Key)
        && mode(path).is_some_and(|mode| mode & 0o027 != 0)
    {
        notes.warning(
            key,
            format!("a secret that others may read or change: {}", path.display()),
            "a file of mode 0600, or 0640 where its group is the server's",
            &format!("chmod 600 {}", path.display()),
        );
    }
}

/// A file that is made where it is absent.
fn made(key: &str, path: &Path, notes: &mut Notes) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        notes.error(
            key,
            format!("a path in a folder that is not there: {}", path.display()),
            "a path in a folder that exists",
            "create the folder, or name another path",
        );
    }
}

/// Adds what is wrong with a certificate file.
fn note(key: &str, path: &Path, flaw: &Flaw, expected: &str, notes: &mut Notes) {
    let found = format!("{}, {}", path.display(), flaw.found);
    match flaw.gravity {
        Gravity::Error => notes.error(key, found, expected, &flaw.fix),
        Gravity::Warning => notes.warning(key, found, expected, &flaw.fix),
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path).ok()?).into()
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}
