//! A limit to how long the database may take over a statement. A server that was stopped, or a network that swallows
//! everything, never says that the connection is gone: whoever waits for it would wait for ever, and so would all who
//! wait for their turn behind.

use super::State;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Any, AnyConnection, Either, Execute, Executor, SqlStr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep, timeout};

/// A connection of a transaction, which is of no use any more once the limit was passed.
#[derive(Debug)]
pub(crate) struct On<'c> {
    pub(super) connection: &'c mut AnyConnection,
    pub(super) limit: Option<Duration>,
    pub(super) state: &'c mut State,
}

/// Nothing was heard of the server for too long.
pub(super) fn late() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the database did not answer in time"))
}

/// Waits for something of the connection for as long as it may take; then the connection is broken.
pub(super) async fn within<T>(
    limit: Option<Duration>,
    state: &mut State,
    work: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    let Some(limit) = limit else { return work.await };
    timeout(limit, work).await.unwrap_or_else(|_| {
        *state = State::Broken;
        Err(late())
    })
}

impl<'c> Executor<'c> for On<'c> {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, sqlx::Result<Either<AnyQueryResult, AnyRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let rows = self.connection.fetch_many(query);
        match self.limit {
            None => rows,
            Some(limit) => Box::pin(Within { rows, limit: Box::pin(sleep_for(limit)), state: self.state }),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<AnyRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let row = self.connection.fetch_optional(query);
        Box::pin(within(self.limit, self.state, row))
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<AnyStatement>>
    where
        'c: 'e,
    {
        self.connection.prepare_with(sql, parameters)
    }
}

#[allow(clippy::disallowed_methods, reason = "the limit itself")]
fn sleep_for(limit: Duration) -> Sleep {
    sleep(limit)
}

/// The rows of a statement, all of which must come within the limit.
struct Within<'e> {
    rows: BoxStream<'e, sqlx::Result<Either<AnyQueryResult, AnyRow>>>,
    limit: Pin<Box<Sleep>>,
    state: &'e mut State,
}

impl Stream for Within<'_> {
    type Item = sqlx::Result<Either<AnyQueryResult, AnyRow>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Poll::Ready(row) = this.rows.as_mut().poll_next(context) {
            return Poll::Ready(row);
        }
        match this.limit.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                *this.state = State::Broken;
                Poll::Ready(Some(Err(late())))
            }
        }
    }
}
