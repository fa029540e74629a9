//! Throws away what has had its time.

use super::{SessionLimits, Store, StoreError, Stored};

/// Failures are forgotten ninety days after the last of them: longer than the longest wait by far, and as long for an
/// address without an account as for one with.
const FAILURE_LIFETIME: i64 = 90 * 86_400_000;
/// A session that was not used for long is kept for a minute more, though it opens nothing: its last use may be noted
/// already, here or on a replica, and not be written yet.
const NOTED: i64 = 60_000;
/// Tries of messages count for a minute.
const DISPATCH_LIFETIME: i64 = 120_000;
/// How often each statement is tried while others get there first.
const TRIES: u32 = 5;

impl Store {
    /// Removes messages that were sent or given up longer ago than `message_lifetime`, numbers and sendings older than that,
    /// expired proofs, dead challenges and confirmations, and ended sessions, each kind by itself: nobody waits for more than one of them.
    /// Numbers outlive their validity so that a message can still say what became of its number.
    pub(crate) async fn sweep(
        &self,
        limits: SessionLimits,
        message_lifetime: i64,
        challenge_lifetime: i64,
    ) -> Stored<()> {
        let old = limits.now - message_lifetime;
        for (sql, before) in [
            ("DELETE FROM outbox WHERE done_at <= $1", old),
            ("DELETE FROM dispatch WHERE at <= $1", limits.now - DISPATCH_LIFETIME),
            ("DELETE FROM number WHERE sent_at <= $1 AND expires_at <= $1", old),
            ("DELETE FROM sending WHERE at <= $1", old),
            ("DELETE FROM failure WHERE last_at <= $1", limits.now - FAILURE_LIFETIME),
            ("DELETE FROM desktop WHERE last_used_at <= $1", limits.now - super::desktop::KNOWN),
            ("DELETE FROM peer WHERE used_until <= $1", limits.now),
            ("DELETE FROM wish WHERE claimed_at <= $1", limits.now - super::wish::KEPT),
            ("DELETE FROM proof WHERE expires_at <= $1", limits.now),
            ("DELETE FROM challenge WHERE started_at <= $1", limits.now - challenge_lifetime),
            ("DELETE FROM confirmation WHERE started_at <= $1", limits.now - challenge_lifetime),
            ("DELETE FROM session WHERE last_seen_at <= $1", limits.now - limits.idle - NOTED),
            ("DELETE FROM session WHERE signed_in_at <= $1", limits.now - limits.absolute),
        ] {
            let mut tries = 1;
            while let Err(fault) = self.forget(sql, before).await {
                if fault != StoreError::Conflict || tries == TRIES {
                    return Err(fault);
                }
                tries += 1;
            }
        }
        Ok(())
    }

    async fn forget(&self, sql: &'static str, before: i64) -> Stored<()> {
        let mut tx = self.write().await?;
        sqlx::query(sql).bind(before).execute(tx.on()).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;

    // each kind is found by an index, so that what is swept is all that is read
    #[tokio::test]
    async fn nothing_is_read_beside_what_is_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/accounts.db", folder.path().display())).await.unwrap();
        for (table, column) in [
            ("outbox", "done_at"),
            ("dispatch", "at"),
            ("number", "sent_at"),
            ("sending", "at"),
            ("failure", "last_at"),
            ("desktop", "last_used_at"),
            ("peer", "used_until"),
            ("wish", "claimed_at"),
            ("proof", "expires_at"),
            ("challenge", "started_at"),
            ("confirmation", "started_at"),
            ("session", "last_seen_at"),
            ("session", "signed_in_at"),
        ] {
            let sql = format!("EXPLAIN QUERY PLAN DELETE FROM \"{table}\" WHERE {column} <= 1");
            let mut tx = store.glance().await.unwrap();
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(tx.on()).await.unwrap();
            assert!(plan[0].3.starts_with("SEARCH"), "{table}: {}", plan[0].3);
        }
        store.close().await;
    }
}
