//! Reads the configuration file itself and looks at the files it names: whether they are there, and whether others can
//! read what is secret. What a text alone can show is in `reading`.

use super::file::Configuration;
use super::finding::{Findings, Notes};
use super::reading::{self, Sheet};
use std::path::{Path, PathBuf};

/// What is expected of a file that the configuration names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is there, and nobody else reads it.
    Secret,
    /// It is there.
    Present,
    /// It is made where it is absent; its folder is there.
    Made,
}

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

fn look(named: &Named<'_>, notes: &mut Notes) {
    let (key, path) = (named.key, &*named.path);
    if named.expected == Expected::Made {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            notes.error(
                key,
                format!("a path in a folder that is not there: {}", path.display()),
                "a path in a folder that exists",
                "create the folder, or name another path",
            );
        }
        return;
    }
    if let Err(fault) = std::fs::File::open(path) {
        notes.error(
            key,
            format!("a file that cannot be read: {} ({fault})", path.display()),
            "a file that is there and that this user may read",
            "create it, change its permissions, or name another",
        );
    } else if named.expected == Expected::Secret && mode(path).is_some_and(|mode| mode & 0o027 != 0) {
        notes.warning(
            key,
            format!("a secret that others may read or change: {}", path.display()),
            "a file of mode 0600, or 0640 where its group is the server's",
            &format!("chmod 600 {}", path.display()),
        );
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
