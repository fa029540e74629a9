//! Says what strangers can bring about at will no oftener than now and then, with how often it was left out since, so that
//! nobody fills the log.

use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// At most one line in this time.
const EVERY: Duration = Duration::from_secs(10);

/// One kind of line.
#[derive(Debug, Default)]
pub(super) struct Sparing(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    said_at: Option<Instant>,
    left_out: u64,
}

impl Sparing {
    /// How many were left out before this one, if this one may be said.
    pub(super) fn may_say(&self) -> Option<u64> {
        self.at(Instant::now())
    }

    fn at(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.said_at.is_some_and(|said_at| now.saturating_duration_since(said_at) < EVERY) {
            state.left_out += 1;
            return None;
        }
        state.said_at = Some(now);
        Some(std::mem::take(&mut state.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::{EVERY, Instant, Sparing};

    #[test]
    fn a_flood_is_one_line_now_and_then() {
        let (sparing, begin) = (Sparing::default(), Instant::now());
        assert_eq!(sparing.at(begin), Some(0));
        for _ in 0..1000 {
            assert_eq!(sparing.at(begin + EVERY / 2), None);
        }
        assert_eq!(sparing.at(begin + EVERY), Some(1000));
        assert_eq!(sparing.at(begin + EVERY * 3), Some(0));
    }
}
