//! One writer at a time, over all processes. The lock belongs to an open file, so that a killed process leaves none behind.

use super::{beside, closed, folder, link, previous, swap, sweep};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long another writer is waited for: such a write takes milliseconds, so whoever holds the lock longer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the lock is asked for meanwhile.
const EACH: Duration = Duration::from_millis(10);

/// A file that nobody else writes through this module until this is dropped.
#[derive(Debug)]
pub struct Locked {
    path: PathBuf,
    _held: File,
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
        let name = beside(&path, ".", ".lock");
        let held =
            closed(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(name)?;
        let mut waited = Duration::ZERO;
        loop {
            match held.try_lock() {
                Ok(()) => return Ok(Self { path, _held: held }),
                Err(TryLockError::WouldBlock) if waited < PATIENCE => {
                    rest();
                    waited += EACH;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "another program is writing this file and does not end",
                    ));
                }
                Err(TryLockError::Error(fault)) => return Err(fault),
            }
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
