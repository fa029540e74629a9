//! How many guesses failed one after another. What that means for the next one is decided in `guess`.

use super::{Stored, Tx};

/// How long one failure counts before the count is one less, in milliseconds: a week. Nothing but time takes a failure at an
/// address away, so that a count says nothing of whether the address has an account, or whether its owner signs in.
const FADES: i64 = 7 * 86_400_000;

/// What is left of so many failures after this time since the last.
pub(super) fn left(failures: i64, since: i64) -> u32 {
    u32::try_from((failures - since.max(0) / FADES).max(0)).unwrap_or(u32::MAX)
}

impl Tx {
    /// The failures of a subject that still count, and when the last of them was.
    pub(crate) async fn failures(&mut self, subject: &str, now: i64) -> Stored<(u32, i64)> {
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT failures, last_at FROM failure WHERE subject = $1")
                .bind(subject)
                .fetch_optional(self.on())
                .await?;
        let (failures, last_at) = row.unwrap_or_default();
        Ok((left(failures, now - last_at), last_at))
    }

    /// One more; how many count now.
    pub(crate) async fn count_failure(&mut self, subject: &str, now: i64) -> Stored<u32> {
        let (failures, _) = self.failures(subject, now).await?;
        let failures = failures.saturating_add(1);
        sqlx::query(
            "INSERT INTO failure (subject, failures, last_at) VALUES ($1, $2, $3) \
             ON CONFLICT (subject) DO UPDATE SET failures = $2, last_at = $3",
        )
        .bind(subject)
        .bind(i64::from(failures))
        .bind(now)
        .execute(self.on())
        .await?;
        Ok(failures)
    }

    /// None any more, of this subject; whether there were any.
    pub(crate) async fn forget_failures(&mut self, subject: &str) -> Stored<bool> {
        let done =
            sqlx::query("DELETE FROM failure WHERE subject = $1").bind(subject).execute(self.on()).await?;
        Ok(done.rows_affected() > 0)
    }

    /// None any more, of the sessions and known desktops of an account: they are subjects by these words and their keys.
    /// Whether there were any.
    pub(crate) async fn forget_failures_of(
        &mut self,
        account: contract::AccountId,
        (session, desktop): (&str, &str),
    ) -> Stored<bool> {
        let done = sqlx::query(
            "DELETE FROM failure WHERE subject IN (SELECT $2 || id FROM session WHERE account_id = $1) \
             OR subject IN (SELECT $3 || sha256 FROM desktop WHERE account_id = $1)",
        )
        .bind(account.to_string())
        .bind(session)
        .bind(desktop)
        .execute(self.on())
        .await?;
        Ok(done.rows_affected() > 0)
    }
}
