//! The latest time that was seen, so that time goes on from there whatever the clock of the next start says.

use super::{Store, Stored, Tx};

impl Store {
    /// Whether the database is a server with a clock that all who serve it can go by.
    pub(crate) fn has_clock(&self) -> bool {
        self.engine.time().is_some()
    }

    /// What that clock shows, in milliseconds.
    pub(crate) async fn server_time(&self) -> Stored<Option<i64>> {
        let Some(time) = self.engine.time() else { return Ok(None) };
        let (now,): (i64,) = sqlx::query_as(time).fetch_one(self.glance().await?.on()).await?;
        Ok(Some(now))
    }
}

impl Tx {
    /// The latest time that was noted, in milliseconds.
    pub(crate) async fn latest_time(&mut self) -> Stored<Option<i64>> {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT latest FROM seen_time WHERE id = 1").fetch_optional(self.on()).await?;
        Ok(row.map(|(latest,)| latest))
    }

    /// Notes a time, unless a later one is noted.
    pub(crate) async fn note_time(&mut self, now: i64) -> Stored<()> {
        sqlx::query(
            "INSERT INTO seen_time (id, latest) VALUES (1, $1) \
             ON CONFLICT (id) DO UPDATE SET latest = $1 WHERE seen_time.latest < $1",
        )
        .bind(now)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Begins at an earlier time: whatever the time that was seen has ended stays so, and nothing waits for it to come.
    pub(crate) async fn restart_time(&mut self, now: i64) -> Stored<()> {
        for sql in ["DELETE FROM session", "DELETE FROM challenge", "DELETE FROM proof", "DELETE FROM number"]
        {
            sqlx::query(sql).execute(self.on()).await?;
        }
        for sql in [
            "DELETE FROM sending WHERE at > $1",
            "DELETE FROM dispatch WHERE at > $1",
            "DELETE FROM wish WHERE claimed_at > $1",
            "DELETE FROM desktop WHERE last_used_at > $1",
            "DELETE FROM peer WHERE used_until > $1",
            "UPDATE failure SET last_at = $1 WHERE last_at > $1",
            "UPDATE outbox SET due_at = $1 WHERE due_at > $1 AND done_at IS NULL",
            "UPDATE seen_time SET latest = $1 WHERE id = 1",
        ] {
            sqlx::query(sql).bind(now).execute(self.on()).await?;
        }
        Ok(())
    }
}
