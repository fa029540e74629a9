//! What happened to an account, kept with it and erased with it; and the pseudonymous lines that stay.

use super::{StoreError, Stored, Tx};
use contract::activity::{Entry, Event};
use contract::{AccountId, Moment};
use sqlx::Row as _;
use uuid::Uuid;

/// How many entries stay of what was tried against addresses without an account, for each part of those addresses.
const OF_NOBODY: u32 = 8;
/// So many alike security events of one day have an entry each; further ones are counted in the oldest of them.
const APART: i64 = 20;
/// Milliseconds within which alike events are one entry.
const DAY: i64 = 86_400_000;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject {
    id: Uuid,
    /// How many entries stay at most, whatever else is decided.
    most: Option<u32>,
}

impl From<AccountId> for Subject {
    fn from(id: AccountId) -> Self {
        Self { id: id.0, most: None }
    }
}

impl Subject {
    /// An address without an account, by its HMAC in hexadecimal: trying it takes the same work as trying one with an
    /// account. It shares its entries with one in 4096 others, so that they stay few, and so that two who try two
    /// addresses are as seldom in each other's way as at two accounts. No account has such an id.
    pub(crate) fn nobody(address: &str) -> Self {
        let part =
            address.get(..3).and_then(|digits| u128::from_str_radix(digits, 16).ok()).unwrap_or_default();
        Self { id: Uuid::from_u128(part << 116), most: Some(OF_NOBODY) }
    }
}

/// What stays written down though nothing of whom it is about does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remains {
    /// The owner ended the account.
    SubscriptionCanceled,
    /// An operator did.
    AccountDeletedByOperator,
    /// A service got its first credential.
    ServiceAdmitted,
    /// It got another one, and the one before stopped working.
    ServiceExchanged,
    /// It was shut out.
    ServiceRemoved,
}

impl Remains {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SubscriptionCanceled => "subscription_canceled",
            Self::AccountDeletedByOperator => "account_deleted_by_operator",
            Self::ServiceAdmitted => "service_admitted",
            Self::ServiceExchanged => "service_exchanged",
            Self::ServiceRemoved => "service_removed",
        }
    }
}

/// The word a column holds: the same as on the wire.
fn event_text(event: Event) -> Stored<String> {
    match serde_json::to_value(event) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::Database("an event has no word".to_owned())),
    }
}

fn event_from(word: String) -> Stored<Event> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|_| StoreError::Database("an activity row holds an unknown event".to_owned()))
}

impl Tx {
    /// Adds an entry, or counts a repeat of one, and lets the oldest of its kind go beyond `most`.
    pub(crate) async fn record(
        &mut self,
        of: impl Into<Subject>,
        event: Event,
        place: Option<&str>,
        now: i64,
        most: u32,
    ) -> Stored<()> {
        let Subject { id, most: fewer } = of.into();
        let (account, most) = (id.to_string(), fewer.map_or(most, |fewer| fewer.min(most)));
        let security = i64::from(event.is_security());
        if fewer.is_none() && event.is_security() {
            self.note(id, event);
        }
        let word = event_text(event)?;
        // security events are told apart as long as there are few of them
        let apart = if event.is_security() { APART } else { 1 };
        let repeated = sqlx::query(
            "UPDATE activity SET repeats = repeats + 1, last_at = $5, \
             position = (SELECT MAX(position) + 1 FROM activity WHERE account_id = $1) \
             WHERE account_id = $1 AND position = (SELECT position FROM activity WHERE account_id = $1 \
             AND position > (SELECT MAX(position) - 64 FROM activity WHERE account_id = $1) \
             AND event = $2 AND COALESCE(place, '') = COALESCE($3, '') AND at > $4 \
             ORDER BY position DESC LIMIT 1 OFFSET $6)",
        )
        .bind(&account)
        .bind(&word)
        .bind(place)
        .bind(now - DAY)
        .bind(now)
        .bind(apart - 1)
        .execute(self.on())
        .await?;
        if repeated.rows_affected() > 0 {
            return Ok(());
        }
        let (position,): (i64,) = sqlx::query_as(
            "INSERT INTO activity (account_id, position, at, event, place, security) \
             SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5 FROM activity WHERE account_id = $1 \
             RETURNING position",
        )
        .bind(&account)
        .bind(now)
        .bind(&word)
        .bind(place)
        .bind(security)
        .fetch_one(self.on())
        .await?;
        if position > i64::from(most) {
            sqlx::query(
                "DELETE FROM activity WHERE account_id = $1 AND security = $2 AND position <= (SELECT position \
                 FROM activity WHERE account_id = $1 AND security = $2 ORDER BY position DESC LIMIT 1 OFFSET $3)",
            )
            .bind(&account)
            .bind(security)
            .bind(i64::from(most))
            .execute(self.on())
            .await?;
        }
        Ok(())
    }

    /// At most `most` entries older than `before`, newest first, each with its position.
    pub(crate) async fn activity(
        &mut self,
        of: AccountId,
        before: Option<i64>,
        most: u32,
    ) -> Stored<Vec<(i64, Entry)>> {
        let rows = sqlx::query(
            "SELECT position, at, event, place, repeats, last_at FROM activity WHERE account_id = $1 AND position < $2 \
             ORDER BY position DESC LIMIT $3",
        )
        .bind(of.to_string())
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(most))
        .fetch_all(self.on())
        .await?;
        rows.iter()
            .map(|row| {
                let event = event_from(row.try_get("event")?)?;
                let place: Option<String> = row.try_get("place")?;
                let entry = Entry {
                    at: Moment::from_millisecond(row.try_get("at")?),
                    event,
                    // earlier versions kept what a stranger called the place
                    place: place.filter(|_| event != Event::SignInRefused),
                    count: u32::try_from(row.try_get::<i64, _>("repeats")?).unwrap_or(u32::MAX),
                    last_at: row.try_get::<Option<i64>, _>("last_at")?.map(Moment::from_millisecond),
                };
                Ok((row.try_get("position")?, entry))
            })
            .collect()
    }

    /// The line that stays when an account or a service is gone.
    pub(crate) async fn audit(&mut self, id: Uuid, event: Remains, pseudonym: &str, now: i64) -> Stored<()> {
        sqlx::query("INSERT INTO audit (id, at, event, pseudonym) VALUES ($1, $2, $3, $4)")
            .bind(id.to_string())
            .bind(now)
            .bind(event.as_str())
            .bind(pseudonym)
            .execute(self.on())
            .await?;
        Ok(())
    }
}
