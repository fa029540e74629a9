//! Files that survive a kill, a full disk and a power cut: after each step the file on disk is the old one or the new one,
//! never half of either. Every file that the desktop's side writes for longer than a moment is written here.
//!
//! [`replace`] writes a temporary file in the same folder, brings it to the disk, renames it over the old one and brings the
//! folder to the disk. The mode is kept, and so is the copy before, as `NAME.previous`. [`append`] adds one line to a journal.
//! Both hold a lock file (`.NAME.lock`) meanwhile, so that two processes follow each other, and remove it at the end;
//! [`Locked`] is for those who read before they write.

mod folder;
mod link;
mod lock;

pub use folder::make as make_folder;
pub use link::is_same_file;
pub use lock::{LockFile, Locked, sweep_locks};

use postern_contract::configuration::{Finding, Gravity};
use postern_contract::{Problem, ProblemCode};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The ending of a temporary file.
const NEW: &str = ".new";

/// Puts `bytes` in the place of the file, and keeps what stood there as [`previous`]. A folder that is missing is made, for
/// this user alone; so is a file that is new. A link is followed: the file it leads to is replaced.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Locked::of(path)?.replace(bytes)
}

/// As [`replace`], but what stood there is gone: for what grows old, such as the account as last seen.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Locked::of(path)?.put(bytes)
}

/// Writes a new file, durably; [`io::ErrorKind::AlreadyExists`] where something has that name, a link too. A folder that is
/// missing is made, for this user alone; so is the file.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    folder::make(folder::of(path))?;
    let within = folder::of(path);
    let mut new = temporary(path)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist_noclobber(path).map_err(|fault| fault.error)?;
    folder::sync(within).inspect_err(|_| {
        // what is reported as not written is not left behind
        let _ = std::fs::remove_file(path);
    })
}

/// Puts `bytes` in the place of a file that other programs of ours do not write meanwhile, such as one that a person names: no
/// lock and no copy stays beside it.
pub fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = link::target(path)?;
    let there = std::fs::metadata(&path).ok();
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, NOT_A_REGULAR_FILE));
    }
    folder::make(folder::of(&path))?;
    swap(&path, bytes, there.map(|there| there.permissions()))
}

/// Removes the file, durably. One that is not there is no error. A link stays: the file it leads to is removed.
pub fn remove(path: &Path) -> io::Result<()> {
    let path = &link::target(path)?;
    match std::fs::remove_file(path) {
        Ok(()) => folder::sync(folder::of(path)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Moves a file to where nothing stands, durably. A folder that is missing is made, for this user alone.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let (left, entered) = (folder::of(from), folder::of(to));
    folder::make(entered)?;
    std::fs::rename(from, to)?;
    folder::sync(entered)?;
    folder::sync(left)
}

/// Where the copy before is kept: `NAME.previous` in the same folder.
pub fn previous(path: &Path) -> PathBuf {
    beside(path, "", ".previous")
}

/// Adds one line to a journal and brings it to the disk. What an interrupted `append` left, a last line without its end, was
/// never acknowledged and goes first. `line` holds no newline.
pub fn append(path: &Path, line: &str) -> io::Result<()> {
    if line.contains('\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a line of a journal holds no newline"));
    }
    let _lock = Locked::of(path)?;
    let is_new = !path.exists();
    let mut file =
        closed(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path)?;
    let whole = whole_length(&mut file)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()?;
    if is_new { folder::sync(folder::of(path)) } else { Ok(()) }
}

/// What is said of a folder, a pipe or a device where a file is needed.
pub const NOT_A_REGULAR_FILE: &str = "it is not a regular file";

/// The first bytes of a regular file, `most` of them. Anything else is refused at once: a pipe may never end, and a device
/// may act when it is read.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = reading(OpenOptions::new().read(true)).open(path)?;
    // the file that was opened, whatever has its name by now
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, NOT_A_REGULAR_FILE));
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A whole regular file that may have `most` bytes; a longer one is refused.
pub fn whole(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let bytes = read(path, most + 1)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
    }
    Ok(bytes)
}

/// What was read of a file; none where there is no file.
pub fn optional(read: io::Result<Vec<u8>>) -> io::Result<Option<Vec<u8>>> {
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The whole lines of a journal; none where there is no file. A last line without its end was never acknowledged.
pub fn lines(path: &Path) -> io::Result<Vec<String>> {
    let Some(bytes) = optional(std::fs::read(path))? else { return Ok(Vec::new()) };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(&[][..], |end| &bytes[..end]);
    let text = std::str::from_utf8(whole).map_err(|_| {
        io::Error::new(io::ErrorKind::InvalidData, "the journal holds bytes that are no UTF-8")
    })?;
    Ok(text.split('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// A fault of a file as a problem: which file, what the system said, and what to do.
pub fn failed(path: &Path, fault: &io::Error) -> Problem {
    let fix = match fault.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on the disk, then try again",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make the file and its folder writable for you, then try again"
        }
        io::ErrorKind::TimedOut => "end the other program that holds the file, then try again",
        _ => "see to it that the file can be read and written, then try again",
    };
    Problem::new(ProblemCode::FileFailed).findings(vec![Finding {
        gravity: Gravity::Error,
        file: path.display().to_string(),
        line: 0,
        column: 0,
        key: String::new(),
        found: fault.to_string(),
        expected: "a file that can be read and written; what it holds is unchanged".to_owned(),
        fix: fix.to_owned(),
    }])
}

/// Writes a temporary file and renames it over `path`.
fn swap(path: &Path, bytes: &[u8], mode: Option<std::fs::Permissions>) -> io::Result<()> {
    let within = folder::of(path);
    let mut new = temporary(path)?;
    new.write_all(bytes)?;
    if let Some(mode) = mode {
        new.as_file().set_permissions(mode)?;
    }
    new.as_file().sync_all()?;
    new.persist(path).map_err(|fault| fault.error)?;
    folder::sync(within)
}

/// A temporary file beside the one that it becomes.
fn temporary(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let prefix = beside(path, ".", ".");
    let name = prefix.file_name().unwrap_or_default();
    tempfile::Builder::new().prefix(name).suffix(NEW).tempfile_in(folder::of(path))
}

/// What killed writers left behind. Called under the lock, so nobody is still writing it.
fn sweep(path: &Path) -> io::Result<()> {
    let prefix = beside(path, ".", ".");
    let prefix = prefix.file_name().unwrap_or_default().as_encoded_bytes();
    for entry in std::fs::read_dir(folder::of(path))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(prefix) && name.ends_with(NEW.as_bytes()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A name beside the file's.
fn beside(path: &Path, before: &str, after: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(before);
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    path.with_file_name(name)
}

/// The length up to the end of the last whole line.
fn whole_length(file: &mut File) -> io::Result<u64> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    Ok(whole as u64)
}

/// Opening a pipe does not wait for its other end.
#[cfg(unix)]
fn reading(options: &mut OpenOptions) -> &mut OpenOptions {
    let flags = rustix::fs::OFlags::NONBLOCK.bits();
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.cast_signed())
}

#[cfg(not(unix))]
fn reading(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// A file that is made new is for this user alone.
#[cfg(unix)]
fn closed(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn closed(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests;
