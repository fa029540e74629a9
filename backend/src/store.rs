//! The database: opening it safely, and transactions. Which database it is, is known in `store/engine` alone; everything
//! else in `store/` is one text of SQL for both. It knows nothing of HTTP.
//!
//! Invariant: every write happens in a [`Tx`] from [`Store::write`]. What was read in it is still true when it commits:
//! either other writers are excluded from its first statement on, or the commit is refused with
//! [`StoreError::Conflict`] and nothing of it happened.

mod account;
mod activity;
mod challenge;
#[cfg(feature = "server")]
mod collection;
#[cfg(feature = "server")]
mod depth;
mod desktop;
mod engine;
mod failure;
mod fault;
mod key;
mod key_check;
mod lane;
mod limit;
mod number;
mod outbox;
mod peer;
mod proof;
mod schema;
mod sending;
mod service;
mod session;
mod sign_in;
mod sweep;
mod time;
mod wish;

pub(crate) use account::{AccountRow, NewAccountRow};
pub(crate) use activity::{Remains, Subject};
pub(crate) use challenge::ChallengeRow;
#[cfg(feature = "server")]
pub(crate) use collection::{BLOCKED, Collection, Fate};
#[cfg(feature = "server")]
pub(crate) use depth::{OutboxDepth, Unsent};
#[cfg(feature = "server")]
pub(crate) use engine::has_parameters;
#[cfg(feature = "server")]
pub(crate) use engine::keyed::address_fault;
#[cfg(feature = "server")]
pub use engine::keyed::{database_refusal, is_keyed};
#[cfg(feature = "server")]
pub(crate) use engine::{copy, ended};
pub(crate) use fault::{StoreError, Stored};
pub(crate) use key::{KeyOwner, Registered};
use lane::Look;
pub(crate) use number::{Ask, Binding, NumberPurpose, NumberRow, Started, Tried};
pub(crate) use outbox::{OutboxRow, Posted};
pub(crate) use peer::PEERS;
pub(crate) use proof::ProofRow;
pub(crate) use sending::{Budget, Sends};
pub(crate) use service::ServiceRow;
pub(crate) use session::{SessionLimits, SessionRow};
pub(crate) use wish::{Claim, Claimed};

use crate::code::Keys;
use crate::error::OpenError;
use contract::activity::Event;
pub(crate) use engine::Location;
use engine::{Engine, Use};
use limit::{On, within};
use sqlx::any::AnyTransactionManager;
use sqlx::pool::PoolConnection;
use sqlx::{Any, SqlSafeStr as _};
use sqlx_core::transaction::TransactionManager as _;
use std::sync::{Arc, OnceLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// How often a transaction is begun anew when the database is locked by another process, each time after waiting as
/// long as the database does by itself.
const BEGIN_TRIES: u32 = 3;

/// The open database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    engine: Engine,
    /// Who writes, in order of arrival.
    turn: Arc<Semaphore>,
    /// Keys of the pseudonyms under which accounts stand in the log.
    pseudonyms: Arc<OnceLock<Arc<Keys>>>,
}

/// A transaction; the functions of `store/` are its methods. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub(crate) struct Tx {
    connection: PoolConnection<Any>,
    state: State,
    engine: Engine,
    /// Security events that are logged once they are durable.
    noted: Vec<(Uuid, Event)>,
    pseudonyms: Arc<OnceLock<Arc<Keys>>>,
    _turn: Option<OwnedSemaphorePermit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is no transaction: each statement stands for itself.
    Single,
    Open,
    Committing,
    /// No transaction can begin any more, or nothing is heard of the server.
    Broken,
    Done,
}

impl Tx {
    fn on(&mut self) -> On<'_> {
        On { connection: &mut self.connection, limit: self.engine.limit(), state: &mut self.state }
    }

    async fn begin(
        connection: PoolConnection<Any>,
        engine: Engine,
        what: Use,
        turn: Option<OwnedSemaphorePermit>,
        pseudonyms: Arc<OnceLock<Arc<Keys>>>,
    ) -> Stored<Self> {
        // open before it is, so that one that is dropped half-way is rolled back
        let (statement, limit) = (engine.begin(what), engine.limit());
        let mut tx =
            Self { connection, state: State::Open, engine, noted: Vec::new(), pseudonyms, _turn: turn };
        let begun = AnyTransactionManager::begin(&mut tx.connection, Some(statement.into_sql_str()));
        match within(limit, &mut tx.state, begun).await {
            Ok(()) => Ok(tx),
            // the database ended the transaction before by itself, as it may where a disk is full, and sqlx has not
            // noticed: no transaction can begin on this connection any more
            Err(sqlx::Error::InvalidSavePointStatement) => {
                tx.state = State::Broken;
                Err(StoreError::Lost)
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// Makes it durable.
    pub(crate) async fn commit(mut self) -> Stored<()> {
        if self.state == State::Broken {
            return Err(StoreError::Lost);
        }
        self.state = State::Committing;
        let committed = AnyTransactionManager::commit(&mut self.connection);
        let committed = within(self.engine.limit(), &mut self.state, committed).await;
        committed.map_err(|fault| StoreError::from(fault).at_commit())?;
        self.state = State::Done;
        for (account, event) in self.noted.drain(..) {
            let account = self.pseudonyms.get().map(|keys| keys.pseudonym(&account.to_string()));
            tracing::info!(account, ?event, "security event");
        }
        Ok(())
    }

    /// Logs a security event once it is durable.
    fn note(&mut self, account: Uuid, event: Event) {
        self.noted.push((account, event));
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        match self.state {
            State::Single | State::Done => {}
            State::Open => AnyTransactionManager::start_rollback(&mut self.connection),
            // what the connection is at, is not known
            State::Committing => self.connection.close_on_drop(),
            State::Broken => {
                self.connection.close_on_drop();
                self.engine.look_around();
            }
        }
    }
}

impl Store {
    /// Opens the database and brings its schema to this version.
    #[cfg(test)]
    pub(crate) async fn open(address: &str) -> Result<Self, OpenError> {
        Self::open_at(Location::Url(address), true).await
    }

    /// Opens the database; an older schema is brought to this version, or refused.
    pub(crate) async fn open_at(location: Location<'_>, migrates: bool) -> Result<Self, OpenError> {
        let engine = Engine::open(location, migrates).await?;
        let turn = Arc::new(Semaphore::new(engine.writers()));
        Ok(Self { engine, turn, pseudonyms: Arc::default() })
    }

    /// From now on security events are logged under pseudonyms by these keys.
    pub(crate) fn name_accounts_by(&self, keys: &Arc<Keys>) {
        let _ = self.pseudonyms.set(Arc::clone(keys));
    }

    /// For statements that read and each stand for themselves: what one sees is consistent, not what several do.
    pub(crate) async fn glance(&self) -> Stored<Tx> {
        let connection = self.engine.connection(Use::Reading).await?;
        Ok(Tx {
            connection,
            state: State::Single,
            engine: self.engine.clone(),
            noted: Vec::new(),
            pseudonyms: Arc::clone(&self.pseudonyms),
            _turn: None,
        })
    }

    /// For one question that stands for itself, such as who is asking, which almost every request has to know.
    pub(crate) async fn look(&self) -> Stored<Look> {
        Ok(Look { seat: self.engine.look().await?, engine: self.engine.clone() })
    }

    /// A consistent view for reading. What is written in it is lost.
    pub(crate) async fn read(&self) -> Stored<Tx> {
        self.begin(Use::Reading).await
    }

    /// A transaction in which everything that is read stays true until it commits.
    pub(crate) async fn write(&self) -> Stored<Tx> {
        self.begin(Use::Writing).await
    }

    /// Nothing is done yet, so another connection may be tried whatever the fault of the first is.
    async fn begin(&self, what: Use) -> Stored<Tx> {
        let mut tries = 1;
        loop {
            let turn = match what {
                Use::Reading => None,
                Use::Writing => {
                    Some(Arc::clone(&self.turn).acquire_owned().await.map_err(|_| StoreError::Busy)?)
                }
            };
            let connection = self.engine.connection(what).await?;
            match Tx::begin(connection, self.engine.clone(), what, turn, Arc::clone(&self.pseudonyms)).await {
                Err(StoreError::Busy | StoreError::Lost) if tries < BEGIN_TRIES => tries += 1,
                begun => return begun,
            }
        }
    }

    /// Whether the database answers and its schema has all that this version knows. A newer one has: while replicas are
    /// exchanged one after the other, those of the version before go on serving.
    pub(crate) async fn ready(&self) -> Stored<bool> {
        let (applied,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations WHERE success")
            .fetch_one(self.glance().await?.on())
            .await?;
        Ok(usize::try_from(applied).is_ok_and(|applied| applied >= schema::COUNT))
    }

    /// Connections to the database get lost: looks for a server that takes writes, if there can be another.
    pub(crate) fn look_around(&self) {
        self.engine.look_around();
    }

    /// Leaves nothing of what was erased where it was, as far as that is the backend's to do; whether it is done.
    pub(crate) async fn empty_log(&self) -> Stored<bool> {
        let _turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| StoreError::Busy)?;
        self.engine.forget_erased().await
    }

    /// Lets go of the database.
    pub(crate) async fn close(&self) {
        self.engine.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::{OpenError, Store, Subject};
    use contract::activity::Event;

    #[tokio::test]
    async fn a_folder_with_odd_characters_is_fine_and_an_odd_address_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mina's ?#% folder é");
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

        for odd in ["", "sqlite::memory:", "sqlite://relative.db", "/plain/path"] {
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
            tx.record(Subject::nobody("00a"), Event::SignInRefused, Some("rack 4"), 1, 10).await.unwrap();
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

    // DB-3: a transaction that the database ended by itself leaves no connection behind on which none can begin
    #[tokio::test]
    async fn db_3_a_transaction_that_the_database_ended_breaks_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/accounts.db", folder.path().display())).await.unwrap();
        for _ in 0..8 {
            let mut tx = store.write().await.unwrap();
            sqlx::raw_sql("ROLLBACK").execute(tx.on()).await.unwrap();
            drop(tx);
            let mut tx = store.write().await.unwrap();
            tx.record(Subject::nobody("00a"), Event::SignInRefused, None, 1, 10).await.unwrap();
            tx.commit().await.unwrap();
            store.read().await.unwrap();
        }
        store.close().await;
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_with_a_clear_message() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let store = Store::open(&url).await.unwrap();
        let insert = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                      VALUES (9999, 'from the future', 1, x'00', 0)";
        sqlx::query(insert).execute(store.glance().await.unwrap().on()).await.unwrap();
        store.close().await;
        let refusal = Store::open(&url).await.unwrap_err();
        assert!(matches!(refusal, OpenError::Migration(_)));
        assert!(refusal.to_string().contains("newer Postern"), "{refusal}");
    }
}
