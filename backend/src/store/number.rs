//! Authentication numbers: sent, tried, used, replaced. One table for all of them, whatever they open, so that the
//! rules (tries counted before comparing, used once, the count surviving a resend) are written once.

use super::sending::Sending;
use super::{Budget, Sends, StoreError, Stored, Tx};
use contract::verification::Channel;
use contract::{AccountId, AskerId, ChallengeId, SessionId};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// Who a number or a proof is for; nobody else can use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    Asker(AskerId),
    Session(SessionId),
    Challenge(ChallengeId),
    Account(AccountId),
}

impl std::fmt::Display for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Asker(id) => write!(f, "asker:{id}"),
            Self::Session(id) => write!(f, "session:{id}"),
            Self::Challenge(id) => write!(f, "challenge:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
        }
    }
}

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberPurpose {
    SignUp,
    ChangeContact,
    SignIn,
    StepUp,
}

impl NumberPurpose {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ChangeContact => "change_contact",
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
        }
    }

    fn from_text(text: &str) -> Stored<Self> {
        [Self::SignUp, Self::ChangeContact, Self::SignIn, Self::StepUp]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or_else(|| StoreError::Database("a number has an unknown purpose".to_owned()))
    }
}

pub(super) const fn channel_text(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::TextMessage => "text_message",
    }
}

pub(super) fn channel_from(text: &str) -> Stored<Channel> {
    [Channel::Email, Channel::TextMessage]
        .into_iter()
        .find(|channel| channel_text(*channel) == text)
        .ok_or_else(|| StoreError::Database("a row has an unknown channel".to_owned()))
}

/// A number as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberRow {
    pub id: Uuid,
    pub purpose: NumberPurpose,
    pub channel: Channel,
    /// HMAC of the address.
    pub address: String,
    pub binding: String,
    pub tries: u32,
    pub sent_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub replaced_at: Option<i64>,
    mac: String,
}

/// A number about to be sent.
#[derive(Debug)]
pub(crate) struct Ask {
    pub id: Uuid,
    pub binding: Binding,
    pub purpose: NumberPurpose,
    pub channel: Channel,
    /// HMAC of the address.
    pub address: String,
    /// HMAC of the number.
    pub mac: String,
    pub account: Option<AccountId>,
    pub now: i64,
    pub lifetime: i64,
    /// The least time between two numbers for the same binding, purpose and address.
    pub pace: i64,
    pub tries_max: u32,
    /// HMAC of the mailbox that the address reaches, which budgets count.
    pub mailbox: String,
    /// The country that a text message goes to; empty for an email.
    pub country: String,
    pub budget: Budget,
    pub sends: Sends,
    /// HMAC of the widest network that asks.
    pub peer: Option<String>,
    /// Whether a budget that is used up refuses nothing that is seen: the number is stored, and not sent. Such a number does
    /// not end with the account's others, which would be seen too.
    pub quiet: bool,
}

/// What became of it.
#[derive(Debug)]
pub(crate) enum Started {
    /// It may be sent.
    Sent {
        row: NumberRow,
        /// Milliseconds until the budgets allow another one.
        next_in: i64,
    },
    /// It is stored and may not be sent.
    Unsent(NumberRow),
    /// Not now; milliseconds to wait.
    Wait(i64),
}

/// What became of a try.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    Right(NumberRow),
    Wrong { tries_left: u32, expires_at: i64 },
    Exhausted { expires_at: i64 },
    Expired,
    Unknown,
}

const COLUMNS: &str = "SELECT id, binding, purpose, channel, address, mac, tries, sent_at, expires_at, used_at, \
     replaced_at FROM number WHERE ";

fn read(row: &AnyRow) -> Stored<NumberRow> {
    Ok(NumberRow {
        id: super::session::id(row, "id")?,
        purpose: NumberPurpose::from_text(&row.try_get::<String, _>("purpose")?)?,
        channel: channel_from(&row.try_get::<String, _>("channel")?)?,
        address: row.try_get("address")?,
        binding: row.try_get("binding")?,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        sent_at: row.try_get("sent_at")?,
        expires_at: row.try_get("expires_at")?,
        used_at: row.try_get("used_at")?,
        replaced_at: row.try_get("replaced_at")?,
        mac: row.try_get("mac")?,
    })
}

impl Tx {
    pub(crate) async fn number(&mut self, id: Uuid) -> Stored<Option<NumberRow>> {
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} id = $1"));
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(self.on()).await?;
        row.as_ref().map(read).transpose()
    }

    /// Starts a number: it replaces the one before it and, while that one would still be alive, goes on with its count.
    pub(crate) async fn start_number(&mut self, ask: &Ask) -> Stored<Started> {
        let before = self.number_before(ask).await?;
        let mut tries = 0;
        if let Some(before) = &before {
            let wait = before.sent_at + ask.pace - ask.now;
            if wait > 0 {
                return Ok(Started::Wait(wait));
            }
            if before.used_at.is_none() && before.expires_at > ask.now {
                tries = before.tries;
                // a fresh number would be dead at once: say when a living one can be had
                if tries >= ask.tries_max {
                    return Ok(Started::Wait(before.expires_at - ask.now));
                }
            }
        }
        let sending = self.note_sending(ask).await?;
        if let Sending::Wait(wait) = sending
            && !ask.quiet
        {
            return Ok(Started::Wait(wait));
        }
        sqlx::query(
            "UPDATE number SET replaced_at = $4 WHERE binding = $1 AND purpose = $2 AND channel = $3 \
             AND used_at IS NULL AND replaced_at IS NULL",
        )
        .bind(ask.binding.to_string())
        .bind(ask.purpose.as_str())
        .bind(channel_text(ask.channel))
        .bind(ask.now)
        .execute(self.on())
        .await?;
        sqlx::query(
            "INSERT INTO number (id, binding, purpose, channel, address, mac, tries, sent_at, expires_at, account_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(ask.id.to_string())
        .bind(ask.binding.to_string())
        .bind(ask.purpose.as_str())
        .bind(channel_text(ask.channel))
        .bind(&ask.address)
        .bind(&ask.mac)
        .bind(i64::from(tries))
        .bind(ask.now)
        .bind(ask.now + ask.lifetime)
        .bind(ask.account.filter(|_| !ask.quiet).map(|id| id.to_string()))
        .execute(self.on())
        .await?;
        let row = NumberRow {
            id: ask.id,
            purpose: ask.purpose,
            channel: ask.channel,
            address: ask.address.clone(),
            binding: ask.binding.to_string(),
            tries,
            sent_at: ask.now,
            expires_at: ask.now + ask.lifetime,
            used_at: None,
            replaced_at: None,
            mac: ask.mac.clone(),
        };
        Ok(match sending {
            Sending::Noted { next_in } => Started::Sent { row, next_in },
            Sending::Wait(_) => Started::Unsent(row),
        })
    }

    /// The latest number sent to the same address. A replaced one counts: pace and tries belong to the address, so
    /// neither holds up another address nor begins anew by asking for one in between.
    async fn number_before(&mut self, ask: &Ask) -> Stored<Option<NumberRow>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} binding = $1 AND purpose = $2 AND address = $3 ORDER BY sent_at DESC, id LIMIT 1"
        ));
        let row = sqlx::query(sql)
            .bind(ask.binding.to_string())
            .bind(ask.purpose.as_str())
            .bind(&ask.address)
            .fetch_optional(self.on())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The number if trying it would compare it: it is the caller's, unused, unexpired, and has tries left.
    pub(crate) async fn live_number(
        &mut self,
        id: Uuid,
        (binding, purpose): (Binding, NumberPurpose),
        tries_max: u32,
        now: i64,
    ) -> Stored<Option<NumberRow>> {
        Ok(self.number(id).await?.filter(|row| {
            row.binding == binding.to_string()
                && row.purpose == purpose
                && row.used_at.is_none()
                && row.replaced_at.is_none()
                && row.expires_at > now
                && row.tries < tries_max
        }))
    }

    /// Tries a number: the try is counted before anything is compared, and a right one is used up.
    /// `mac` is made from the row, since the address and the binding are part of what is hashed.
    pub(crate) async fn try_number(
        &mut self,
        id: Uuid,
        (binding, purpose): (Binding, NumberPurpose),
        tries_max: u32,
        now: i64,
        mac: impl FnOnce(&NumberRow) -> String + Send,
    ) -> Stored<Tried> {
        let bound = |row: &NumberRow| row.binding == binding.to_string() && row.purpose == purpose;
        let Some(row) = self.number(id).await?.filter(bound) else {
            return Ok(Tried::Unknown);
        };
        if row.used_at.is_some() || row.replaced_at.is_some() || row.expires_at <= now {
            return Ok(Tried::Expired);
        }
        let counted = sqlx::query(
            "UPDATE number SET tries = tries + 1 \
             WHERE id = $1 AND tries < $2 AND used_at IS NULL AND replaced_at IS NULL",
        )
        .bind(id.to_string())
        .bind(i64::from(tries_max))
        .execute(self.on())
        .await?;
        if counted.rows_affected() == 0 {
            return Ok(Tried::Exhausted { expires_at: row.expires_at });
        }
        if !bool::from(mac(&row).as_bytes().ct_eq(row.mac.as_bytes())) {
            let tries_left = tries_max.saturating_sub(row.tries + 1);
            return Ok(Tried::Wrong { tries_left, expires_at: row.expires_at });
        }
        let used = sqlx::query("UPDATE number SET used_at = $2 WHERE id = $1 AND used_at IS NULL")
            .bind(id.to_string())
            .bind(now)
            .execute(self.on())
            .await?;
        Ok(if used.rows_affected() == 1 { Tried::Right(row) } else { Tried::Expired })
    }

    /// Every number of the account that could still be used, dies.
    pub(crate) async fn kill_numbers(&mut self, of: AccountId, now: i64) -> Stored<()> {
        sqlx::query(
            "UPDATE number SET replaced_at = $2 WHERE account_id = $1 AND used_at IS NULL AND replaced_at IS NULL",
        )
        .bind(of.to_string())
        .bind(now)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// What an asker used to create the account now belongs to the account, and ends with it.
    pub(crate) async fn adopt_numbers(&mut self, asker: AskerId, account: AccountId) -> Stored<()> {
        let binding = Binding::Asker(asker).to_string();
        sqlx::query("UPDATE number SET account_id = $2 WHERE binding = $1")
            .bind(&binding)
            .bind(account.to_string())
            .execute(self.on())
            .await?;
        sqlx::query(
            "UPDATE outbox SET account_id = $2 WHERE number_id IN (SELECT id FROM number WHERE binding = $1)",
        )
        .bind(&binding)
        .bind(account.to_string())
        .execute(self.on())
        .await?;
        Ok(())
    }
}
