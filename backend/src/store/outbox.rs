//! Messages to be sent, queued in the transaction of whatever they tell about. What they say and to whom is sealed
//! before it gets here. How several carry them out without doing anything twice is in `collection`.

use super::number::{channel_from, channel_text};
use super::{StoreError, Stored, Tx};
use contract::AccountId;
use contract::verification::Channel;
use sqlx::Row as _;
use sqlx::any::AnyRow;
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
    /// Whether there is nothing to send.
    pub done: bool,
}

/// What became of a message so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OutboxState {
    /// Not tried yet.
    Queued,
    /// Tried in vain, and to be tried again.
    Waiting,
    /// Accepted by whoever carries it on.
    Sent,
    /// Given up.
    Dead,
}

impl OutboxState {
    pub(crate) const ALL: [Self; 4] = [Self::Queued, Self::Waiting, Self::Sent, Self::Dead];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    fn from_text(text: &str) -> Stored<Self> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == text);
        known.ok_or_else(|| StoreError::Database("a message has an unknown state".to_owned()))
    }
}

/// A message with what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pub row: OutboxRow,
    pub state: OutboxState,
    pub tries: u32,
    pub due_at: i64,
    /// Whether somebody is trying it.
    pub claimed: bool,
    /// Why the last try was in vain.
    pub fault: Option<String>,
    pub done_at: Option<i64>,
}

pub(super) const COLUMNS: &str = "SELECT id, number_id, address, channel, at, sealed, state, tries, due_at, fault, done_at, claim FROM outbox WHERE ";

pub(super) fn read(row: &AnyRow) -> Stored<Posted> {
    let number: Option<String> = row.try_get("number_id")?;
    Ok(Posted {
        row: OutboxRow {
            id: super::session::id(row, "id")?,
            account_id: None,
            number_id: number.and_then(|text| text.parse().ok()),
            address: row.try_get("address")?,
            channel: channel_from(&row.try_get::<String, _>("channel")?)?,
            at: row.try_get("at")?,
            sealed: row.try_get("sealed")?,
            done: row.try_get::<Option<i64>, _>("done_at")?.is_some(),
        },
        state: OutboxState::from_text(&row.try_get::<String, _>("state")?)?,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        due_at: row.try_get("due_at")?,
        claimed: row.try_get::<Option<String>, _>("claim")?.is_some(),
        fault: row.try_get("fault")?,
        done_at: row.try_get("done_at")?,
    })
}

impl Tx {
    pub(crate) async fn queue(&mut self, message: &OutboxRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO outbox (id, account_id, number_id, address, channel, at, sealed, state, urgency, due_at, tries, done_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $8, $6, 0, $10)",
        )
        .bind(message.id.to_string())
        .bind(message.account_id.map(|id| id.to_string()))
        .bind(message.number_id.map(|id| id.to_string()))
        .bind(&message.address)
        .bind(channel_text(message.channel))
        .bind(message.at)
        .bind(&message.sealed)
        .bind(i64::from(message.number_id.is_none()))
        .bind(if message.done { OutboxState::Sent } else { OutboxState::Queued }.as_str())
        .bind(message.done.then_some(message.at))
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Messages that were queued or done after `since`, and those that still wait, newest first.
    pub(crate) async fn posted_since(&mut self, since: i64) -> Stored<Vec<Posted>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} at > $1 OR done_at IS NULL OR done_at > $1 ORDER BY position DESC"
        ));
        let rows = sqlx::query(sql).bind(since).fetch_all(self.on()).await?;
        rows.iter().map(read).collect()
    }

    /// Marks everything that waits as sent, where messages are kept in place; how many there were.
    pub(crate) async fn deliver_in_place(&mut self, channel: Channel, now: i64) -> Stored<u64> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'sent', claim = NULL, done_at = $2 WHERE done_at IS NULL AND channel = $1",
        )
        .bind(channel_text(channel))
        .bind(now)
        .execute(self.on())
        .await?;
        Ok(done.rows_affected())
    }

    /// How many messages nobody has tried though they are due since then, and when the oldest of them was queued.
    pub(crate) async fn overdue(&mut self, channel: Channel, since: i64) -> Stored<(i64, Option<i64>)> {
        let sql =
            "SELECT COUNT(*), MIN(at) FROM outbox WHERE done_at IS NULL AND channel = $1 AND due_at <= $2";
        Ok(sqlx::query_as(sql).bind(channel_text(channel)).bind(since).fetch_one(self.on()).await?)
    }

    /// Gives up those of them that were queued until `until`; how many there were.
    pub(crate) async fn give_up_overdue(
        &mut self,
        channel: Channel,
        now: i64,
        since: i64,
        until: i64,
    ) -> Stored<u64> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'dead', fault = 'no_carrier', claim = NULL, done_at = $2 \
             WHERE done_at IS NULL AND channel = $1 AND due_at <= $3 AND at <= $4",
        )
        .bind(channel_text(channel))
        .bind(now)
        .bind(since)
        .bind(until)
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
