//! The one policy of trying again. Only what may be sent twice is: a `GET`, and what the backend does once under its
//! `Idempotency-Key`. A lost connection is tried again after a growing wait with jitter, a busy backend after the time it
//! names. All waiting together stays under [`WAIT_MAX`]: somebody is looking at a window meanwhile.

use backon::{ExponentialBuilder, Retryable};
use postern_contract::{Method, Problem, ProblemCode};
use std::time::Duration;
use tokio::time::Instant;

/// How often a request is sent again at most.
pub const TRIES_AGAIN: usize = 2;
/// The first wait, before jitter adds up to as much again.
const FIRST_WAIT: Duration = Duration::from_millis(150);
/// How long all waits and tries before the last may take together.
pub const WAIT_MAX: Duration = Duration::from_secs(3);

/// Whether a request may be sent twice: it changes nothing, or bears a key under which it is done once.
pub fn may_repeat(method: Method, has_key: bool) -> bool {
    method == Method::Get || has_key
}

/// Tries until there is an answer that trying again would not better.
pub async fn tried<T, F: Future<Output = Result<T, Problem>>>(
    may_repeat: bool,
    attempt: impl FnMut() -> F,
) -> Result<T, Problem> {
    let begun = Instant::now();
    let waits = ExponentialBuilder::default()
        .with_min_delay(FIRST_WAIT)
        .with_max_times(if may_repeat { TRIES_AGAIN } else { 0 })
        .with_jitter();
    attempt
        .retry(waits)
        .when(|problem: &Problem| passes(problem.code))
        .adjust(|problem, wait| within(begun.elapsed(), problem, wait))
        .await
}

/// Whether it may be over in a moment. Only what says that nothing was done, or is safe to ask again.
fn passes(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::BackendUnreachable
            | ProblemCode::Overloaded
            | ProblemCode::TooManyRequests
            | ProblemCode::RequestInFlight
    )
}

/// How long to wait: at least as long as the backend asks for, and not at all where that is too long.
fn within(spent: Duration, problem: &Problem, wait: Option<Duration>) -> Option<Duration> {
    let asked = problem.retry_after_seconds.map_or(Duration::ZERO, |s| Duration::from_secs(s.into()));
    // without a time of its own, somebody who asks too often is told so
    if problem.code == ProblemCode::TooManyRequests && problem.retry_after_seconds.is_none() {
        return None;
    }
    let wait = wait?.max(asked);
    (spent + wait <= WAIT_MAX).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::{TRIES_AGAIN, WAIT_MAX, may_repeat, tried};
    use postern_contract::{Method, Problem, ProblemCode};
    use std::time::Duration;
    use tokio::time::Instant;

    async fn count(repeats: bool, problem: Problem) -> (usize, Duration) {
        let (begun, mut count) = (Instant::now(), 0);
        let told: Result<(), _> = tried(repeats, || {
            count += 1;
            std::future::ready(Err(problem.clone()))
        })
        .await;
        assert_eq!(told.unwrap_err(), problem);
        (count, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn net_5_what_may_not_be_sent_twice_is_not() {
        assert!(may_repeat(Method::Get, false) && may_repeat(Method::Post, true));
        for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
            assert!(!may_repeat(method, false), "{method:?}");
        }
        assert_eq!(count(false, ProblemCode::BackendUnreachable.into()).await.0, 1);
        assert_eq!(count(false, Problem::new(ProblemCode::Overloaded).retry_after(1)).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn net_5_trying_again_grows_and_stops() {
        let (count_, took) = count(true, ProblemCode::BackendUnreachable.into()).await;
        assert_eq!(count_, 1 + TRIES_AGAIN);
        assert!(took >= Duration::from_millis(450) && took <= WAIT_MAX, "{took:?}");
        for definite in [ProblemCode::Rejected, ProblemCode::BackendTimeout, ProblemCode::Offline] {
            assert_eq!(count(true, definite.into()).await.0, 1, "{definite:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn net_5_the_time_that_a_backend_names_is_honoured() {
        let (count_, took) = count(true, Problem::new(ProblemCode::Overloaded).retry_after(1)).await;
        assert_eq!(count_, 1 + TRIES_AGAIN);
        assert!(took >= Duration::from_secs(2), "{took:?}");
        let (count_, took) = count(true, Problem::new(ProblemCode::TooManyRequests).retry_after(60)).await;
        assert_eq!((count_, took), (1, Duration::ZERO), "a minute is for the person to decide");
    }
}
