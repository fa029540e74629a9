//! Throws away what has had its time.

use super::{SessionLimits, Stored, Tx};

/// Failures are forgotten ninety days after the last of them: longer than the longest wait by far, and as long for an
/// address without an account as for one with.
const FAILURE_LIFETIME: i64 = 90 * 86_400_000;
/// Tries of messages count for a minute.
const DISPATCH_LIFETIME: i64 = 120_000;

impl Tx {
    /// Removes messages that were sent or given up, numbers and sendings older than `message_lifetime`, expired proofs,
    /// dead challenges and ended sessions. Numbers outlive their validity so that a message can still say what became of its number.
    pub(crate) async fn sweep(
        &mut self,
        limits: SessionLimits,
        message_lifetime: i64,
        challenge_lifetime: i64,
    ) -> Stored<()> {
        let old = limits.now - message_lifetime;
        for (sql, before) in [
            ("DELETE FROM outbox WHERE at <= $1 AND done_at IS NOT NULL", old),
            ("DELETE FROM dispatch WHERE at <= $1", limits.now - DISPATCH_LIFETIME),
            ("DELETE FROM number WHERE sent_at <= $1 AND expires_at <= $1", old),
            ("DELETE FROM sending WHERE at <= $1", old),
            ("DELETE FROM failure WHERE last_at <= $1", limits.now - FAILURE_LIFETIME),
            ("DELETE FROM desktop WHERE last_used_at <= $1", limits.now - super::desktop::KNOWN),
            ("DELETE FROM peer WHERE used_until <= $1", limits.now),
            ("DELETE FROM wish WHERE claimed_at <= $1", limits.now - super::wish::KEPT),
            ("DELETE FROM proof WHERE expires_at <= $1", limits.now),
            ("DELETE FROM challenge WHERE started_at <= $1", limits.now - challenge_lifetime),
            ("DELETE FROM session WHERE last_seen_at <= $1", limits.now - limits.idle),
            ("DELETE FROM session WHERE signed_in_at <= $1", limits.now - limits.absolute),
        ] {
            sqlx::query(sql).bind(before).execute(self.on()).await?;
        }
        Ok(())
    }
}
