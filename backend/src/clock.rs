//! The wall clock as a parameter: the one place where the backend asks for the time. Every lifetime (numbers, proofs,
//! sessions, step-up) is counted by it and never by anything a client says.

use contract::Moment;

/// Says what time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now, by the backend's clock.
    fn now(&self) -> Moment;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the allowed home of the wall clock")]
    fn now(&self) -> Moment {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Moment::from_millisecond(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
