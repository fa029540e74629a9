//! The worker that carries messages out and tidies up, apart from any request: woken when something is queued, and now
//! and then. Mail and text-message gateways are not here yet; messages are kept in place, where [`crate::messages`]
//! reads them, and count as delivered.

pub(crate) mod outbox;

use crate::clock::Clock;
use crate::config::Settings;
use crate::store::{SessionLimits, Store, Stored};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// How often the worker tidies up when nothing wakes it.
const TIDY_EVERY: Duration = Duration::from_mins(10);

/// Works until the other end of `queued` is gone.
pub(crate) async fn work(
    store: Store,
    settings: Arc<Settings>,
    clock: Arc<dyn Clock>,
    mut queued: watch::Receiver<u64>,
) {
    let mut tick = interval(TIDY_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let tidy = tokio::select! {
            changed = queued.changed() => match changed {
                Ok(()) => false,
                Err(_) => return,
            },
            _ = tick.tick() => true,
        };
        let done =
            if tidy { sweep(&store, &settings, &*clock).await } else { deliver(&store, &*clock).await };
        if let Err(fault) = done {
            // what could not be done now is done the next time
            tracing::warn!(?fault, tidy, "the delivery worker met a fault");
        }
    }
}

async fn deliver(store: &Store, clock: &dyn Clock) -> Stored<()> {
    let mut tx = store.write().await?;
    let delivered = tx.deliver_in_place(clock.now().as_millisecond()).await?;
    tx.commit().await?;
    tracing::debug!(delivered, "messages kept in place");
    Ok(())
}

/// Removes what has had its time.
pub(crate) async fn sweep(store: &Store, settings: &Settings, clock: &dyn Clock) -> Stored<()> {
    let limits = session_limits(settings, clock);
    let mut tx = store.write().await?;
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
