//! How many guesses failed one after another. What that means for the next one is decided in `guess`.

use super::{Stored, Tx};

impl Tx {
    /// The failures of a subject since its last success, and when the last of them was.
    pub(crate) async fn failures(&mut self, subject: &str) -> Stored<(u32, i64)> {
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT failures, last_at FROM failure WHERE subject = $1")
                .bind(subject)
                .fetch_optional(self.on())
                .await?;
        let (failures, last_at) = row.unwrap_or_default();
        Ok((u32::try_from(failures).unwrap_or(u32::MAX), last_at))
    }

    /// One more.
    pub(crate) async fn count_failure(&mut self, subject: &str, now: i64) -> Stored<()> {
        sqlx::query(
            "INSERT INTO failure (subject, failures, last_at) VALUES ($1, 1, $2) \
             ON CONFLICT (subject) DO UPDATE SET failures = failure.failures + 1, last_at = $2",
        )
        .bind(subject)
        .bind(now)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// None any more, of any of these.
    pub(crate) async fn forget_failures(&mut self, subjects: &[&str]) -> Stored<()> {
        for some in subjects.chunks(4) {
            let mut statement = sqlx::query("DELETE FROM failure WHERE subject IN ($1, $2, $3, $4)");
            for subject in some.iter().cycle().take(4) {
                statement = statement.bind(*subject);
            }
            statement.execute(self.on()).await?;
        }
        Ok(())
    }
}
