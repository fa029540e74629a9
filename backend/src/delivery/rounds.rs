//! Carrying one channel's messages out: claim, try, mark. Trying happens outside of any transaction, several at once, and
//! every number goes before any notice. What several replicas must agree on is in the database; a fault of the database
//! here loses nothing, since a claim ends by itself.

use super::carrier::{Carrier, Parcel, Tried};
use super::outbox::unseal;
use super::settings::Retry;
use crate::again::persist;
use crate::clock::Clock;
use crate::code::Keys;
use crate::measure::Measures;
use crate::random::{Random, bytes, uuid};
use crate::store::{BLOCKED, Collection, Fate, Posted, Store, Stored};
use contract::Moment;
use contract::verification::Channel;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};
use uuid::Uuid;

/// Messages tried at once.
const AT_ONCE: usize = 8;
/// How often the database is asked whether something is due when nobody says so: another replica may have queued it, or
/// died over it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How much longer than its time-out a try may keep its claim, for marking.
const MARGIN: Duration = Duration::from_secs(5);
/// How long claiming is tried at once, where others are in the way.
const CLAIM_LIMIT: Duration = Duration::from_secs(1);
/// Claiming that took longer found the database away.
const AWAY: Duration = Duration::from_secs(2);
/// How long after that nobody takes over what others had claimed: they may be about to mark what they sent.
const HOLD_OFF: Duration = Duration::from_secs(5);
/// How often it is said that a message that went out is not marked yet: unmarked it would go out again.
const SAY_EVERY: Duration = Duration::from_mins(1);

/// What the rounds need.
pub(super) struct Rounds {
    pub channel: Channel,
    pub carrier: Carrier,
    pub store: Store,
    pub keys: Arc<Keys>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub retry: Retry,
    pub number_tries_max: u32,
    pub measures: Arc<Measures>,
}

impl Rounds {
    /// Goes round after round until it is told to stop; what is under way then is finished.
    pub(super) async fn work(
        self: Arc<Self>,
        mut queued: watch::Receiver<u64>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut under_way = JoinSet::new();
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut back = None;
        loop {
            self.go_round(&mut under_way, &mut back).await;
            tokio::select! {
                changed = queued.changed() => if changed.is_err() { break },
                _ = stop.changed() => break,
                Some(_) = under_way.join_next() => {}
                _ = look.tick() => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Claims as much as there are hands free, and has it tried. `back` is when the database was last found away.
    async fn go_round(self: &Arc<Self>, under_way: &mut JoinSet<()>, back: &mut Option<Instant>) {
        loop {
            let free = AT_ONCE.saturating_sub(under_way.len());
            let takes_over = back.is_none_or(|back| back.elapsed() >= HOLD_OFF);
            let began = Instant::now();
            let claimed =
                persist(&self.store, &*self.random, CLAIM_LIMIT, || self.claim(free, takes_over)).await;
            if claimed.is_err() || began.elapsed() > AWAY {
                *back = Some(Instant::now());
            }
            let (claim, claimed) = match claimed {
                Ok(Some(claimed)) => claimed,
                Ok(None) => return,
                Err(fault) => {
                    tracing::warn!(?fault, channel = ?self.channel, "messages could not be claimed; tried again");
                    return;
                }
            };
            if claimed.is_empty() {
                return;
            }
            for message in claimed {
                let this = Arc::clone(self);
                under_way.spawn(async move { this.attend(claim, message).await });
            }
        }
    }

    /// A claim with its messages; none where there is nothing to do.
    async fn claim(&self, most: usize, takes_over: bool) -> Stored<Option<(Uuid, Vec<Posted>)>> {
        let now = self.clock.now().as_millisecond();
        if most == 0 || !self.store.glance().await?.messages_due(self.channel, now, takes_over).await? {
            return Ok(None);
        }
        // without randomness nothing is claimed now, and everything later
        let Ok(id) = uuid(&*self.random) else { return Ok(None) };
        let claim = Collection {
            channel: self.channel,
            id,
            now,
            lease: milliseconds(self.carrier.timeout() + MARGIN),
            takes_over,
            most: u32::try_from(most).unwrap_or(u32::MAX),
            per_minute: self.carrier.per_minute(),
            tries_max: self.retry.tries,
            number_tries_max: self.number_tries_max,
        };
        let mut tx = self.store.write().await?;
        let claimed = tx.claim_messages(&claim).await?;
        tx.commit().await?;
        Ok(Some((id, claimed)))
    }

    /// Tries one message and marks it.
    async fn attend(&self, claim: Uuid, message: Posted) {
        let id = message.row.id;
        let tried = match unseal(&self.keys, id, &message.row.sealed) {
            Some(letter) => {
                let parcel = Parcel {
                    id,
                    at: Moment::from_millisecond(message.row.at),
                    wording: crate::words::wording(letter.language, &letter.says),
                    language: letter.language,
                    to: letter.to,
                };
                self.carrier.carry(&parcel).await
            }
            None => Tried::Refused { fault: "sealed_under_another_key" },
        };
        let fate = self.fate(tried, message.tries);
        let outcome = match fate {
            Fate::Sent => "sent",
            Fate::Later { fault, .. } if BLOCKED.contains(&fault) => "blocked",
            Fate::Later { .. } => "put_off",
            Fate::Dead { .. } => "dead",
        };
        self.measures.sent(self.channel, outcome);
        tracing::info!(message = %id, channel = ?self.channel, tries = message.tries, ?fate, "message tried");
        // until it is done, or the program ends
        loop {
            match persist(&self.store, &*self.random, SAY_EVERY, || self.mark(id, claim, fate)).await {
                Ok(true) => return,
                // erased with its account, or taken over by another after this one had been held up
                Ok(false) => {
                    tracing::warn!(message = %id, "a message that was tried is not ours to mark any more");
                    return;
                }
                Err(fault) => {
                    tracing::warn!(message = %id, ?fault, "a message that was tried could not be marked yet");
                }
            }
        }
    }

    async fn mark(&self, id: Uuid, claim: Uuid, fate: Fate) -> Stored<bool> {
        let mut tx = self.store.write().await?;
        let marked = tx.mark_message(id, claim, self.clock.now().as_millisecond(), fate).await?;
        tx.commit().await?;
        Ok(marked)
    }

    fn fate(&self, came: Tried, tries: u32) -> Fate {
        match came {
            Tried::Taken => Fate::Sent,
            Tried::Refused { fault } => Fate::Dead { fault },
            Tried::Later { fault, .. } if tries >= self.retry.tries => Fate::Dead { fault },
            Tried::Later { fault, after } | Tried::Blocked { fault, after } => {
                let drawn = bytes::<2>(&*self.random).map_or(u16::MAX / 2, u16::from_be_bytes);
                let wait = delay(self.retry, tries, drawn).max(after.unwrap_or_default());
                Fate::Later { due_at: self.clock.now().as_millisecond() + milliseconds(wait), fault }
            }
        }
    }
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// How long to wait after the n-th try; `drawn` decides where between 0.8 and 1.2 of the plain delay it falls, so that
/// what failed together is not tried together again.
fn delay(retry: Retry, tries: u32, drawn: u16) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.saturating_sub(1).min(30));
    let plain = retry.first.saturating_mul(doubled).min(retry.longest);
    plain.mul_f64(0.8 + 0.4 * f64::from(drawn) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Retry, delay};
    use std::time::Duration;

    #[test]
    fn waits_grow_within_their_bounds() {
        let retry = Retry::default();
        let seconds = |tries, drawn| delay(retry, tries, drawn).as_millis();
        for (tries, plain) in
            [(1, 5_000), (2, 10_000), (3, 20_000), (8, 640_000), (9, 900_000), (4_000_000, 900_000)]
        {
            assert_eq!(seconds(tries, 0), plain * 8 / 10, "{tries}");
            assert_eq!(seconds(tries, u16::MAX), plain * 12 / 10, "{tries}");
            assert!((plain * 8 / 10..=plain * 12 / 10).contains(&seconds(tries, 12_345)));
        }
        let none = Retry { first: Duration::ZERO, ..retry };
        assert_eq!(delay(none, 30, 9), Duration::ZERO);
    }
}
