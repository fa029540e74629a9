//! The file with the backend's 32-byte key: made for its owner alone when a database is used for the first time, and refused
//! when others can read it. It appears whole or not at all.

use crate::Random;
use contract::Secret;
use std::fmt;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const LENGTH: usize = 32;

/// A key as a file holds it.
pub type Key = Secret<[u8; LENGTH]>;

/// Why there is no key: which file, and what is wrong with it.
#[derive(Debug)]
pub struct KeyFileFault(PathBuf, Wrong);

#[derive(Debug)]
enum Wrong {
    Unread(std::io::Error),
    Open(u32),
    NoKey,
    Unmade(std::io::Error),
    Lost,
}

impl KeyFileFault {
    /// What was found.
    pub fn found(&self) -> String {
        let path = self.0.display();
        match &self.1 {
            Wrong::Unread(fault) => format!("the key file {path} cannot be read ({fault})"),
            Wrong::Open(mode) => format!("the key file {path} can be read by others (mode {mode:04o})"),
            Wrong::NoKey => format!("the key file {path} does not hold a key"),
            Wrong::Unmade(fault) => format!("the key file {path} cannot be created ({fault})"),
            Wrong::Lost => {
                format!("the key file {path} is not there, and the database was used with a key before")
            }
        }
    }

    /// What was expected.
    pub fn expected(&self) -> &'static str {
        match self.1 {
            Wrong::Unread(_) => "a file that this user may read",
            Wrong::Open(_) => "a file of mode 0600",
            Wrong::NoKey => "64 hexadecimal digits",
            Wrong::Unmade(_) => "a path in a folder that exists and may be written",
            Wrong::Lost => "the file with that key",
        }
    }

    /// How to mend it.
    pub fn fix(&self) -> String {
        match self.1 {
            Wrong::Unread(_) => {
                "start as the user it belongs to, or name another as `file` in the section `[key]`".to_owned()
            }
            Wrong::Open(_) => format!("run: chmod 600 {}", self.0.display()),
            Wrong::NoKey | Wrong::Lost => "restore it from where it was saved, or name another as `file` in the section \
                                           `[key]`. A new key does not do: the database knows with which it was used"
                .to_owned(),
            Wrong::Unmade(_) => "create the folder, or name another path as `file` in the section `[key]`".to_owned(),
        }
    }
}

impl fmt::Display for KeyFileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; nothing was changed. Expected {}. To mend: {}",
            self.found(),
            self.expected(),
            self.fix()
        )
    }
}

impl std::error::Error for KeyFileFault {}

/// Says that there must be one.
pub fn lost(path: &Path) -> KeyFileFault {
    KeyFileFault(path.to_owned(), Wrong::Lost)
}

/// Reads the key, where there is one.
pub fn read(path: &Path) -> Result<Option<Key>, KeyFileFault> {
    let wrong = |wrong| KeyFileFault(path.to_owned(), wrong);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
        Err(fault) if fault.kind() == ErrorKind::InvalidData => return Err(wrong(Wrong::NoKey)),
        Err(fault) => return Err(wrong(Wrong::Unread(fault))),
    };
    // a group that may read is the server's own, as where systemd hands the file over
    match mode(path) {
        mode if mode & 0o037 != 0 => Err(wrong(Wrong::Open(mode))),
        _ => parse(text.trim()).map(Some).ok_or_else(|| wrong(Wrong::NoKey)),
    }
}

/// Makes the file with a new key; whether it did, since somebody else may have done so at the same time.
pub fn create(path: &Path, random: &dyn Random) -> Result<(Key, bool), KeyFileFault> {
    let unmade = |fault| KeyFileFault(path.to_owned(), Wrong::Unmade(fault));
    let made = place(path, random).map_err(unmade)?;
    let key = read(path)?.ok_or_else(|| unmade(ErrorKind::NotFound.into()))?;
    Ok((key, made))
}

/// Takes back a file that [`create`] made and that turned out to be the wrong one.
pub fn take_back(path: &Path) {
    if let Err(fault) = std::fs::remove_file(path) {
        tracing::warn!(%fault, "the key file that was made in vain cannot be removed");
    }
}

fn place(path: &Path, random: &dyn Random) -> std::io::Result<bool> {
    let mut key = Zeroizing::new([0; LENGTH]);
    random.fill(&mut *key).map_err(|_| std::io::Error::other("the operating system gives no randomness"))?;
    let mut text = Zeroizing::new(String::with_capacity(LENGTH * 2 + 1));
    for byte in *key {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // for its owner alone from the first moment on
    let mut draft = tempfile::Builder::new().prefix(".postern-").suffix(".part").tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(path) {
        Ok(_) => {}
        Err(fault) if fault.error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(fault) => return Err(fault.error),
    }
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(true)
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).map_or(0, |data| std::os::unix::fs::MetadataExt::mode(&data) & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0
}

fn parse(text: &str) -> Option<Key> {
    if text.len() != LENGTH * 2 || !text.is_ascii() {
        return None;
    }
    let mut key = Zeroizing::new([0; LENGTH]);
    for (position, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[position * 2..position * 2 + 2], 16).ok()?;
    }
    Some(Secret::new(*key))
}

#[cfg(test)]
mod tests {
    use super::{create, read};
    use crate::SystemRandom;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts.db.key");
        assert!(read(&path).unwrap().is_none());
        let (key, made) = create(&path, &SystemRandom).unwrap();
        assert!(made && read(&path).unwrap() == Some(key.clone()));
        // whoever comes second has the first one's
        let (again, made) = create(&path, &SystemRandom).unwrap();
        assert!(!made && again == key);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
        std::fs::write(&path, "not a key").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("64 hexadecimal digits"));
        assert!(create(&folder.path().join("no/such/folder"), &SystemRandom).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_remedy() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts.db.key");
        create(&path, &SystemRandom).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("chmod 600"));
        // as a service manager hands it over
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o440)).unwrap();
        assert!(read(&path).is_ok());
    }
}
