//! Copies of an SQLite database while it is in use, and the way back. A copy appears whole or not at all, for its owner
//! alone; nothing is restored that was not examined, and what was there before is kept.

use super::placing::{self, Old};
use crate::code::Keys;
use crate::store::copy::{Held, Standing, copy, end_what_was_under_way, examine, hold};
use crate::store::ended::{end_again, ended_in};
use contract::{Moment, Secret};
use std::fmt;
use std::path::{Path, PathBuf};

/// Why nothing was copied or restored. Its text says what happened and what to do; nothing was changed.
#[derive(Debug)]
pub enum Refused {
    /// There is a file at the place already.
    There(PathBuf),
    /// The database cannot be copied.
    Uncopied(PathBuf, String),
    /// The place cannot be written to.
    Unwritten(PathBuf, std::io::Error),
    /// The copy cannot be read, or is no database.
    Unread(PathBuf, String),
    /// A log of so many bytes lies beside the copy, which holds what is not in it.
    LogBeside(PathBuf, u64),
    /// The copy is damaged.
    Damaged(PathBuf, String),
    /// A newer version wrote the copy, or something else did.
    Unknown(PathBuf, i64),
    /// The copy belongs to another key than the one that was given.
    AnotherKey(PathBuf),
    /// Somebody has the database open.
    InUse(PathBuf),
    /// Whether somebody has it open cannot be told.
    Undecided(PathBuf, String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::There(path) => write!(
                f,
                "{} is there already; nothing was changed. Name another file, or, to restore over a database, add \
                 --replace: the one that is there is then kept beside it",
                path.display()
            ),
            Self::Uncopied(path, fault) => write!(
                f,
                "the database {} cannot be copied ({fault}); no copy was made and the database is as it was. \
                 Check that it is there, and that there is room for the copy",
                path.display()
            ),
            Self::Unwritten(path, fault) => write!(
                f,
                "{} cannot be written ({fault}); nothing was changed. Check that its folder exists, may be written, and \
                 has room",
                path.display()
            ),
            Self::Unread(path, fault) => write!(
                f,
                "{} cannot be read as a database ({fault}); nothing was changed. Choose a file that `backup` made",
                path.display()
            ),
            Self::LogBeside(log, bytes) => write!(
                f,
                "a log of {bytes} bytes lies beside the copy: {}. What was committed last may be in it alone; nothing was \
                 changed. Choose a file that `backup` made. Where both files were copied while no server ran, \
                 `sqlite3 COPY 'PRAGMA wal_checkpoint(TRUNCATE)'` moves the log into the copy first",
                log.display()
            ),
            Self::Damaged(path, fault) => write!(
                f,
                "the copy {} is damaged ({fault}); nothing was changed. Choose an earlier one",
                path.display()
            ),
            Self::Unknown(path, schema) => write!(
                f,
                "the copy {} has a schema that is not known here (number {schema}); nothing was changed. If a newer \
                 Postern made it, restore it with that version or a later one",
                path.display()
            ),
            Self::AnotherKey(path) => write!(
                f,
                "the copy {} belongs to another key than the one configured; nothing was changed. Restore the key file \
                 that was saved with it first",
                path.display()
            ),
            Self::InUse(path) => write!(
                f,
                "the database {} is in use; nothing was changed. Stop the server, then restore",
                path.display()
            ),
            Self::Undecided(path, fault) => write!(
                f,
                "whether the database {} is in use cannot be told ({fault}); nothing was changed. Stop the server, \
                 restore as the user the database belongs to, and check that its folder may be written",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Refused {}

/// A copy that was examined and found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The number of its schema.
    pub schema: i64,
    /// How many accounts are in it.
    pub accounts: u64,
}

/// What is restored beside the copy's own state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// Over a database that is there.
    pub replace: bool,
    /// With the accounts that ended since the copy was made, as the copy has them.
    pub bring_back: bool,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What is in the database now.
    pub whole: Whole,
    /// Where the database before it is.
    pub kept: Option<PathBuf>,
    /// How many accounts of the copy had ended since and did not come back. None where that was not asked for, or could not be
    /// told: without the database that is replaced, or without the key.
    pub stayed_ended: Option<u64>,
}

/// Copies the database into a file that must not be there yet. A server may go on working meanwhile: the copy is what was
/// committed when it began.
pub async fn back_up(database: &Path, into: &Path) -> Result<Whole, Refused> {
    if into.exists() {
        return Err(Refused::There(into.to_owned()));
    }
    let unwritten = |fault| Refused::Unwritten(into.to_owned(), fault);
    let draft = beside(into).map_err(unwritten)?;
    copy(database, draft.path())
        .await
        .map_err(|fault| Refused::Uncopied(database.to_owned(), fault.to_string()))?;
    let whole = verify(draft.path(), None).await?;
    draft.as_file().sync_all().map_err(unwritten)?;
    draft.persist_noclobber(into).map_err(|fault| unwritten(fault.error))?;
    remember(into).map_err(unwritten)?;
    Ok(whole)
}

/// Examines a copy: that it is sound, that nothing in it refers to nothing, that its schema is known, and, where a key is
/// given, that it belongs to that key.
pub async fn verify(copy: &Path, key: Option<&Secret<[u8; 32]>>) -> Result<Whole, Refused> {
    let unread = |fault: String| Refused::Unread(copy.to_owned(), fault);
    if !copy.is_file() {
        return Err(unread("there is no such file".to_owned()));
    }
    if let Some((log, bytes)) = placing::log_beside(copy) {
        return Err(Refused::LogBeside(log, bytes));
    }
    let found = examine(copy).await.map_err(|fault| unread(fault.to_string()))?;
    if let Some(fault) = found.faults.first() {
        return Err(Refused::Damaged(copy.to_owned(), fault.clone()));
    }
    if found.dangling > 0 {
        let fault = format!("{} rows refer to rows that are not there", found.dangling);
        return Err(Refused::Damaged(copy.to_owned(), fault));
    }
    if !found.is_known() {
        return Err(Refused::Unknown(copy.to_owned(), found.schema));
    }
    if let (Some(key), Some(check)) = (key, &found.key_check)
        && Keys::derive(key).check() != check
    {
        return Err(Refused::AnotherKey(copy.to_owned()));
    }
    Ok(Whole { schema: found.schema, accounts: found.accounts })
}

/// Puts a verified copy in the place of the database. One that is there is refused, or with `replace` kept under the name
/// that comes back; never while somebody has it open. Sessions, and numbers and confirmations on their way, do not come
/// back: some of them have ended since. Nor do accounts that ended since, as the database that is replaced tells.
pub async fn restore(
    copy: &Path,
    database: &Path,
    key: Option<&Secret<[u8; 32]>>,
    choice: Choice,
    now: Moment,
) -> Result<Restored, Refused> {
    verify(copy, key).await?;
    let there = database.exists();
    if there && !choice.replace {
        return Err(Refused::There(database.to_owned()));
    }
    // said before the work; asked again when it is done
    let held = take(database).await?;
    let is_sound = held.is_some();
    let_go(held, database).await?;
    // one that is too damaged tells nothing
    let ended = if is_sound && !choice.bring_back { ended_in(database).await.ok() } else { None };
    let unwritten = |fault| Refused::Unwritten(database.to_owned(), fault);
    let mut draft = beside(database).map_err(unwritten)?;
    std::fs::File::open(copy)
        .and_then(|mut from| std::io::copy(&mut from, draft.as_file_mut()))
        .map_err(unwritten)?;
    let unended = |fault: sqlx::Error| Refused::Unwritten(database.to_owned(), std::io::Error::other(fault));
    end_what_was_under_way(draft.path()).await.map_err(unended)?;
    let mut stayed_ended = None;
    if let (Some(ended), Some(key)) = (&ended, key) {
        stayed_ended = Some(end_again(draft.path(), ended, &Keys::derive(key)).await.map_err(unended)?);
    }
    placing::give(draft.path(), database).map_err(unwritten)?;
    draft.as_file().sync_all().map_err(unwritten)?;
    // what is placed is examined, and not only what it was made from
    let whole = verify(draft.path(), key).await?;
    let held = take(database).await?;
    let old = Old::of(database, now);
    old.keep().map_err(unwritten)?;
    draft.persist(database).map_err(|fault| unwritten(fault.error))?;
    remember(database).map_err(unwritten)?;
    let_go(held, database).await?;
    Ok(Restored { whole, kept: old.kept(), stayed_ended })
}

/// Keeps everybody from the database that is there. One too damaged to be opened is in nobody's use.
async fn take(database: &Path) -> Result<Option<Held>, Refused> {
    if !database.exists() {
        return Ok(None);
    }
    match hold(database).await {
        Ok(Standing::Held(held)) => Ok(Some(held)),
        Ok(Standing::Broken) => Ok(None),
        Ok(Standing::InUse) => Err(Refused::InUse(database.to_owned())),
        Err(fault) => Err(Refused::Undecided(database.to_owned(), fault.to_string())),
    }
}

async fn let_go(held: Option<Held>, database: &Path) -> Result<(), Refused> {
    let Some(held) = held else { return Ok(()) };
    held.let_go().await.map_err(|fault| Refused::Undecided(database.to_owned(), fault.to_string()))
}

/// An empty file in the same folder, for its owner alone.
fn beside(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(".postern-").suffix(".part").tempfile_in(folder)
}

/// Makes the folder's entries durable.
fn remember(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}
