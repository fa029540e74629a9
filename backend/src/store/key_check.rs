//! What the backend's key made of a constant when it was first used on this database.

use super::{Stored, Tx};

/// There is one key.
const NAME: &str = "backend";

impl Tx {
    /// What is kept of the key, if any was used yet.
    pub(crate) async fn key_check(&mut self) -> Stored<Option<String>> {
        let row: Option<(String,)> = sqlx::query_as("SELECT mac FROM key_check WHERE name = $1")
            .bind(NAME)
            .fetch_optional(self.on())
            .await?;
        Ok(row.map(|(mac,)| mac))
    }

    /// Keeps it.
    pub(crate) async fn keep_key_check(&mut self, mac: &str) -> Stored<()> {
        sqlx::query("INSERT INTO key_check (name, mac) VALUES ($1, $2)")
            .bind(NAME)
            .bind(mac)
            .execute(self.on())
            .await?;
        Ok(())
    }
}
