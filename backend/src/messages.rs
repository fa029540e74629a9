//! What the backend mailed or texted in the last day, would have, or still is to, for the person alone with the
//! application. Read in-process only: there is no route to it, and there must never be one.

use crate::delivery::outbox::{Says, unseal};
use crate::delivery::sweep;
use crate::http::insist::insist;
use crate::state::Backend;
use crate::store::{NumberRow, Posted};
use contract::message::{Content, Message, Messages, NumberStanding};
use contract::{MessageId, Moment, Problem};
use serde::Serialize;

impl Backend {
    /// Messages of the last 24 hours and those that still wait, newest first, each number with what may still be done
    /// with it. Messages sealed under another key are left out.
    pub async fn messages(&self) -> Result<Messages, Problem> {
        let posted = self.posted().await?;
        Ok(Messages { messages: posted.into_iter().map(|posted| posted.message).collect() })
    }

    /// The same with what became of each, for whoever operates the backend.
    pub async fn posted(&self) -> Result<Vec<PostedMessage>, Problem> {
        // beside a server that writes, which may be in the way
        insist(self, || self.posted_once()).await
    }

    async fn posted_once(&self) -> Result<Vec<PostedMessage>, Problem> {
        self.seen().settle().await;
        // tidying may meet those who carry messages out just now; the worker does it again, and what is old is not
        // shown in any case
        if let Err(fault) = sweep(self.store(), self.settings(), self.clock()).await {
            tracing::debug!(?fault, "nothing was tidied before messages were read");
        }
        let now = self.now();
        let since = now - i64::from(self.settings().message_lifetime_seconds) * 1000;
        let mut tx = self.store().read().await?;
        let mut messages = Vec::new();
        for Posted { row, state, tries, due_at, claimed, fault, done_at } in tx.posted_since(since).await? {
            let Some(letter) = unseal(self.keys(), row.id, &row.sealed) else { continue };
            let content = match letter.says {
                Says::Nothing => continue,
                Says::AlreadyRegistered => Content::AlreadyRegistered,
                Says::Notice { notice, place } => Content::Notice { notice, place },
                Says::Number { number, reason, .. } => {
                    let state = match row.number_id {
                        Some(id) => tx.number(id).await?,
                        None => None,
                    };
                    let tries = self.settings().capabilities.number_tries;
                    Content::Number { number, reason, standing: standing(state.as_ref(), tries, now) }
                }
            };
            let message = Message {
                id: MessageId(row.id),
                channel: row.channel,
                to: letter.to,
                at: Moment::from_millisecond(row.at),
                content,
            };
            let delivery = Carriage {
                state: state.as_str(),
                tries,
                fault,
                next_try_at: (done_at.is_none() && !claimed).then_some(Moment::from_millisecond(due_at)),
                done_at: done_at.map(Moment::from_millisecond),
            };
            messages.push(PostedMessage { message, language: letter.language.tag(), delivery });
        }
        Ok(messages)
    }
}

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostedMessage {
    #[serde(flatten)]
    pub message: Message,
    /// The tag of the language it is written in.
    pub language: &'static str,
    pub delivery: Carriage,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carriage {
    /// `queued`, `waiting` (tried in vain, and tried again), `sent` or `dead` (given up).
    pub state: &'static str,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try was in vain, in one word.
    pub fault: Option<String>,
    /// When it is tried, at the earliest; none while it is being tried, and once it is done.
    pub next_try_at: Option<Moment>,
    /// When it was sent or given up.
    pub done_at: Option<Moment>,
}

/// Whether a number still works; a number whose row is gone does not.
fn standing(number: Option<&NumberRow>, tries_max: u32, now: i64) -> NumberStanding {
    let Some(number) = number else { return NumberStanding::Dead };
    if let Some(at) = number.used_at {
        NumberStanding::Used { at: Moment::from_millisecond(at) }
    } else if let Some(at) = number.replaced_at {
        NumberStanding::Replaced { at: Moment::from_millisecond(at) }
    } else if number.expires_at <= now || number.tries >= tries_max {
        NumberStanding::Dead
    } else {
        NumberStanding::Valid { for_seconds: crate::state::seconds(number.expires_at - now) }
    }
}
