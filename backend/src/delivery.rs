//! The worker that carries messages out and tidies up, apart from any request: woken when something is queued, and now
//! and then. Where nothing is configured to carry messages (always in the desktop's own process) they are kept in place,
//! where [`crate::messages`] reads them, and count as sent.

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
mod template;
#[cfg(feature = "server")]
pub(crate) mod unusable;

use crate::clock::Clock;
#[cfg(feature = "server")]
use crate::code::Keys;
use crate::config::Settings;
use crate::error::OpenError;
#[cfg(feature = "server")]
use crate::measure::Measures;
#[cfg(feature = "server")]
use crate::random::Random;
use crate::store::{SessionLimits, Store, Stored};
use contract::verification::Channel;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often the worker tidies up when nothing wakes it.
const TIDY_EVERY: Duration = Duration::from_mins(10);

/// What the worker works with.
pub(crate) struct Worker {
    pub store: Store,
    pub settings: Arc<Settings>,
    pub clock: Arc<dyn Clock>,
    /// Opens what is to be sent.
    #[cfg(feature = "server")]
    pub keys: Arc<Keys>,
    #[cfg(feature = "server")]
    pub random: Arc<dyn Random>,
    #[cfg(feature = "server")]
    pub measures: Arc<Measures>,
}

/// The channels whose messages are kept in place.
fn kept_in_place(settings: &Settings) -> Vec<Channel> {
    let delivery = &settings.delivery;
    if delivery.elsewhere {
        return Vec::new();
    }
    #[cfg(feature = "server")]
    let carried =
        [(Channel::Email, delivery.mail.is_some()), (Channel::TextMessage, delivery.text_message.is_some())];
    #[cfg(not(feature = "server"))]
    let carried = [(Channel::Email, false), (Channel::TextMessage, false)];
    carried.into_iter().filter(|(_, carried)| !carried).map(|(channel, _)| channel).collect()
}

impl Worker {
    /// Starts it; what it does ends, with what is under way, when the sender of `queued` is gone or says to stop.
    pub(crate) fn start(
        self,
        queued: &watch::Receiver<u64>,
        stop: &watch::Receiver<bool>,
    ) -> Result<Vec<tokio::task::JoinHandle<()>>, OpenError> {
        #[cfg_attr(not(feature = "server"), allow(unused_mut, reason = "carriers are added"))]
        let mut tasks = Vec::new();
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
            let done = if tidy && !self.settings.tends {
                Ok(())
            } else if tidy {
                sweep(&self.store, &self.settings, &*self.clock).await
            } else {
                keep(&self.store, &self.settings, &*self.clock).await
            };
            if let Err(fault) = done {
                // what could not be done now is done the next time
                tracing::warn!(?fault, tidy, "the delivery worker met a fault");
            }
        }
    }
}

/// Marks what is kept in place.
async fn keep(store: &Store, settings: &Settings, clock: &dyn Clock) -> Stored<()> {
    let channels = kept_in_place(settings);
    if channels.is_empty() {
        return Ok(());
    }
    let mut tx = store.write().await?;
    for channel in channels {
        let kept = tx.deliver_in_place(channel, clock.now().as_millisecond()).await?;
        tracing::debug!(kept, ?channel, "messages kept in place");
    }
    tx.commit().await
}

/// Removes what has had its time.
pub(crate) async fn sweep(store: &Store, settings: &Settings, clock: &dyn Clock) -> Stored<()> {
    let limits = session_limits(settings, clock);
    let mut tx = store.write().await?;
    for channel in kept_in_place(settings) {
        tx.deliver_in_place(channel, limits.now).await?;
    }
    tx.sweep(limits, i64::from(settings.message_lifetime_seconds) * 1000, challenge_lifetime(settings))
        .await?;
    tx.commit().await
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
