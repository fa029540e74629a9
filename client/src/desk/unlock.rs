//! Step-up of this run: whether and until when changes are unlocked on this computer. The backend decides for each change;
//! here an unlock ends with the application, with *Lock now*, and before a secret is copied.

use super::Desk;
use postern_backend::clock::Clock;
use postern_contract::session::Session;
use postern_contract::{Problem, ProblemCode};
use std::any::Any;
use std::time::Duration;

/// How old the entered password may be where something irreversible is done: as long as the request takes that follows it,
/// on a slow connection.
const FRESH: Duration = Duration::from_mins(1);

/// An unlock as the backend granted it, on both clocks: the running one stands still while the computer sleeps, and the wall
/// clock can be set back.
#[derive(Debug, Clone, Copy)]
pub struct Unlock {
    /// When the password was entered, on the running clock.
    entered: Duration,
    /// Until when, on the running clock.
    until: Duration,
    /// When it was granted and until when on the wall clock, in milliseconds since the epoch.
    wall: (i64, i64),
}

impl Unlock {
    /// Granted now, for so many seconds.
    pub fn granted(clock: &dyn Clock, seconds: u32) -> Self {
        let (running, wall) = (clock.running(), clock.now().as_millisecond());
        let for_milliseconds = i64::from(seconds) * 1_000;
        Self {
            entered: running,
            until: running + Duration::from_secs(seconds.into()),
            wall: (wall, wall.saturating_add(for_milliseconds)),
        }
    }

    /// The same password, with the time that the backend says is left.
    pub fn renewed(self, clock: &dyn Clock, seconds: u32) -> Self {
        Self { entered: self.entered, ..Self::granted(clock, seconds) }
    }

    fn holds(self, clock: &dyn Clock) -> bool {
        let (from, to) = self.wall;
        clock.running() < self.until && (from..to).contains(&clock.now().as_millisecond())
    }

    fn is_fresh(self, clock: &dyn Clock) -> bool {
        self.holds(clock) && clock.running().saturating_sub(self.entered) < FRESH
    }
}

impl Desk {
    /// Locks changes now: the password is needed again for the next one.
    pub fn lock(&self) {
        self.0.signed_in.lock_changes();
    }

    /// Corrects what the backend says of the session by what holds in this run.
    pub(super) fn hold_to_this_run(&self, answer: &mut dyn Any) {
        let Some(session) = answer.downcast_mut::<Session>() else { return };
        match self.0.signed_in.unlock() {
            Some(unlock) => {
                let renewed = unlock.renewed(self.0.clock.as_ref(), session.unlocked_for_seconds);
                self.0.signed_in.unlock_changes(renewed);
            }
            None => session.unlocked_for_seconds = 0,
        }
    }

    /// Refuses where the password was not entered in this run, or not since changes were locked.
    pub(super) fn unlocked_in_this_run(&self) -> Result<(), Problem> {
        self.0.signed_in.unlock().map(|_| ()).ok_or_else(needed)
    }

    /// Refuses where changes are not unlocked at this moment, with or without a connection.
    pub(crate) fn unlocked(&self) -> Result<(), Problem> {
        let unlock = self.0.signed_in.unlock().filter(|unlock| unlock.holds(self.0.clock.as_ref()));
        unlock.map(|_| ()).ok_or_else(needed)
    }

    /// Refuses where the password was not entered just now.
    pub(super) fn unlocked_just_now(&self) -> Result<(), Problem> {
        let unlock = self.0.signed_in.unlock().filter(|unlock| unlock.is_fresh(self.0.clock.as_ref()));
        unlock.map(|_| ()).ok_or_else(needed)
    }
}

fn needed() -> Problem {
    Problem::new(ProblemCode::StepUpRequired)
}

#[cfg(test)]
mod tests {
    use super::Unlock;
    use postern_backend::clock::Clock;
    use postern_contract::Moment;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
    use std::time::Duration;

    #[derive(Default)]
    struct Hands {
        running: AtomicU64,
        wall: AtomicI64,
    }

    impl Clock for Hands {
        fn now(&self) -> Moment {
            Moment::from_millisecond(self.wall.load(Ordering::Relaxed))
        }

        fn running(&self) -> Duration {
            Duration::from_millis(self.running.load(Ordering::Relaxed))
        }
    }

    impl Hands {
        fn at(&self, running: u64, wall: i64) {
            self.running.store(running * 1_000, Ordering::Relaxed);
            self.wall.store(wall * 1_000, Ordering::Relaxed);
        }
    }

    #[test]
    fn a19_an_unlock_ends_on_either_clock() {
        let hands = Hands::default();
        hands.at(100, 5_000);
        let unlock = Unlock::granted(&hands, 600);
        for (running, wall, holds) in [
            (100, 5_000, true),
            (699, 5_599, true),
            (700, 5_600, false),
            // the computer slept: the running clock stood still
            (101, 5_600, false),
            // the wall clock was set back
            (700, 5_001, false),
            (101, 4_999, false),
        ] {
            hands.at(running, wall);
            assert_eq!(unlock.holds(&hands), holds, "{running} {wall}");
        }
    }

    #[test]
    fn d17_a_password_is_fresh_for_a_minute_however_long_the_unlock_lasts() {
        let hands = Hands::default();
        hands.at(100, 5_000);
        let unlock = Unlock::granted(&hands, 600);
        hands.at(159, 5_059);
        assert!(unlock.is_fresh(&hands));
        let renewed = unlock.renewed(&hands, 541);
        hands.at(160, 5_060);
        assert!(!unlock.is_fresh(&hands) && !renewed.is_fresh(&hands) && renewed.holds(&hands));
    }
}
