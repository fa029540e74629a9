//! Carrying messages out by several at once: a message is claimed for a while, tried outside of any transaction, and
//! then marked. Whoever dies in between loses its claim when the while is over, and another tries again. A claim that
//! was lost marks nothing.

use super::number::channel_text;
use super::outbox::{COLUMNS, read};
use super::{Posted, Stored, Tx};
use contract::verification::Channel;
use uuid::Uuid;

/// What is asked for when messages are claimed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Collection {
    pub channel: Channel,
    /// Under which the messages are marked afterwards; another one each time.
    pub id: Uuid,
    pub now: i64,
    /// How long it holds, in milliseconds.
    pub lease: i64,
    /// Whether claims of others that have ended are taken over.
    pub takes_over: bool,
    /// At most so many messages.
    pub most: u32,
    /// At most so many tries within a minute, of everybody together.
    pub per_minute: u32,
    /// A message tried so often is given up.
    pub tries_max: u32,
    /// A number tried so often by its owner is dead.
    pub number_tries_max: u32,
}

/// What becomes of a message after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Sent,
    /// Tried again at this time.
    Later {
        due_at: i64,
        fault: &'static str,
    },
    Dead {
        fault: &'static str,
    },
}

const MINUTE: i64 = 60_000;
/// How long after it was queued a message is given up whose relay or gateway refuses this server.
const BLOCKED_LIMIT: i64 = 7 * 86_400_000;

/// Faults that concern this server and not the message or its recipient. A message that meets one is retried until an
/// operator has seen to it, however often that is.
pub(crate) const BLOCKED: [&str; 9] = [
    "gateway_refused",
    "greeting_refused",
    "limit_reached",
    "login_refused",
    "moved",
    "no_tls",
    "not_trusted",
    "policy_refused",
    "sender_refused",
];

const fn unclaimed(takes_over: bool) -> &'static str {
    if takes_over { "" } else { " AND claim IS NULL" }
}

impl Tx {
    /// Whether there is anything to be tried.
    pub(crate) async fn messages_due(
        &mut self,
        channel: Channel,
        now: i64,
        takes_over: bool,
    ) -> Stored<bool> {
        let unclaimed = unclaimed(takes_over);
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT due_at FROM outbox WHERE done_at IS NULL AND channel = $1 AND due_at <= $2{unclaimed} LIMIT 1"
        ));
        let due: Option<(i64,)> =
            sqlx::query_as(sql).bind(channel_text(channel)).bind(now).fetch_optional(self.on()).await?;
        Ok(due.is_some())
    }

    /// Claims what is due, numbers first, and gives up what is not worth a try any more: a number that opens nothing,
    /// and what was tried too often. The tries count from here, so that one who dies over a message counts too.
    pub(crate) async fn claim_messages(&mut self, claim: &Collection) -> Stored<Vec<Posted>> {
        self.give_up(claim).await?;
        let channel = channel_text(claim.channel);
        let (lately,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM dispatch WHERE channel = $1 AND at > $2")
                .bind(channel)
                .bind(claim.now - MINUTE)
                .fetch_one(self.on())
                .await?;
        let room = (i64::from(claim.per_minute) - lately).min(claim.most.into());
        if room <= 0 {
            return Ok(Vec::new());
        }
        let sql = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} done_at IS NULL AND channel = $1 AND due_at <= $2{} ORDER BY urgency, due_at, position LIMIT $3",
            unclaimed(claim.takes_over)
        ));
        let rows = sqlx::query(sql).bind(channel).bind(claim.now).bind(room).fetch_all(self.on()).await?;
        let mut claimed = rows.iter().map(read).collect::<Stored<Vec<_>>>()?;
        for message in &mut claimed {
            sqlx::query("UPDATE outbox SET claim = $2, due_at = $3, tries = tries + 1 WHERE id = $1")
                .bind(message.row.id.to_string())
                .bind(claim.id.to_string())
                .bind(claim.now + claim.lease)
                .execute(self.on())
                .await?;
            sqlx::query("INSERT INTO dispatch (channel, at) VALUES ($1, $2)")
                .bind(channel)
                .bind(claim.now)
                .execute(self.on())
                .await?;
            message.tries += 1;
        }
        Ok(claimed)
    }

    async fn give_up(&mut self, claim: &Collection) -> Stored<()> {
        const DEAD: &str = "UPDATE outbox SET state = 'dead', claim = NULL, done_at = $2, fault = ";
        const DUE: &str = " WHERE done_at IS NULL AND channel = $1 AND due_at <= $2 AND ";
        let unclaimed = unclaimed(claim.takes_over);
        let blocked = BLOCKED.map(|fault| format!("'{fault}'")).join(", ");
        let worn_out = format!("tries >= $3 AND (fault IS NULL OR fault NOT IN ({blocked}))");
        for (fault, condition, most) in [
            (
                "'expired'",
                "number_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM number WHERE number.id = outbox.number_id \
                 AND used_at IS NULL AND replaced_at IS NULL AND expires_at > $2 AND number.tries < $3)",
                claim.number_tries_max.into(),
            ),
            // no word where the last try was not answered by anybody: whoever made it died
            ("COALESCE(fault, 'unfinished')", worn_out.as_str(), claim.tries_max.into()),
            ("COALESCE(fault, 'unfinished')", "at <= $3", claim.now - BLOCKED_LIMIT),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(format!("{DEAD}{fault}{DUE}{condition}{unclaimed}")))
                .bind(channel_text(claim.channel))
                .bind(claim.now)
                .bind(most)
                .execute(self.on())
                .await?;
        }
        Ok(())
    }

    /// Marks a message that was tried; whether the claim still held.
    pub(crate) async fn mark_message(&mut self, id: Uuid, claim: Uuid, now: i64, fate: Fate) -> Stored<bool> {
        let (state, due_at, fault, done_at) = match fate {
            Fate::Sent => ("sent", now, None, Some(now)),
            Fate::Later { due_at, fault } => ("waiting", due_at, Some(fault), None),
            Fate::Dead { fault } => ("dead", now, Some(fault), Some(now)),
        };
        let marked = sqlx::query(
            "UPDATE outbox SET state = $3, due_at = $4, fault = $5, done_at = $6, claim = NULL \
             WHERE id = $1 AND claim = $2",
        )
        .bind(id.to_string())
        .bind(claim.to_string())
        .bind(state)
        .bind(due_at)
        .bind(fault)
        .bind(done_at)
        .execute(self.on())
        .await?;
        Ok(marked.rows_affected() == 1)
    }
}
