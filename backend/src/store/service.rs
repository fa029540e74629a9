//! Services that accept authentication keys: their names and the hashes of their credentials.

use super::lane::Look;
use super::{Stored, Tx};
use sqlx::Row as _;

/// A service with its credential, which is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceRow {
    pub name: String,
    pub created_at: i64,
}

impl Look {
    /// Whose credential this is.
    pub(crate) async fn service(self, sha256: &str) -> Stored<Option<String>> {
        let question = sqlx::query("SELECT name FROM service_credential WHERE sha256 = $1").bind(sha256);
        let row = self.row(question).await?;
        row.map(|row| Ok(row.try_get("name")?)).transpose()
    }
}

impl Tx {
    /// Lets in a service whose name no other has.
    pub(crate) async fn insert_service(&mut self, name: &str, sha256: &str, now: i64) -> Stored<()> {
        sqlx::query("INSERT INTO service_credential (name, sha256, created_at) VALUES ($1, $2, $3)")
            .bind(name)
            .bind(sha256)
            .bind(now)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// All services, by name.
    pub(crate) async fn services(&mut self) -> Stored<Vec<ServiceRow>> {
        let rows = sqlx::query("SELECT name, created_at FROM service_credential ORDER BY name")
            .fetch_all(self.on())
            .await?;
        rows.iter()
            .map(|row| Ok(ServiceRow { name: row.try_get("name")?, created_at: row.try_get("created_at")? }))
            .collect()
    }

    /// Shuts a service out at once; whether there was one.
    pub(crate) async fn delete_service(&mut self, name: &str) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM service_credential WHERE name = $1")
            .bind(name)
            .execute(self.on())
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
