//! Detects a connection pooler that gives each transaction another connection of the server, as `PgBouncer` does in the pool modes
//! `transaction` and `statement`. Prepared statements, settings and the lock of migrations stay with a connection of the server,
//! so that behind such a pooler statements fail at random.

use super::hosts::Host;
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Row as _};
use std::time::Duration;
use tokio::time::timeout;

/// How long one step may take. A pooler without a free connection keeps waiting whoever asks for one.
const STEP_LIMIT: Duration = Duration::from_secs(2);

/// Whether a server's connections change beneath ours. While ours is idle, others begin transactions: a pooler that may gives
/// them the server's process that ours had, or gives ours another.
pub(super) async fn changes_connections(host: &Host) -> sqlx::Result<bool> {
    let connecting = || async { step(host.options.connect()).await };
    let mut ours = connecting().await?;
    let Some(process) = process_of(&mut ours).await? else { return Ok(false) };
    let mut others = Vec::new();
    let mut changes = false;
    for _ in 0..2 {
        // with no more than one connection of the server, none changes
        let Ok(mut other) = connecting().await else { break };
        match step(sqlx::raw_sql("BEGIN").execute(&mut other)).await {
            Ok(_) => {}
            // a server takes it from anybody
            Err(sqlx::Error::Database(_)) => changes = true,
            Err(_) => break,
        }
        changes = changes || process_of(&mut other).await? == Some(process);
        others.push(other);
        if changes {
            break;
        }
    }
    changes = changes || process_of(&mut ours).await? != Some(process);
    for mut other in others {
        let _ = step(sqlx::raw_sql("ROLLBACK").execute(&mut other)).await;
        let _ = step(other.close()).await;
    }
    let _ = step(ours.close()).await;
    Ok(changes)
}

/// The process that serves a connection, asked without a prepared statement; none where it is not a server of that kind.
async fn process_of(connection: &mut AnyConnection) -> sqlx::Result<Option<i64>> {
    match step(sqlx::raw_sql("SELECT CAST(pg_backend_pid() AS BIGINT)").fetch_one(connection)).await {
        Ok(row) => row.try_get(0).map(Some),
        Err(sqlx::Error::Database(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn step<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    timeout(STEP_LIMIT, work)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}
