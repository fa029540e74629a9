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

impl Tx {
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
