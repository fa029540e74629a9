//! PostgreSQL: several servers, of which one takes writes at a time. It is found when the backend starts, and looked for
//! again when connections get lost, answer that they only read, or cannot be had: a standby that was promoted is in use
//! as soon as it takes writes. Each server has a pool of its own, so that nothing of the one before is left over.
//!
//! Not here: keeping a server that was replaced from taking writes again. Whoever promotes a standby fences the other.

use super::Use;
use super::hosts::{Address, Host};
use super::pooler::changes_connections;
use crate::error::OpenError;
use crate::store::lane::{Lane, Seat};
use crate::store::{StoreError, Stored, schema};
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// Transactions of one backend that write at once. More of them are in each other's way more often than they gain.
pub(super) const WRITERS: usize = 4;
/// Connections kept open.
const CONNECTIONS: u32 = 12;
/// Those of them that are kept for questions of one statement.
const LOOKING: usize = 6;
// whoever writes, or reads more than one statement, finds a connection beside those
const _: () = assert!(LOOKING + WRITERS + 2 <= CONNECTIONS as usize);
/// How long a request waits for a connection.
const BUSY_LIMIT: Duration = Duration::from_secs(5);
/// How long a statement may take, or a commit, before the connection is taken for lost.
pub(super) const STATEMENT_LIMIT: Duration = Duration::from_secs(10);
/// How long it waits before it is asked whether the server still takes writes.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long one server may take to say whether it takes writes.
const PROBE_LIMIT: Duration = Duration::from_secs(2);
/// Between two rounds of asking all servers.
const ROUND: Duration = Duration::from_millis(100);
/// Connections lost sooner than this after a pool was made are the last of the one before.
const SETTLING: Duration = Duration::from_secs(1);

/// The server's clock, in milliseconds.
pub(super) const TIME: &str = "SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)";

/// Whether there is a table of the migrations that were made, one that may be read or not.
const NOTED: &str = "SELECT COUNT(to_regclass('_sqlx_migrations'))";

/// The servers, and the one in use.
#[derive(Debug, Clone)]
pub(crate) struct Servers {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    hosts: Vec<Host>,
    current: watch::Sender<Current>,
    seeking: AtomicBool,
}

/// The server in use.
#[derive(Debug, Clone)]
struct Current {
    host: usize,
    pool: AnyPool,
    lane: Arc<Lane>,
    since: Instant,
}

impl Current {
    fn new(host: usize, pool: AnyPool) -> Self {
        Self { host, pool, lane: Lane::new(LOOKING), since: Instant::now() }
    }

    async fn close(&self) {
        self.lane.close();
        self.pool.close().await;
    }
}

/// Why another server is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// No connection could be had for a while.
    Slow,
    /// A connection was lost, or takes no writes.
    Lost,
}

/// A transaction that writes sees nothing of what others do meanwhile: either it fits into some order with them, or it
/// is refused.
pub(super) const fn begin(what: Use) -> &'static str {
    match what {
        Use::Reading => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Use::Writing => "BEGIN ISOLATION LEVEL SERIALIZABLE",
    }
}

impl Servers {
    /// Finds the server that takes writes and brings its schema to this version, or holds it against it.
    pub(super) async fn open(address: Address, migrates: bool) -> Result<Self, OpenError> {
        let (place, mut connection) = find_writable(&address).await?;
        let host = &address.hosts[place];
        let unopened = |fault: sqlx::Error| OpenError::Unreachable(format!("{}: {fault}", host.shown));
        if migrates {
            schema::migrate(&mut connection, schema::POSTGRES).await?;
        } else {
            schema::compare(&mut connection, schema::POSTGRES, NOTED).await?;
        }
        connection.close().await.map_err(unopened)?;
        let current = Current::new(place, pool(host));
        let inner = Inner {
            hosts: address.hosts,
            current: watch::Sender::new(current),
            seeking: AtomicBool::new(false),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A connection to the server in use. While none can be had, another server is looked for.
    pub(super) async fn connection(&self) -> Stored<PoolConnection<Any>> {
        let mut changes = self.inner.current.subscribe();
        loop {
            let pool = changes.borrow_and_update().pool.clone();
            let mut acquiring = std::pin::pin!(pool.acquire());
            let acquired = if let Ok(acquired) = timeout(PATIENCE, &mut acquiring).await {
                acquired
            } else {
                self.seek(Reason::Slow);
                tokio::select! {
                    acquired = acquiring => acquired,
                    Ok(()) = changes.changed() => continue,
                }
            };
            match acquired {
                Ok(connection) => return Ok(connection),
                // the pool was replaced while this waited
                Err(sqlx::Error::PoolClosed) if changes.has_changed().unwrap_or(false) => {}
                Err(fault) => {
                    self.seek(Reason::Lost);
                    // nothing was done yet, whatever it was
                    return Err(match StoreError::from(fault) {
                        StoreError::Busy => StoreError::Busy,
                        _ => StoreError::Lost,
                    });
                }
            }
        }
    }

    /// A connection for one question.
    pub(super) async fn look(&self) -> Stored<Seat> {
        let lane = Arc::clone(&self.inner.current.borrow().lane);
        match lane.enter().await {
            Ok(seat) => Ok(seat),
            Err(turn) => Ok(turn.with(self.connection().await?)),
        }
    }

    /// Has the server that takes writes looked for, unless somebody is at it already.
    pub(super) fn seek(&self, reason: Reason) {
        // at the very end there may be nobody left to look
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if !self.inner.seeking.swap(true, Ordering::AcqRel) {
            runtime.spawn(find(Arc::downgrade(&self.inner), reason));
        }
    }

    /// Lets go of all connections.
    pub(super) async fn close(&self) {
        let current = self.inner.current.borrow().clone();
        current.close().await;
    }
}

/// The server that takes writes, and a connection to it.
pub(super) async fn find_writable(address: &Address) -> Result<(usize, AnyConnection), OpenError> {
    let mut refusals = Vec::new();
    for (place, host) in address.hosts.iter().enumerate() {
        match changes_connections(host).await {
            Ok(true) => return Err(OpenError::Pooled(host.shown.clone())),
            Ok(false) => {}
            Err(fault) => {
                refusals.push(format!("{}: {fault}", host.shown));
                continue;
            }
        }
        match probe(host).await {
            Err(fault) => match lossy(&fault) {
                Some(Lossy { setting, value }) => return Err(OpenError::Lossy(setting, value.clone())),
                None => refusals.push(format!("{}: {fault}", host.shown)),
            },
            Ok(connection) => return Ok((place, connection)),
        }
    }
    Err(OpenError::Unreachable(refusals.join("; ")))
}

/// Asks the servers, first the one in use, until one takes writes, and uses it from then on.
async fn find(servers: Weak<Inner>, reason: Reason) {
    let mut said = false;
    loop {
        let Some(inner) = servers.upgrade() else { return };
        let current = inner.current.borrow().clone();
        if current.pool.is_closed() {
            return;
        }
        for step in 0..inner.hosts.len() {
            let place = (current.host + step) % inner.hosts.len();
            let host = &inner.hosts[place];
            let connection = match probe(host).await {
                Ok(connection) => connection,
                Err(fault) => {
                    if let Some(lossy) = lossy(&fault)
                        && !std::mem::replace(&mut said, true)
                    {
                        tracing::error!(
                            server = host.shown,
                            "not used, since committed changes could be lost: {lossy}. Set it to on in postgresql.conf \
                             and reload it"
                        );
                    }
                    continue;
                }
            };
            let _ = connection.close().await;
            let settling = current.since.elapsed() < SETTLING;
            if place != current.host || (reason == Reason::Lost && !settling) {
                tracing::warn!(server = host.shown, "connections to the database were lost: connecting anew");
                let next = Current::new(place, pool(host));
                let before = inner.current.send_replace(next);
                // transactions still under way may end
                tokio::spawn(async move { before.close().await });
            }
            inner.seeking.store(false, Ordering::Release);
            return;
        }
        drop(inner);
        #[allow(clippy::disallowed_methods, reason = "servers are not asked without a pause")]
        tokio::time::sleep(ROUND).await;
    }
}

/// A connection to a server that takes writes.
async fn probe(host: &Host) -> sqlx::Result<AnyConnection> {
    let asked = timeout(PROBE_LIMIT, async {
        let mut connection = host.options.connect().await?;
        prepare(&mut connection, host.has_others).await?;
        Ok(connection)
    });
    asked.await.unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

fn pool(host: &Host) -> AnyPool {
    let has_others = host.has_others;
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(BUSY_LIMIT)
        // a connection that is gone is noticed by whoever uses it next, who tries again
        .test_before_acquire(false)
        .after_connect(move |connection, _| Box::pin(prepare(connection, has_others)))
        // the pool asks a connection that comes back whether it is there, for as long as that takes: where the network swallows
        // the question, its place would be lost
        .after_release(|connection, _| Box::pin(answers(connection)))
        .connect_lazy_with(host.options.clone())
}

/// Fails where nothing is heard of the server within the limit of a statement.
async fn answers(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    let late = |_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
    timeout(STATEMENT_LIMIT, connection.ping()).await.unwrap_or_else(late).map(|()| true)
}

/// A setting with which a commit is not on the disk before it is answered, or not on that of the server that may take over.
#[derive(Debug)]
struct Lossy {
    setting: &'static str,
    value: String,
}

impl std::fmt::Display for Lossy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.setting, self.value)
    }
}

impl std::error::Error for Lossy {}

/// The setting for which a server was refused, if that was why.
fn lossy(fault: &sqlx::Error) -> Option<&Lossy> {
    match fault {
        sqlx::Error::Configuration(fault) => fault.downcast_ref(),
        _ => None,
    }
}

/// Sets what holds for a connection. Refuses a server that takes no writes, and one that could lose them: by itself, or
/// where it has others, when one of them takes over.
async fn prepare(connection: &mut AnyConnection, has_others: bool) -> sqlx::Result<()> {
    let (read_only, fsync, synchronous, full): (String, Option<String>, Option<String>, Option<String>) =
        sqlx::query_as(
            "SELECT current_setting('transaction_read_only'), current_setting('fsync', true), \
                    current_setting('synchronous_commit', true), current_setting('full_page_writes', true)",
        )
        .fetch_one(&mut *connection)
        .await?;
    if read_only == "on" {
        return Err(sqlx::Error::Io(std::io::Error::other("the server takes no writes")));
    }
    // with these a commit is answered before the standby has it on its disk
    let unawaited: &[&str] = if has_others { &["off", "local", "remote_write"] } else { &["off"] };
    for (setting, value, lossy) in [
        ("fsync", fsync, &["off"][..]),
        ("synchronous_commit", synchronous, unawaited),
        ("full_page_writes", full, &["off"]),
    ] {
        if let Some(value) = value.filter(|value| lossy.contains(&value.as_str())) {
            return Err(sqlx::Error::Configuration(Box::new(Lossy { setting, value })));
        }
    }
    // a scan of a whole table, which a small table invites to, would be in the way of everybody who writes to it
    for (setting, value) in [("enable_seqscan", "off"), ("idle_in_transaction_session_timeout", "60s")] {
        let set = sqlx::query("SELECT set_config($1, $2, false)").bind(setting).bind(value);
        match set.execute(&mut *connection).await {
            // a database that only speaks the protocol may not know it
            Ok(_) | Err(sqlx::Error::Database(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}
