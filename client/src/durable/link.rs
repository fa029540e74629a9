//! Symbolic links: a file is written through a link and the link stays, also where it leads to a file that is not there yet.

use std::io;
use std::path::{Path, PathBuf};

/// As many links in a row as Linux follows.
const LINKS_MAX: usize = 40;

/// The file that a path leads to, through every link. It need not be there; what is no link is its own target.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        match std::fs::read_link(&path) {
            // a relative link begins at the folder that it stands in
            Ok(to) => path = super::folder::of(&path).join(to),
            // no link, or nothing at all: the folders around it may still be links, so that one file has one name
            Err(_) => return std::fs::canonicalize(&path).or(Ok(path)),
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "its symbolic links lead in a circle"))
}

/// Whether both paths lead to one file that is there: through links, by another path, or as a second name of it.
#[cfg(unix)]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path: &Path| std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
    id(one).is_some_and(|one| Some(one) == id(other))
}

/// Whether both paths lead to one file that is there.
#[cfg(not(unix))]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    whole(one).is_some_and(|one| Some(one) == whole(other))
}
