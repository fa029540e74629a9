//! SQLite: one file, one writer at a time, and a write-ahead log that reaches the disk before a commit is answered.

use super::Use;
use super::file_url::FileUrl;
use crate::error::OpenError;
use crate::store::lane::{Lane, Seat};
use crate::store::{StoreError, Stored, schema};
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// SQLite has one writer at a time. Ours queue in order of arrival, instead of polling the lock.
pub(super) const WRITERS: usize = 1;
/// How long one statement waits for a lock of another process, and a reader for a connection.
const BUSY_LIMIT: Duration = Duration::from_secs(5);
/// How long a start waits before it tries again what found the file busy without having waited.
const BUSY_PAUSE: Duration = Duration::from_millis(10);
/// How often emptying the log is tried while a reader holds it up.
const TRIES: u32 = 3;
/// Connections kept open that read.
const READERS: u32 = 5;
/// Whether there is a table of the migrations that were made.
const NOTED: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
/// Those of them that are kept for questions of one statement.
const LOOKING: usize = 3;
// whoever reads more than one statement finds a connection beside those
const _: () = assert!(LOOKING + 2 <= READERS as usize);

/// The open file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// The connection that writes is always the same one: what it holds of the file stays true, while another would read
    /// anew what this one changed.
    writing: AnyPool,
    reading: AnyPool,
    lane: Arc<Lane>,
    /// What later connections are opened by.
    _url: FileUrl,
}

/// `IMMEDIATE` excludes other writers from the first statement on.
pub(super) const fn begin(what: Use) -> &'static str {
    match what {
        Use::Reading => "BEGIN",
        Use::Writing => "BEGIN IMMEDIATE",
    }
}

impl File {
    /// Opens the file, creates it if it is absent, and brings its schema to this version.
    pub(super) async fn open(path: &Path, migrates: bool) -> Result<Self, OpenError> {
        Self::open_as(path, migrates, &PREPARED).await
    }

    /// The same, with connections prepared in another way.
    async fn open_as(
        path: &Path,
        migrates: bool,
        prepared: &'static [&'static str],
    ) -> Result<Self, OpenError> {
        let unopened =
            |fault: &dyn std::fmt::Display| OpenError::Database(path.to_owned(), fault.to_string());

        create_private(path).map_err(|fault| unopened(&fault))?;
        let url = FileUrl::of(path).map_err(|fault| unopened(&fault))?;
        let address = url.with("mode=rwc");
        // the pool would try until its time is up, and then not say why
        settle(&address, prepared).await.map_err(|fault| unopened(&fault))?;
        let pool = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(BUSY_LIMIT)
                .idle_timeout(None)
                .max_lifetime(None)
                // a file does not hang up: asking whether it is there costs as much as a question
                .test_before_acquire(false)
                .after_connect(|connection, _| Box::pin(prepare(connection, prepared)))
                .connect(&address)
        };
        let writing = pool(1).await.map_err(|fault| unopened(&fault))?;
        let reading = pool(READERS).await.map_err(|fault| unopened(&fault))?;

        let served = Self { writing, reading, lane: Lane::new(LOOKING), _url: url };
        if let Err(refusal) = served.check(migrates, path).await {
            // nothing holds on to a file that is refused
            served.let_go().await;
            return Err(refusal);
        }
        Ok(served)
    }

    /// Reads back what was set, and brings the schema to this version, or holds it against it.
    async fn check(&self, migrates: bool, path: &Path) -> Result<(), OpenError> {
        let unopened = |fault: sqlx::Error| OpenError::Database(path.to_owned(), fault.to_string());
        let mut connection = self.writing.acquire().await.map_err(unopened)?;
        let (journal,): (String,) =
            sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut *connection).await.map_err(unopened)?;
        let (synchronous,): (i64,) =
            sqlx::query_as("PRAGMA synchronous").fetch_one(&mut *connection).await.map_err(unopened)?;
        // 2 is FULL: the log reaches the disk before a commit is answered
        if journal != "wal" || synchronous != 2 {
            return Err(OpenError::Durability(format!("journal_mode={journal}, synchronous={synchronous}")));
        }
        if migrates {
            schema::migrate(&mut connection, schema::SQLITE).await
        } else {
            schema::compare(&mut connection, schema::SQLITE, NOTED).await
        }
    }

    /// A connection of one's own.
    pub(super) async fn connection(&self, what: Use) -> Stored<PoolConnection<Any>> {
        let pool = match what {
            Use::Reading => &self.reading,
            Use::Writing => &self.writing,
        };
        Ok(pool.acquire().await?)
    }

    pub(super) async fn look(&self) -> Stored<Seat> {
        match self.lane.enter().await {
            Ok(seat) => Ok(seat),
            Err(turn) => Ok(turn.with(self.reading.acquire().await?)),
        }
    }

    /// Moves the write-ahead log into the file and empties it, so that what was erased is nowhere in either. Tried a
    /// few times, since a reader of another connection can hold it up. If that was in vain, or the program was killed
    /// before it, what was erased stays in the log until the file is closed or opened: an ordinary checkpoint leaves old
    /// pages where they are.
    pub(super) async fn empty_log(&self) -> Stored<bool> {
        let mut connection = self.writing.acquire().await?;
        for _ in 0..TRIES {
            if truncate_log(&mut connection).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Empties the log, unless another process holds it up, and lets go of the file.
    pub(super) async fn close(&self) {
        self.lane.close();
        if let Ok(mut connection) = self.writing.acquire().await
            && !truncate_log(&mut connection).await.unwrap_or(false)
        {
            tracing::warn!("the write-ahead log could not be emptied at the end: the next start does it");
        }
        self.let_go().await;
    }

    async fn let_go(&self) {
        self.reading.close().await;
        self.writing.close().await;
    }
}

/// Sets what stays with the file, and empties its log. Where several start at once this can find the file busy without
/// having waited: for a lock whose holder may be waiting for us, SQLite gives up at once. It is tried again for as long as
/// any other lock is waited for.
#[allow(clippy::disallowed_methods, reason = "waiting between attempts is what this is for")]
async fn settle(address: &str, prepared: &'static [&'static str]) -> sqlx::Result<()> {
    let begun = Instant::now();
    loop {
        match settle_once(address, prepared).await {
            Err(fault) if StoreError::of(&fault) == StoreError::Busy && begun.elapsed() < BUSY_LIMIT => {
                sleep(BUSY_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

async fn settle_once(address: &str, prepared: &'static [&'static str]) -> sqlx::Result<()> {
    let mut connection = AnyConnection::connect(address).await?;
    prepare(&mut connection, prepared).await?;
    // whoever was here before may have been killed between an erasure and emptying the log
    if !truncate_log(&mut connection).await? {
        tracing::warn!("the write-ahead log could not be emptied at the start: somebody else is using it");
    }
    connection.close().await
}

/// Tries once to move the log into the file and to empty it; whether nobody held it up.
async fn truncate_log(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    let (busy, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    Ok(busy == 0)
}

/// What holds for a connection. `secure_delete`: what is erased is overwritten in the file, not only unlinked. `cache_size`:
/// at most 16 MiB, which hold the way to any of three million keys (the inner pages of their indices and tables take some
/// 10 MiB), so that a key costs its own pages alone.
const PREPARED: [&str; 6] = [
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16384",
];

/// Sets it.
async fn prepare(connection: &mut AnyConnection, pragmas: &'static [&'static str]) -> sqlx::Result<()> {
    for pragma in pragmas {
        sqlx::raw_sql(*pragma).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Makes the file for its owner alone; SQLite gives its companions the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(fault) if fault.kind() != std::io::ErrorKind::AlreadyExists => Err(fault),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{File, PREPARED};
    use crate::error::OpenError;

    // DB-2: what was set is read back, and a file that could lose what was acknowledged is not served
    #[tokio::test]
    async fn db_2_a_file_that_could_lose_a_commit_is_refused() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("accounts.db");
        for (instead, said) in [
            ("PRAGMA synchronous = NORMAL", "journal_mode=wal, synchronous=1"),
            ("PRAGMA synchronous = OFF", "journal_mode=wal, synchronous=0"),
            // more than is needed is not what was set either
            ("PRAGMA synchronous = EXTRA", "journal_mode=wal, synchronous=3"),
        ] {
            let mut prepared = PREPARED;
            prepared[2] = instead;
            let refusal = File::open_as(&file, true, Box::leak(Box::new(prepared))).await.unwrap_err();
            assert!(matches!(&refusal, OpenError::Durability(found) if found == said), "{refusal}");
        }
        let mut prepared = PREPARED;
        prepared[1] = "PRAGMA journal_mode = DELETE";
        let refusal = File::open_as(&file, true, Box::leak(Box::new(prepared))).await.unwrap_err();
        assert!(matches!(&refusal, OpenError::Durability(found) if found.contains("delete")), "{refusal}");
        File::open(&file, true).await.unwrap().close().await;
    }
}
