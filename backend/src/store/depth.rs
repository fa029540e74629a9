//! How much waits in the outbox, for whoever watches it from outside.

use super::{Stored, Tx};
use sqlx::Row as _;

/// Messages in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutboxDepth {
    pub state: String,
    pub count: i64,
    /// How long ago the oldest was queued.
    pub oldest_seconds: i64,
    /// Whether they are still to be sent.
    pub unsent: bool,
}

/// Messages still to be sent whose last try failed for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsent {
    pub fault: String,
    pub count: i64,
}

impl Tx {
    /// How many messages wait, by why their last try failed.
    pub(crate) async fn outbox_faults(&mut self) -> Stored<Vec<Unsent>> {
        let sql = "SELECT fault, COUNT(*) AS count FROM outbox WHERE done_at IS NULL AND fault IS NOT NULL GROUP BY fault";
        let rows = sqlx::query(sql).fetch_all(self.on()).await?;
        let unsent = |row| -> Stored<Unsent> {
            let row: &sqlx::any::AnyRow = row;
            Ok(Unsent { fault: row.try_get("fault")?, count: row.try_get("count")? })
        };
        rows.iter().map(unsent).collect()
    }

    /// How many messages there are in each state that has any.
    pub(crate) async fn outbox_depth(&mut self, now: i64) -> Stored<Vec<OutboxDepth>> {
        let rows =
            sqlx::query("SELECT state, COUNT(*) AS count, MIN(at) AS oldest FROM outbox GROUP BY state")
                .fetch_all(self.on())
                .await?;
        rows.iter()
            .map(|row| {
                let state: String = row.try_get("state")?;
                let oldest: i64 = row.try_get("oldest")?;
                Ok(OutboxDepth {
                    unsent: state != "sent" && state != "dead",
                    count: row.try_get("count")?,
                    oldest_seconds: (now - oldest).max(0) / 1000,
                    state,
                })
            })
            .collect()
    }
}
