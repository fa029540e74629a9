//! The clocks as a parameter: the one place where the backend asks for the time. Every lifetime (numbers, proofs,
//! sessions, step-up) is counted by it and never by anything a client says. What the backend goes by is
//! [`crate::steady::Steady`], which keeps a wall clock that jumps from reviving or locking anything.

use contract::Moment;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Says what time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now, by the wall clock. It may be set forward or back at any time.
    fn now(&self) -> Moment;
    /// How long the clock has been running since some fixed moment: for durations, since nobody can set it.
    fn running(&self) -> Duration;
    /// Whether the clock of a database server is gone by instead, where there is one: all who serve one database must
    /// agree on the time, and each machine has its own. Not so for a clock that is moved by hand.
    fn gives_way(&self) -> bool {
        false
    }
}

/// The operating system's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the allowed home of the wall clock")]
    fn now(&self) -> Moment {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Moment::from_millisecond(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    #[allow(clippy::disallowed_methods, reason = "the allowed home of the monotonic clock")]
    fn running(&self) -> Duration {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        BEGAN.get_or_init(Instant::now).elapsed()
    }

    fn gives_way(&self) -> bool {
        true
    }
}

/// A clock that tests of this crate move by hand: milliseconds since 1970, for both.
#[cfg(test)]
pub(crate) struct Hand(pub std::sync::atomic::AtomicI64);

#[cfg(test)]
impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment::from_millisecond(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        Duration::from_millis(self.0.load(std::sync::atomic::Ordering::SeqCst).unsigned_abs())
    }
}
