//! What the backend would have mailed or texted in the last day, for the person alone with the application. Read
//! in-process only: there is no route to it, and there must never be one.

use crate::delivery::outbox::{Says, unseal};
use crate::delivery::sweep;
use crate::state::Backend;
use crate::store::NumberRow;
use contract::message::{Content, Message, Messages, NumberStanding};
use contract::{MessageId, Moment, Problem};

impl Backend {
    /// Messages of the last 24 hours, newest first, each number with what may still be done with it. Messages sealed
    /// under another key are left out.
    pub async fn messages(&self) -> Result<Messages, Problem> {
        sweep(self.store(), self.settings(), self.clock()).await?;
        let now = self.now();
        let since = now - i64::from(self.settings().message_lifetime_seconds) * 1000;
        let mut tx = self.store().read().await?;
        let mut messages = Vec::new();
        for row in tx.queued_since(since).await? {
            let Some(letter) = unseal(self.keys(), row.id, &row.sealed) else { continue };
            let content = match letter.says {
                Says::AlreadyRegistered => Content::AlreadyRegistered,
                Says::Notice { notice, place } => Content::Notice { notice, place },
                Says::Number { number, reason } => {
                    let state = match row.number_id {
                        Some(id) => tx.number(id).await?,
                        None => None,
                    };
                    let tries = self.settings().capabilities.number_tries;
                    Content::Number { number, reason, standing: standing(state.as_ref(), tries, now) }
                }
            };
            messages.push(Message {
                id: MessageId(row.id),
                channel: row.channel,
                to: letter.to,
                at: Moment::from_millisecond(row.at),
                content,
            });
        }
        Ok(Messages { messages })
    }
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
