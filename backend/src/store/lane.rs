//! A lane for questions of one statement, which are most of what is asked: its connections are taken from the pool once and
//! then kept. The pool asks a connection after each use whether it is still there, which costs as much as the question;
//! here a question that was answered is proof enough.
//!
//! Invariant: a connection on which anything went wrong, or whose answer was not waited for, is not asked again here: it
//! goes back to the pool, which looks at it, or is closed where nothing was heard of the server.

use super::engine::Engine;
use super::limit::within;
use super::{State, Stored};
use sqlx::Any;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// A connection is kept no longer than this before the pool looks at it again, and lets it go where it is too old.
const KEPT: Duration = Duration::from_secs(30);
/// How long one waits for one's turn here before one asks beside the lane.
const PATIENCE: Duration = Duration::from_millis(300);

/// The connections of one pool that are kept.
#[derive(Debug)]
pub(super) struct Lane {
    turns: Arc<Semaphore>,
    kept: Mutex<Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    connection: PoolConnection<Any>,
    since: Instant,
}

/// A turn in a lane, before there is a connection.
#[derive(Debug)]
pub(super) struct Turn {
    lane: Arc<Lane>,
    /// `None` beside the lane.
    permit: Option<OwnedSemaphorePermit>,
}

/// A connection for one question.
#[derive(Debug)]
pub(super) struct Seat {
    kept: Kept,
    turn: Turn,
}

/// One question may be asked; those there are, are its methods.
#[derive(Debug)]
pub(crate) struct Look {
    pub(super) seat: Seat,
    pub(super) engine: Engine,
}

impl Lane {
    /// Keeps at most so many connections.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { turns: Arc::new(Semaphore::new(most)), kept: Mutex::default() })
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn. Without a connection that is kept, one of the pool does: [`Turn::with`].
    pub(super) async fn enter(self: &Arc<Self>) -> Result<Seat, Turn> {
        let permit = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => {
                timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await.ok().and_then(Result::ok)
            }
        };
        let turn = Turn { lane: Arc::clone(self), permit };
        if turn.permit.is_none() {
            return Err(turn);
        }
        let kept = self.kept().pop();
        match kept {
            Some(kept) if kept.since.elapsed() < KEPT => Ok(Seat { kept, turn }),
            _ => Err(turn),
        }
    }

    /// Gives everything back to the pool. Nothing is kept from then on.
    pub(super) fn close(&self) {
        self.turns.close();
        self.kept().clear();
    }
}

impl Drop for Lane {
    /// The pool takes a connection back in a task. Where there is nothing any more that could run it, as at the end of a
    /// program that was not told to close, it is hung up.
    fn drop(&mut self) {
        if tokio::runtime::Handle::try_current().is_err() {
            for kept in self.kept().drain(..) {
                drop(kept.connection.detach());
            }
        }
    }
}

impl Turn {
    pub(super) fn with(self, connection: PoolConnection<Any>) -> Seat {
        Seat { kept: Kept { connection, since: Instant::now() }, turn: self }
    }
}

impl Look {
    /// Asks for one row, or none; within the limit of a statement.
    pub(super) async fn row(self, question: Query<'_, Any, AnyArguments>) -> Stored<Option<AnyRow>> {
        let Self { seat: Seat { mut kept, turn: Turn { lane, permit } }, engine } = self;
        let mut state = State::Single;
        let asked = question.fetch_optional(&mut *kept.connection);
        let row = within(engine.limit(), &mut state, asked).await;
        if state == State::Broken {
            kept.connection.close_on_drop();
            engine.look_around();
        }
        let row = row?;
        if permit.is_some() {
            let mut others = lane.kept();
            if !lane.turns.is_closed() {
                others.push(kept);
            }
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use sqlx::Row as _;
    use std::sync::Arc;

    // DB-3: what went wrong on a connection meets nobody else
    #[tokio::test]
    async fn db_3_only_a_connection_that_has_answered_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/accounts.db", folder.path().display())).await.unwrap();
        let look = store.look().await.unwrap();
        let lane = Arc::clone(&look.seat.turn.lane);
        let row = look.row(sqlx::query("SELECT 7")).await.unwrap().unwrap();
        assert_eq!(row.get::<i64, _>(0), 7);
        assert_eq!(lane.kept().len(), 1);

        let look = store.look().await.unwrap();
        assert!(lane.kept().is_empty(), "it is in use");
        assert!(look.row(sqlx::query("SELECT nothing")).await.is_err());
        assert!(lane.kept().is_empty(), "its question failed");

        let look = store.look().await.unwrap();
        assert!(look.row(sqlx::query("SELECT 7 WHERE 1 = 2")).await.unwrap().is_none());
        assert_eq!(lane.kept().len(), 1, "nothing is an answer");
        drop(store.look().await.unwrap());
        assert!(lane.kept().is_empty(), "nothing was asked, or nobody waited for the answer");

        let look = store.look().await.unwrap();
        lane.close();
        look.row(sqlx::query("SELECT 7")).await.unwrap();
        assert!(lane.kept().is_empty(), "the end");
        store.look().await.unwrap().row(sqlx::query("SELECT 7")).await.unwrap();
        assert!(lane.kept().is_empty());
        store.close().await;
    }

    // whoever lets go of everything last need not be where tasks run
    #[test]
    fn a_store_outlives_what_ran_it() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}/accounts.db", folder.path().display());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let store = runtime.block_on(async {
            let store = Store::open(&address).await.unwrap();
            store.look().await.unwrap().row(sqlx::query("SELECT 7")).await.unwrap();
            store
        });
        drop(runtime);
        drop(store);
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            Store::open(&address).await.unwrap().close().await;
        });
    }
}
