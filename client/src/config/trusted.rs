//! Whether a policy of the machine is one: on Unix it and its folder belong to root and nobody else may write them. Otherwise
//! anybody who can write there would fix what an administrator's desktop does.

use postern_contract::configuration::{Finding, Gravity};
use std::path::Path;

/// What keeps a file or folder from counting as the machine's; none where nothing does, or where it cannot be looked at,
/// which is then said by whoever reads it.
#[cfg(unix)]
pub(super) fn fault(path: &Path, owner: u32) -> Option<Finding> {
    use std::os::unix::fs::MetadataExt as _;
    let about = std::fs::metadata(path).ok()?;
    let shown = path.display();
    let (found, fix) = if about.uid() != owner {
        (format!("{shown}, which belongs to the user {}", about.uid()), format!("chown {owner} {shown}"))
    } else if about.mode() & 0o022 != 0 {
        (
            format!("{shown}, which others may write (mode {:04o})", about.mode() & 0o7777),
            format!("chmod go-w {shown}"),
        )
    } else {
        return None;
    };
    let expected =
        format!("a policy of the machine that belongs to the user {owner} and that nobody else may write");
    Some(super::finding::whole(Gravity::Error, path, found, &expected, &fix))
}

/// Elsewhere nobody can tell, so no file is.
#[cfg(not(unix))]
pub(super) fn fault(path: &Path, _: u32) -> Option<Finding> {
    let found = format!("{}, of which nobody can tell who may write it", path.display());
    let expected = "a policy that the operating system itself keeps";
    Some(super::finding::whole(Gravity::Error, path, found, expected, "set it by group policy"))
}
