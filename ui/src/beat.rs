//! Time as a page sees it: one signal that changes each second, and countdowns read from it.
//!
//! A countdown remembers when it ends instead of counting down, so a computer that slept shows it right at once.

use crate::bridge;
use postern_contract::Moment;
use sycamore::prelude::*;

/// The second hand of this window, given by context.
#[derive(Clone, Copy)]
pub struct Beat(Signal<f64>);

/// Something that ends at a known time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Countdown {
    ends_ms: f64,
}

impl Beat {
    /// Starts the only interval of the window and gives the beat to everything below.
    pub fn provide() -> Self {
        let beat = Self(create_signal(bridge::now_ms()));
        provide_context(beat);
        bridge::spawn_in(use_current_scope(), async move {
            loop {
                bridge::pause(1000).await;
                beat.moves_to(bridge::now_ms());
            }
        });
        beat
    }

    /// Moves the second hand.
    pub(crate) fn moves_to(self, now_ms: f64) {
        self.0.set(now_ms);
    }

    /// The window's beat.
    pub fn here() -> Self {
        try_use_context().unwrap_or_else(|| Self(create_signal(bridge::now_ms())))
    }

    /// Milliseconds since 1970; whoever reads it is drawn again each second.
    pub fn now_ms(self) -> f64 {
        self.0.get()
    }

    /// Something that ends that many seconds from now. Moves the second hand, so that it is shown whole at once.
    pub fn countdown(self, seconds: u32) -> Countdown {
        let now = bridge::now_ms();
        self.moves_to(now);
        Countdown { ends_ms: now + f64::from(seconds) * 1000.0 }
    }

    /// Whole seconds until the countdown ends; 0 once it has. Drawn again each second.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    pub fn left(self, countdown: Countdown) -> u32 {
        ((countdown.ends_ms - self.now_ms()) / 1000.0).ceil().clamp(0.0, f64::from(u32::MAX)) as u32
    }
}

/// The time of day in so many seconds, rounded up to a whole minute: `16:19`.
pub fn clock_in(seconds: u32) -> String {
    Countdown { ends_ms: bridge::now_ms() + f64::from(seconds) * 1000.0 }.clock()
}

impl Countdown {
    /// The time of day when it ends, rounded up to a whole minute, so that the promise holds: `16:19`.
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds of any year we can write fit")]
    pub fn clock(self) -> String {
        let whole = (self.ends_ms / 60_000.0).ceil() * 60_000.0;
        bridge::local_time(Moment::from_millisecond(whole as i64)).chars().take(5).collect()
    }

    /// Has ended.
    pub fn over() -> Self {
        Self { ends_ms: 0.0 }
    }
}

/// Answers a function that calls `then` that many milliseconds later, unless the current scope has ended.
pub fn later(milliseconds: u32, then: impl Fn() + Clone + 'static) -> impl Fn() {
    let scope = use_current_scope();
    move || {
        let then = then.clone();
        bridge::spawn_in(scope, async move {
            bridge::pause(milliseconds).await;
            then();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Beat, Countdown};
    use sycamore::prelude::*;

    #[test]
    fn a_countdown_ends_at_zero_and_stays_there() {
        let _ = create_root(|| {
            let beat = Beat::provide();
            assert_eq!(beat.left(beat.countdown(42)), 42);
            assert_eq!(beat.left(Countdown::over()), 0);
            let running = beat.countdown(2);
            beat.moves_to(beat.now_ms() + 1500.0);
            assert_eq!(beat.left(running), 1);
        });
    }
}
