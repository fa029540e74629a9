//! The worker that carries messages out and tidies up, apart from any request: woken when something is queued, and now
//! and then. Where nothing is configured to carry messages they are either kept in place (always so in the desktop's own
//! process), where [`crate::messages`] reads them, and count as sent; or they wait for another process that carries them.
//!
//! Invariant: a process marks as sent only what it sent itself, unless it was told that messages are kept in place.

#[cfg(feature = "server")]
mod carrier;
#[cfg(feature = "server")]
mod gateway;
pub(crate) mod outbox;
#[cfg(feature = "server")]
mod rounds;
pub mod settings;
#[cfg(feature = "server")]
mod smtp;
#[cfg(feature = "server")]
mod smtp_reply;
#[cfg(feature = "server")]
mod template;
mod uncarried;
#[cfg(feature = "server")]
pub(crate) mod unusable;

#[cfg(feature = "server")]
pub(crate) use carrier::unopened;
#[cfg(feature = "server")]
pub(crate) use smtp::is_hello_name;

use crate::again::persist;
use crate::clock::Clock;
#[cfg(feature = "server")]
use crate::code::Keys;
use crate::config::Settings;
use crate::error::OpenError;
#[cfg(feature = "server")]
use crate::measure::Measures;
use crate::random::Random;
use crate::seen::Seen;
use crate::store::{SessionLimits, Store, Stored};
#[cfg(feature = "server")]
use contract::verification::Channel;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often the worker tidies up when nothing wakes it.
const TIDY_EVERY: Duration = Duration::from_mins(10);
/// How long it insists where others are in the way.
const SOON: Duration = Duration::from_secs(30);

/// What the worker works with.
pub(crate) struct Worker {
    pub store: Store,
    pub settings: Arc<Settings>,
    pub clock: Arc<dyn Clock>,
    pub seen: Arc<Seen>,
    /// Opens what is to be sent.
    #[cfg(feature = "server")]
    pub keys: Arc<Keys>,
    pub random: Arc<dyn Random>,
    #[cfg(feature = "server")]
    pub measures: Arc<Measures>,
}

impl Worker {
    /// Starts it; what it does ends, with what is under way, when the sender of `queued` is gone or says to stop.
    #[cfg_attr(
        not(feature = "server"),
        allow(clippy::unnecessary_wraps, reason = "a carrier that is added may fail to open")
    )]
    pub(crate) fn start(
        self,
        queued: &watch::Receiver<u64>,
        stop: &watch::Receiver<bool>,
    ) -> Result<Vec<tokio::task::JoinHandle<()>>, OpenError> {
        #[cfg_attr(not(feature = "server"), allow(unused_mut, reason = "carriers are added"))]
        let mut tasks = Vec::new();
        uncarried::warn(&self.settings);
        #[cfg(feature = "server")]
        if !self.settings.delivery.elsewhere {
            for channel in [Channel::Email, Channel::TextMessage] {
                let Some(carrier) = carrier::Carrier::open(&self.settings.delivery, channel)? else {
                    continue;
                };
                let rounds = rounds::Rounds {
                    channel,
                    carrier,
                    store: self.store.clone(),
                    keys: Arc::clone(&self.keys),
                    clock: Arc::clone(&self.clock),
                    random: Arc::clone(&self.random),
                    retry: self.settings.delivery.retry,
                    measures: Arc::clone(&self.measures),
                    number_tries_max: self.settings.capabilities.number_tries,
                };
                tasks.push(tokio::spawn(Arc::new(rounds).work(queued.clone(), stop.clone())));
            }
        }
        tasks.push(tokio::spawn(self.work(queued.clone(), stop.clone())));
        Ok(tasks)
    }

    async fn work(self, mut queued: watch::Receiver<u64>, mut stop: watch::Receiver<bool>) {
        let mut tick = interval(TIDY_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let tidy = tokio::select! {
                changed = queued.changed() => match changed {
                    Ok(()) => false,
                    Err(_) => return,
                },
                _ = stop.changed() => return,
                _ = tick.tick() => true,
            };
            let done = tokio::select! {
                done = persist(&self.store, &*self.random, SOON, || self.see_to(tidy)) => done,
                _ = stop.changed() => return,
            };
            if let Err(fault) = done {
                // what could not be done now is done the next time
                tracing::warn!(?fault, tidy, "the delivery worker met a fault");
            }
        }
    }
}

impl Worker {
    async fn see_to(&self, tidy: bool) -> Stored<()> {
        let (store, settings, clock) = (&self.store, &*self.settings, &*self.clock);
        match tidy {
            true if settings.tends => {
                // what was noted may keep a session that would be taken for one that has ended
                self.seen.settle().await;
                sweep(store, settings, clock).await
            }
            true => Ok(()),
            false => uncarried::keep(store, settings, clock).await,
        }
    }
}

/// Removes what has had its time.
pub(crate) async fn sweep(store: &Store, settings: &Settings, clock: &dyn Clock) -> Stored<()> {
    uncarried::keep(store, settings, clock).await?;
    uncarried::tell(store, settings, clock).await?;
    let limits = session_limits(settings, clock);
    if !settings.tends {
        return Ok(());
    }
    store
        .sweep(limits, i64::from(settings.message_lifetime_seconds) * 1000, challenge_lifetime(settings))
        .await
}

pub(crate) fn session_limits(settings: &Settings, clock: &dyn Clock) -> SessionLimits {
    SessionLimits {
        now: clock.now().as_millisecond(),
        idle: i64::from(settings.capabilities.session_idle_seconds) * 1000,
        absolute: i64::from(settings.capabilities.session_absolute_seconds) * 1000,
    }
}

/// A second factor may be asked for anew for six lifetimes of a number; then the password is asked for again.
pub(crate) fn challenge_lifetime(settings: &Settings) -> i64 {
    i64::from(settings.capabilities.number_lifetime_seconds) * 6 * 1000
}
