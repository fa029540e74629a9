//! How much of its budget a network address has used up. What that means is decided in `peer`.

use super::{Stored, Tx};

impl Tx {
    /// Up to when the budget is used up in advance; long ago where nothing is known.
    pub(crate) async fn peer_used_until(&mut self, subject: &str) -> Stored<i64> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT used_until FROM peer WHERE subject = $1")
            .bind(subject)
            .fetch_optional(self.on())
            .await?;
        Ok(row.map_or(0, |(until,)| until))
    }

    pub(crate) async fn use_peer(&mut self, subject: &str, until: i64) -> Stored<()> {
        sqlx::query(
            "INSERT INTO peer (subject, used_until) VALUES ($1, $2) \
             ON CONFLICT (subject) DO UPDATE SET used_until = $2",
        )
        .bind(subject)
        .bind(until)
        .execute(self.on())
        .await?;
        Ok(())
    }
}
