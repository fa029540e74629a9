//! The path of an SQLite database as a URL that the driver takes, whatever characters it is made of.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

/// A database file as it is named to the driver, without parameters.
#[derive(Debug, Clone)]
pub(crate) struct FileUrl {
    /// The path as text, as SQLite takes it.
    pub text: String,
    /// Held open where the text goes through it.
    _folder: Option<Arc<fs::File>>,
}

impl FileUrl {
    /// Names a file, which need not be there; its folder is.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let path = plain(path)?;
        match path.to_str() {
            Some(text) => Ok(Self { text: text.to_owned(), _folder: None }),
            None => through_folder(&path),
        }
    }

    /// The URL, with these parameters.
    pub(crate) fn with(&self, parameters: &str) -> String {
        format!("sqlite://{}?{parameters}", percent_encoded(&self.text))
    }
}

/// An absolute path without `.` and `..`, which a URL resolves by its text alone.
fn plain(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    if path.components().all(|part| !matches!(part, Component::ParentDir | Component::CurDir)) {
        return Ok(path);
    }
    let (folder, name) = path.parent().zip(path.file_name()).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(fs::canonicalize(folder)?.join(name))
}

/// The driver takes no bytes that are not UTF-8: the folder is named by its descriptor, which the kernel resolves.
#[cfg(target_os = "linux")]
fn through_folder(path: &Path) -> io::Result<FileUrl> {
    use std::os::fd::AsRawFd as _;
    let name = path.file_name().and_then(std::ffi::OsStr::to_str);
    let (folder, name) = path.parent().zip(name).ok_or_else(not_text)?;
    let folder = fs::File::open(folder)?;
    let text = format!("/proc/self/fd/{}/{name}", folder.as_raw_fd());
    Ok(FileUrl { text, _folder: Some(Arc::new(folder)) })
}

#[cfg(not(target_os = "linux"))]
fn through_folder(_: &Path) -> io::Result<FileUrl> {
    Err(not_text())
}

fn not_text() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "the name of the file is no UTF-8")
}

/// A path may hold characters that mean something in a URL.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:._-~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(all(test, unix))]
mod tests {
    use crate::store::Store;
    use crate::store::engine::Location;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    // U12: the folder of a desktop's data lies wherever its owner's home is
    #[tokio::test]
    async fn u12_a_database_opens_in_a_folder_of_any_name() {
        let names: &[&[u8]] = &[
            b"plain",
            b"what?",
            b"a?mode=ro&x=#y",
            b"50%25 of %",
            b"two words",
            b"quote'\"\\",
            "바다 ü".as_bytes(),
            b"line\nfeed",
            b"no \xff utf-8 \xc3?#%",
        ];
        for name in names {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join(OsStr::from_bytes(name));
            std::fs::create_dir(&folder).unwrap();
            let file = folder.join("accounts.db");
            for _ in 0..2 {
                let store = Store::open_at(Location::File(&file), true).await.unwrap();
                let mut tx = store.write().await.unwrap();
                let time = tx.latest_time().await;
                assert!(time.is_ok(), "{name:?}: {time:?}");
                tx.commit().await.unwrap();
                assert!(file.exists() && folder.join("accounts.db-wal").exists(), "{name:?}");
                let beside: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
                assert_eq!(beside.len(), 1, "{name:?}: nothing is made elsewhere");
                store.close().await;
            }
        }
    }
}
