//! Lock files: one writer at a time, over all processes. The lock belongs to an open file, so that a killed process holds none;
//! the file is removed with the lock, so that none stays behind.

use super::{beside, closed, folder, link, previous, swap, sweep};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long another writer is waited for: such a write takes milliseconds, so a longer lock is stuck.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the lock is asked for meanwhile.
const EACH: Duration = Duration::from_millis(10);
/// What the name of a file's lock ends with.
const LOCK: &str = ".lock";

/// A lock file that is held; dropped, it is removed.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    held: File,
}

impl LockFile {
    /// Takes the lock, and makes its file and the folder around it where they are missing. None while another program holds it.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        folder::make(folder::of(path))?;
        Self::of(path, OpenOptions::new().read(true).write(true).create(true).truncate(false))
    }

    fn of(path: &Path, options: &mut OpenOptions) -> io::Result<Option<Self>> {
        loop {
            let held = closed(options).open(path)?;
            match held.try_lock() {
                // the holder before removes the file with its lock: what was opened must still be there
                Ok(()) if is_there(&held, path) => return Ok(Some(Self { path: path.to_owned(), held })),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(fault)) => return Err(fault),
            }
        }
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // it is still locked: whoever opened it before sees that it is gone, and opens another
        #[cfg(unix)]
        if is_there(&self.held, &self.path) {
            // one that stays is used again
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Whether the path still leads to the file that is open.
#[cfg(unix)]
fn is_there(open: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(open), Ok(there)) = (open.metadata(), std::fs::symlink_metadata(path)) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_there(_: &File, _: &Path) -> bool {
    true
}

/// Removes the lock files of a folder that killed programs left. Those that are held stay.
pub fn sweep_locks(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_lock = name.starts_with('.') && name.ends_with(LOCK);
        if is_lock && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // removed where it can be taken
            drop(LockFile::of(&entry.path(), OpenOptions::new().read(true).write(true)));
        }
    }
}

/// A file that no other program writes through this module until this is dropped.
#[derive(Debug)]
pub struct Locked {
    path: PathBuf,
    _lock: LockFile,
}

impl Locked {
    /// Waits for other writers, 10 seconds at most; then [`io::ErrorKind::TimedOut`]. It blocks: call it off the runtime's
    /// threads. Asked for again by one who holds it, it waits in vain.
    pub fn of(path: &Path) -> io::Result<Self> {
        let path = link::target(path)?;
        if std::fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, super::NOT_A_REGULAR_FILE));
        }
        folder::make(folder::of(&path))?;
        let name = beside(&path, ".", LOCK);
        let mut waited = Duration::ZERO;
        loop {
            if let Some(lock) = LockFile::take(&name)? {
                return Ok(Self { path, _lock: lock });
            }
            if waited >= PATIENCE {
                let why = "another program is writing this file and does not end";
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
            rest();
            waited += EACH;
        }
    }

    /// As [`super::replace`].
    pub fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        sweep(&self.path)?;
        let mode = match std::fs::read(&self.path) {
            Ok(before) => {
                let mode = std::fs::metadata(&self.path)?.permissions();
                swap(&previous(&self.path), &before, Some(mode.clone()))?;
                Some(mode)
            }
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => None,
            Err(fault) => return Err(fault),
        };
        swap(&self.path, bytes, mode)
    }

    /// As [`super::put`].
    pub fn put(&self, bytes: &[u8]) -> io::Result<()> {
        sweep(&self.path)?;
        let mode = std::fs::metadata(&self.path).ok().map(|about| about.permissions());
        swap(&self.path, bytes, mode)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the system tells no event when another process lets go of a file, or waits without a limit"
)]
fn rest() {
    std::thread::sleep(EACH);
}
