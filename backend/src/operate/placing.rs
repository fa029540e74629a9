//! Gives a new database the place of the one that was there: nothing of the old one stays where SQLite would take it for a
//! part of the new one, and the new one belongs to whom the old one belonged.

use contract::Moment;
use std::path::{Path, PathBuf};

/// What SQLite keeps beside a database, and would take for a part of whatever has its name: a log that was left there by
/// a program that was killed would be written into the restored file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A log beside a copy that is not empty, and its bytes: under the copy's own name, or that of the file it is a link to.
pub(super) fn log_beside(copy: &Path) -> Option<(PathBuf, u64)> {
    let names = [Some(copy.to_owned()), std::fs::canonicalize(copy).ok()];
    // the third is an index of the first, and holds nothing of its own
    let mut logs =
        names.into_iter().flatten().flat_map(|name| ["-wal", "-journal"].map(|ending| with(&name, ending)));
    logs.find_map(|log| {
        let bytes = std::fs::metadata(&log).ok()?.len();
        (bytes > 0).then_some((log, bytes))
    })
}

/// What is at a database's place: the file, what lies beside it, both, or nothing.
#[derive(Debug)]
pub(super) struct Old {
    database: PathBuf,
    /// The other name.
    kept: PathBuf,
    file: bool,
    companions: Vec<&'static str>,
}

impl Old {
    pub(super) fn of(database: &Path, now: Moment) -> Self {
        let instant: String =
            now.to_string().chars().take_while(|c| *c != '.').filter(|c| *c != ':').collect();
        let instant = instant.trim_end_matches('Z');
        // one that was kept in this very second keeps its name
        let mut names = std::iter::once(format!(".before-{instant}"))
            .chain((2..).map(|number| format!(".before-{instant}-{number}")))
            .map(|ending| with(database, &ending));
        let is_free = |name: &PathBuf| {
            !name.exists() && COMPANIONS.into_iter().all(|ending| !with(name, ending).exists())
        };
        Self {
            database: database.to_owned(),
            kept: names.find(is_free).unwrap_or_else(|| with(database, ".before")),
            file: database.exists(),
            companions: COMPANIONS.into_iter().filter(|ending| with(database, ending).exists()).collect(),
        }
    }

    /// Gives it another name beside its own. The file keeps its own too, so that there is a database at its place at any
    /// time.
    pub(super) fn keep(&self) -> std::io::Result<()> {
        if self.file {
            std::fs::hard_link(&self.database, &self.kept)?;
        }
        for companion in &self.companions {
            std::fs::rename(with(&self.database, companion), with(&self.kept, companion))?;
        }
        Ok(())
    }

    /// Where it is then, if there was anything: the file, or the first of what lay beside one that was gone.
    pub(super) fn kept(self) -> Option<PathBuf> {
        match self.companions.first() {
            _ if self.file => Some(self.kept),
            companion => companion.map(|companion| with(&self.kept, companion)),
        }
    }
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Gives a new file the owner and the mode of the database it is to replace. Where there is none, it belongs to whom the
/// folder belongs, as far as this user may give it away, and is for the owner alone.
#[cfg(unix)]
pub(super) fn give(new: &Path, database: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let folder = new.parent().unwrap_or(Path::new("."));
    let (like, mode) = match std::fs::metadata(database) {
        Ok(old) => {
            let mode = old.mode() & 0o777;
            (old, mode)
        }
        Err(_) => (std::fs::metadata(folder)?, 0o600),
    };
    let now = std::fs::metadata(new)?;
    if (now.uid(), now.gid()) != (like.uid(), like.gid()) {
        match chown(new, Some(like.uid()), Some(like.gid())) {
            Err(fault) if database.exists() || fault.kind() != std::io::ErrorKind::PermissionDenied => {
                return Err(fault);
            }
            _ => {}
        }
    }
    std::fs::set_permissions(new, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn give(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}
