//! The folder around a file: made where it is missing, and brought to the disk after a name in it changed. A rename that only
//! the folder in memory knows of is undone by a power cut.

use std::io;
use std::path::Path;

/// The folder a file stands in.
pub(super) fn of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder and those around it, for this user alone, and brings their names to the disk.
pub fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let outer = of(folder);
    if outer != folder {
        make(outer)?;
    }
    let made = || {
        #[cfg(unix)]
        return std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(folder);
        #[cfg(not(unix))]
        std::fs::create_dir(folder)
    };
    match made() {
        Ok(()) => sync(outer),
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Brings a folder to the disk.
#[cfg(unix)]
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Elsewhere a rename is durable by itself.
#[cfg(not(unix))]
pub(super) fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
