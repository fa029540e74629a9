//! The database: opening it safely, and transactions. The only file that knows which database it is; everything in
//! `store/` is one text of SQL for both. It knows nothing of HTTP.
//!
//! Invariant: every write happens in a [`Tx`] from [`Store::write`], which excludes other writers from its first
//! statement on (`BEGIN IMMEDIATE`), so what was read in it stays true until it commits.

mod account;
mod activity;
mod challenge;
mod desktop;
mod failure;
mod key;
mod number;
mod outbox;
mod peer;
mod proof;
mod schema;
mod sending;
mod service;
mod session;
mod sweep;
mod time;
mod wish;

pub(crate) use account::{AccountRow, NewAccountRow};
pub(crate) use challenge::ChallengeRow;
pub(crate) use key::{KeyOwner, Registered};
pub(crate) use number::{Ask, Binding, NumberPurpose, NumberRow, Started, Tried};
pub(crate) use outbox::OutboxRow;
pub(crate) use proof::ProofRow;
pub(crate) use sending::Sends;
pub(crate) use service::ServiceRow;
pub(crate) use session::{SessionLimits, SessionRow};
pub(crate) use wish::{Claim, Claimed};

use crate::error::OpenError;
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How often a transaction is begun anew when the database is locked by another process, each time after waiting as
/// long as [`BUSY_LIMIT`].
const BEGIN_TRIES: u32 = 3;
/// How long one statement waits for a lock.
const BUSY_LIMIT: Duration = Duration::from_secs(5);
/// Connections kept open: one writes, the others read.
const CONNECTIONS: u32 = 6;

/// A fault of the database.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// Locked by somebody else for longer than we wait.
    Busy,
    /// Anything else, for the log.
    Database(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let busy = matches!(error, sqlx::Error::PoolTimedOut)
            || error
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code)
                .is_some_and(|code| code == "5" || code == "517");
        if busy { Self::Busy } else { Self::Database(error.to_string()) }
    }
}

pub(crate) type Stored<T> = Result<T, StoreError>;

/// The open database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: AnyPool,
    /// SQLite has one writer at a time. Ours queue here in order of arrival, instead of polling the lock.
    turn: Arc<Semaphore>,
}

/// A transaction; the functions of `store/` are its methods. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub(crate) struct Tx {
    inner: Transaction<'static, Any>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Tx {
    fn on(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Makes it durable.
    pub(crate) async fn commit(self) -> Stored<()> {
        Ok(self.inner.commit().await?)
    }
}

impl Store {
    /// Opens `sqlite:///PATH`, creates the file if it is absent, and brings its schema to this version.
    pub(crate) async fn open(database_url: &str) -> Result<Self, OpenError> {
        let path = database_url
            .strip_prefix("sqlite://")
            .filter(|path| path.starts_with('/') && !path.contains('?'))
            .map(PathBuf::from)
            .ok_or_else(|| OpenError::Address(database_url.to_owned()))?;
        let unopened = |fault: &dyn std::fmt::Display| OpenError::Database(path.clone(), fault.to_string());

        create_private(&path).map_err(|fault| unopened(&fault))?;
        sqlx::any::install_default_drivers();
        let address = format!("{}?mode=rwc", percent_encoded(database_url));
        // the pool would try until its time is up, and then not say why
        let mut first = AnyConnection::connect(&address).await.map_err(|fault| unopened(&fault))?;
        prepare(&mut first).await.map_err(|fault| unopened(&fault))?;
        // whoever was here before may have been killed between an erasure and emptying the log
        if !truncate_log(&mut first).await.map_err(|fault| unopened(&fault))? {
            tracing::warn!(
                "the write-ahead log could not be emptied at the start: somebody else is using it"
            );
        }
        first.close().await.map_err(|fault| unopened(&fault))?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(BUSY_LIMIT)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(|connection, _| Box::pin(prepare(connection)))
            .connect(&address)
            .await
            .map_err(|fault| unopened(&fault))?;

        let (journal,): (String,) =
            sqlx::query_as("PRAGMA journal_mode").fetch_one(&pool).await.map_err(|e| unopened(&e))?;
        let (synchronous,): (i64,) =
            sqlx::query_as("PRAGMA synchronous").fetch_one(&pool).await.map_err(|e| unopened(&e))?;
        // 2 is FULL: the log reaches the disk before a commit is answered
        if journal != "wal" || synchronous != 2 {
            return Err(OpenError::Durability(format!("journal_mode={journal}, synchronous={synchronous}")));
        }
        schema::migrate(&pool).await.map_err(|fault| OpenError::Migration(fault.to_string()))?;
        Ok(Self { pool, turn: Arc::new(Semaphore::new(1)) })
    }

    /// A consistent view for reading. What is written in it is lost.
    pub(crate) async fn read(&self) -> Stored<Tx> {
        Ok(Tx { inner: self.pool.begin().await?, _turn: None })
    }

    /// A transaction that excludes other writers from now on.
    pub(crate) async fn write(&self) -> Stored<Tx> {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| StoreError::Busy)?;
        let mut tries = 1;
        loop {
            match self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::from) {
                Ok(inner) => return Ok(Tx { inner, _turn: Some(turn) }),
                Err(StoreError::Busy) if tries < BEGIN_TRIES => tries += 1,
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Whether the database answers and its schema is the one this version knows.
    pub(crate) async fn ready(&self) -> Stored<bool> {
        let (applied,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.pool)
            .await?;
        Ok(usize::try_from(applied).is_ok_and(|applied| applied == schema::COUNT))
    }

    /// Moves the write-ahead log into the file and empties it, so that what was erased is nowhere in either. Tried a
    /// few times, since a reader of another connection can hold it up. If that was in vain, or the program was killed
    /// before it, what was erased stays in the log until [`Store::close`] or the next [`Store::open`]: an ordinary
    /// checkpoint leaves old pages where they are.
    pub(crate) async fn empty_log(&self) -> Stored<bool> {
        let _turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| StoreError::Busy)?;
        let mut connection = self.pool.acquire().await?;
        for _ in 0..BEGIN_TRIES {
            if truncate_log(&mut connection).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Empties the log, unless another process holds it up, and lets go of the file.
    pub(crate) async fn close(&self) {
        if let Ok(mut connection) = self.pool.acquire().await
            && !truncate_log(&mut connection).await.unwrap_or(false)
        {
            tracing::warn!("the write-ahead log could not be emptied at the end: the next start does it");
        }
        self.pool.close().await;
    }
}

/// Tries once to move the log into the file and to empty it; whether nobody held it up.
async fn truncate_log(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    let (busy, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    Ok(busy == 0)
}

/// Sets what holds for a connection. `secure_delete`: what is erased is overwritten in the file, not only unlinked.
async fn prepare(connection: &mut AnyConnection) -> sqlx::Result<()> {
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
    ] {
        sqlx::raw_sql(pragma).execute(&mut *connection).await?;
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

/// A path may hold characters that mean something in an address.
fn percent_encoded(url: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:._-~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{OpenError, Store};
    use contract::activity::Event;

    #[tokio::test]
    async fn a_folder_with_odd_characters_is_fine_and_an_odd_address_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mina's ?#% folder é");
        std::fs::create_dir(&path).unwrap();
        let url = format!("sqlite://{}/accounts.db", path.display());
        // a question mark begins options, which are ours to set
        assert!(matches!(Store::open(&url).await, Err(OpenError::Address(_))));

        let path = folder.path().join("mina's #% folder é");
        std::fs::create_dir(&path).unwrap();
        let store = Store::open(&format!("sqlite://{}/accounts.db", path.display())).await.unwrap();
        assert!(store.ready().await.unwrap());
        assert!(store.empty_log().await.unwrap());
        store.close().await;
        assert!(path.join("accounts.db").exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            assert_eq!(std::fs::metadata(path.join("accounts.db")).unwrap().mode() & 0o777, 0o600);
        }

        for odd in ["", "sqlite::memory:", "sqlite://relative.db", "postgres://host/db", "/plain/path"] {
            assert!(matches!(Store::open(odd).await, Err(OpenError::Address(_))), "{odd}");
        }
    }

    // DEL-1: whoever died between an erasure and emptying the log, the next to open does it, and so does whoever closes
    #[tokio::test]
    async fn del_1_the_log_is_emptied_at_the_start_and_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let log = || std::fs::metadata(folder.path().join("accounts.db-wal")).unwrap().len();
        // stays open all the while, as another process might: the last to leave would remove the log in any case
        let other = Store::open(&url).await.unwrap();
        let write = async || {
            let mut tx = other.write().await.unwrap();
            tx.record(None, Event::SignInRefused, Some("rack 4"), 1, 10).await.unwrap();
            tx.commit().await.unwrap();
            assert!(log() > 0);
        };
        write().await;
        let store = Store::open(&url).await.unwrap();
        assert_eq!(log(), 0);
        write().await;
        store.close().await;
        assert_eq!(log(), 0);
        // once more is once too many, and harmless
        store.close().await;
        other.close().await;
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_with_a_clear_message() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let store = Store::open(&url).await.unwrap();
        let insert = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                      VALUES (9999, 'from the future', 1, x'00', 0)";
        sqlx::query(insert).execute(&store.pool).await.unwrap();
        store.close().await;
        let refusal = Store::open(&url).await.unwrap_err();
        assert!(matches!(refusal, OpenError::Migration(_)));
        assert!(refusal.to_string().contains("newer Postern"), "{refusal}");
    }
}
