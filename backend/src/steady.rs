//! The time the backend goes by: the wall clock, except that it never goes back. Set back, the wall clock would give new
//! life to what had expired and make waits longer than they are. So time goes on from the latest that was seen, by a
//! clock that nobody can set, and a little slower until the wall clock has caught up. The latest time seen is kept in
//! the database, for the next start and for others that serve it.
//!
//! Set forward, the wall clock is believed: that cannot be told from a computer that slept. What expires by it is over.
//!
//! Where the database is a server with a clock of its own, the wall clock is the server's, asked now and then and counted
//! on in between: several serve it, and one of them with a wrong clock must not end or revive what the others see.

use crate::clock::Clock;
use crate::store::{Store, Stored};
use contract::Moment;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// While the wall clock is behind, time passes so many parts of itself more slowly: ten minutes last ten and a half, and
/// an hour is made up for within a day.
const SLOWER: u32 = 20;
/// How far the wall clock may be behind the database before the latter's time is taken for the mistake. Nothing that a
/// lifetime ends lives so long, so all of it is over by then.
const FARTHEST: i64 = 7 * 86_400_000;
/// How often the latest time seen is written down, if anybody asked for the time since.
const NOTE_EVERY: Duration = Duration::from_mins(1);
/// The wall clock is not worth a word before it is so far behind, in milliseconds.
const NOTABLE: i64 = 1000;

/// A wall clock's time in milliseconds, and how long the clock that nobody can set had been running.
type Reading = (i64, Duration);

/// A clock that does not go back.
pub(crate) struct Steady {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    /// What the server's clock showed, if that is gone by, and how long ours had been running.
    server: Option<Reading>,
    /// The wall clock's time, in milliseconds, when it was last not behind, and how long the clock had been running.
    caught_up: Reading,
    /// Whether it was said that the wall clock is behind.
    said: bool,
    /// The latest time told.
    latest: i64,
    /// The latest time written down.
    noted: i64,
}

impl Steady {
    /// Goes on from the latest time the database has seen. Only who `tends` the database may begin anew where that
    /// cannot be true, and never where others may be serving it.
    pub(crate) async fn begin(clock: Arc<dyn Clock>, store: &Store, tends: bool) -> Stored<Self> {
        let server = read_server(&*clock, store).await?;
        let wall = server.map_or_else(|| clock.now().as_millisecond(), |(at, _)| at);
        let seen = store.glance().await?.latest_time().await?.unwrap_or(wall);
        if seen - wall > FARTHEST && store.has_clock() {
            tracing::warn!(
                days = (seen - wall) / 86_400_000,
                "the database server's clock is far behind what the database has seen; time goes on from there. \
                 Set the server's clock right"
            );
        } else if seen - wall > FARTHEST && tends {
            tracing::warn!(
                days = (seen - wall) / 86_400_000,
                "the database was used under a clock that was far ahead of this one; going on by this one. \
                 Everybody signs in anew, and all else is as it was"
            );
            let mut tx = store.write().await?;
            tx.restart_time(wall).await?;
            tx.commit().await?;
            return Ok(Self::from(clock, server, wall));
        }
        Ok(Self::from(clock, server, seen.max(wall)))
    }

    fn from(clock: Arc<dyn Clock>, server: Option<Reading>, latest: i64) -> Self {
        let caught_up = (latest, clock.running());
        let state = State { server, caught_up, said: false, latest, noted: i64::MIN };
        Self { clock, state: Mutex::new(state) }
    }

    /// Writes the latest time told into the database, unless nobody asked since the last time.
    pub(crate) async fn note(&self, store: &Store) -> Stored<()> {
        let latest = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.latest <= state.noted {
                return Ok(());
            }
            state.latest
        };
        let mut tx = store.write().await?;
        tx.note_time(latest).await?;
        tx.commit().await?;
        self.state.lock().unwrap_or_else(PoisonError::into_inner).noted = latest;
        Ok(())
    }

    /// Asks the server's clock again, if that is gone by.
    async fn refresh(&self, store: &Store) -> Stored<()> {
        if let Some(reading) = read_server(&*self.clock, store).await? {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).server = Some(reading);
        }
        Ok(())
    }

    /// Asks and, where it `tends` the database, notes now and then, for as long as it is let.
    pub(crate) async fn keep_noting(self: Arc<Self>, store: Store, tends: bool) {
        let mut tick = interval(NOTE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(fault) = self.refresh(&store).await {
                // counted on from the last time until then
                tracing::debug!(?fault, "the database server's clock could not be read");
            }
            if tends && let Err(fault) = self.note(&store).await {
                // the next time will do
                tracing::debug!(?fault, "the latest time could not be written down");
            }
        }
    }
}

/// What the server's clock shows, if that is to be gone by: in the middle between asking and being answered.
async fn read_server(clock: &dyn Clock, store: &Store) -> Stored<Option<Reading>> {
    if !clock.gives_way() {
        return Ok(None);
    }
    let asked = clock.running();
    let shown = store.server_time().await?;
    let took = clock.running().saturating_sub(asked);
    Ok(shown.map(|shown| (shown, asked + took / 2)))
}

impl Clock for Steady {
    fn now(&self) -> Moment {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // the wall clock first: a pause between the two readings would otherwise count twice from then on
        let shown = self.clock.now().as_millisecond();
        let running = self.clock.running();
        let wall = state.server.map_or(shown, |(shown, asked)| {
            let since = running.saturating_sub(asked).as_millis();
            shown.saturating_add(i64::try_from(since).unwrap_or(i64::MAX))
        });
        let since = running.saturating_sub(state.caught_up.1);
        let passed = i64::try_from(since.saturating_sub(since / SLOWER).as_millis()).unwrap_or(i64::MAX);
        let steady = state.caught_up.0.saturating_add(passed);
        if wall >= steady {
            state.caught_up = (wall, running);
            state.said = false;
        } else if !state.said && steady - wall > NOTABLE {
            state.said = true;
            tracing::warn!(
                seconds = (steady - wall) / 1000,
                "the clock went back; time goes on, and slows down until the clock has caught up"
            );
        }
        state.latest = state.latest.max(wall.max(steady));
        Moment::from_millisecond(state.latest)
    }

    fn running(&self) -> Duration {
        self.clock.running()
    }
}

#[cfg(test)]
mod tests {
    use super::{FARTHEST, Steady};
    use crate::clock::Clock;
    use crate::store::Store;
    use contract::Moment;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    /// What the wall shows, and how long it has been running.
    #[derive(Default)]
    struct Clocks(AtomicI64, AtomicI64);

    impl Clocks {
        fn pass(&self, milliseconds: i64) {
            self.0.fetch_add(milliseconds, Ordering::SeqCst);
            self.1.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }

    impl Clock for Clocks {
        fn now(&self) -> Moment {
            Moment::from_millisecond(self.0.load(Ordering::SeqCst))
        }
        fn running(&self) -> Duration {
            Duration::from_millis(self.1.load(Ordering::SeqCst).unsigned_abs())
        }
    }

    const HOUR: i64 = 3_600_000;

    // CLK-1: never back, on by the clock that cannot be set, slower until the wall clock has caught up, forward at once
    #[test]
    fn clk_1_time_goes_on_whatever_the_wall_shows() {
        let clocks = Arc::new(Clocks(AtomicI64::new(100 * HOUR), AtomicI64::new(0)));
        let steady = Steady::from(Arc::clone(&clocks) as Arc<dyn Clock>, None, 100 * HOUR);
        let now = || steady.now().as_millisecond();
        clocks.pass(HOUR);
        assert_eq!(now(), 101 * HOUR);
        clocks.0.fetch_sub(HOUR, Ordering::SeqCst);
        assert_eq!(now(), 101 * HOUR);
        clocks.pass(HOUR);
        assert_eq!(now(), 101 * HOUR + HOUR / 20 * 19);
        // asking often loses nothing
        for _ in 0..1000 {
            clocks.pass(1);
            now();
        }
        assert_eq!(now(), 101 * HOUR + (HOUR + 1000) / 20 * 19);
        clocks.pass(19 * HOUR);
        assert_eq!(now(), 120 * HOUR + 1000);
        clocks.0.fetch_add(24 * HOUR, Ordering::SeqCst);
        assert_eq!(now(), 144 * HOUR + 1000);
    }

    /// A computer that sleeps for an hour right after a clock was read, once.
    struct Sleeping(Clocks, std::sync::atomic::AtomicBool);

    impl Sleeping {
        fn sleep(&self) {
            if self.1.swap(false, Ordering::SeqCst) {
                self.0.pass(HOUR);
            }
        }
    }

    impl Clock for Sleeping {
        fn now(&self) -> Moment {
            let now = self.0.now();
            self.sleep();
            now
        }
        fn running(&self) -> Duration {
            let running = self.0.running();
            self.sleep();
            running
        }
    }

    // CLK-1: time that passes between the readings of both clocks passes once
    #[test]
    fn clk_1_a_pause_between_two_readings_counts_once() {
        let clocks = Clocks(AtomicI64::new(100 * HOUR), AtomicI64::new(0));
        let clock = Arc::new(Sleeping(clocks, false.into()));
        let steady = Steady::from(Arc::clone(&clock) as Arc<dyn Clock>, None, 100 * HOUR);
        clock.1.store(true, Ordering::SeqCst);
        assert!(steady.now().as_millisecond() <= 101 * HOUR);
        for passed in 0..3 {
            assert_eq!(steady.now().as_millisecond(), 101 * HOUR + passed);
            clock.0.pass(1);
        }
    }

    // CLK-1: what was seen outlives the process; what cannot be true is not believed
    #[tokio::test]
    async fn clk_1_the_latest_time_is_in_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let store = Store::open(&url).await.unwrap();
        let clocks = Arc::new(Clocks(AtomicI64::new(10_000 * HOUR), AtomicI64::new(0)));
        let begin_as =
            async |tends| Steady::begin(Arc::clone(&clocks) as Arc<dyn Clock>, &store, tends).await.unwrap();
        let begin = async || begin_as(true).await;
        let first = begin().await;
        clocks.pass(HOUR);
        let latest = first.now();
        first.note(&store).await.unwrap();
        clocks.0.fetch_sub(HOUR, Ordering::SeqCst);
        assert_eq!(begin().await.now(), latest);

        clocks.0.store(latest.as_millisecond() - FARTHEST - 1, Ordering::SeqCst);
        // a command beside the server goes on from there and changes nothing
        assert_eq!(begin_as(false).await.now(), latest);
        let last = begin().await;
        assert_eq!(last.now(), clocks.now());
        assert_eq!(begin().await.now(), clocks.now());
        store.close().await;
    }
}
