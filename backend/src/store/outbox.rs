//! Messages to be sent, queued in the transaction of whatever they tell about. What they say and to whom is sealed
//! before it gets here.

use super::number::{channel_from, channel_text};
use super::{Stored, Tx};
use contract::AccountId;
use contract::verification::Channel;
use sqlx::Row as _;
use uuid::Uuid;

/// A message as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct OutboxRow {
    pub id: Uuid,
    pub account_id: Option<AccountId>,
    pub number_id: Option<Uuid>,
    /// HMAC of the address.
    pub address: String,
    pub channel: Channel,
    pub at: i64,
    pub sealed: String,
}

impl Tx {
    pub(crate) async fn queue(&mut self, message: &OutboxRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO outbox (id, account_id, number_id, address, channel, at, sealed, position) \
             SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(position), 0) + 1 FROM outbox",
        )
        .bind(message.id.to_string())
        .bind(message.account_id.map(|id| id.to_string()))
        .bind(message.number_id.map(|id| id.to_string()))
        .bind(&message.address)
        .bind(channel_text(message.channel))
        .bind(message.at)
        .bind(&message.sealed)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Messages queued after `since`, newest first.
    pub(crate) async fn queued_since(&mut self, since: i64) -> Stored<Vec<OutboxRow>> {
        let rows = sqlx::query(
            "SELECT id, number_id, address, channel, at, sealed FROM outbox WHERE at > $1 ORDER BY position DESC",
        )
        .bind(since)
        .fetch_all(self.on())
        .await?;
        rows.iter()
            .map(|row| {
                let number: Option<String> = row.try_get("number_id")?;
                Ok(OutboxRow {
                    id: super::session::id(row, "id")?,
                    account_id: None,
                    number_id: number.and_then(|text| text.parse().ok()),
                    address: row.try_get("address")?,
                    channel: channel_from(&row.try_get::<String, _>("channel")?)?,
                    at: row.try_get("at")?,
                    sealed: row.try_get("sealed")?,
                })
            })
            .collect()
    }

    /// Marks everything that waits as delivered; how many there were.
    pub(crate) async fn deliver_in_place(&mut self, now: i64) -> Stored<u64> {
        let done = sqlx::query("UPDATE outbox SET delivered_at = $1 WHERE delivered_at IS NULL")
            .bind(now)
            .execute(self.on())
            .await?;
        Ok(done.rows_affected())
    }

    /// Whatever was sent, tried or proven for these addresses (as HMACs), with or without an account.
    pub(crate) async fn forget_addresses(&mut self, addresses: &[String]) -> Stored<()> {
        for address in addresses {
            for sql in [
                "DELETE FROM outbox WHERE address = $1",
                "DELETE FROM number WHERE address = $1",
                "DELETE FROM proof WHERE address = $1",
                "DELETE FROM sending WHERE address = $1",
            ] {
                sqlx::query(sql).bind(address).execute(self.on()).await?;
            }
        }
        Ok(())
    }
}
