//! Doing a whole operation again where the database refused it for no fault of its own: another transaction got there
//! first, or the connection was lost before anything was committed. What the transaction had read is worth nothing then,
//! so everything that followed from it is done anew, who asks included.
//!
//! Invariant: a commit whose outcome is not known is never done again: only whoever asked can tell whether that is right.

use crate::random::{Random, bytes};
use crate::store::{Store, StoreError, Stored};
use std::cell::Cell;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often an operation is tried.
const TRIES: u32 = 20;
/// The longest pause before the second try; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(4);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// What the database said of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing: whatever the outcome is, it stands.
    Stands,
    /// Another transaction was in the way.
    Conflicted,
    /// The connection was lost.
    Lost,
}

tokio::task_local! {
    static VERDICT: Cell<Verdict>;
}

/// Notes that the attempt under way could succeed if it were made again.
pub(crate) fn is_worthwhile(lost: bool) {
    // outside of an attempt there is nobody to try again: the delivery worker comes back by itself
    let _ = VERDICT.try_with(|verdict| verdict.set(if lost { Verdict::Lost } else { Verdict::Conflicted }));
}

/// Makes one attempt, and says what the database thought of it.
pub(crate) async fn attempt<T>(attempt: impl Future<Output = T>) -> (T, Verdict) {
    VERDICT
        .scope(Cell::new(Verdict::Stands), async {
            let outcome = attempt.await;
            (outcome, VERDICT.with(Cell::get))
        })
        .await
}

/// The attempts at one operation.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    made: u32,
}

impl Attempts {
    /// Waits until the next attempt, or says that there were enough. By chance, so that those who were in each other's
    /// way do not meet again, and longer each time.
    #[allow(clippy::disallowed_methods, reason = "waiting between attempts is what this is for")]
    pub(crate) async fn next(&mut self, random: &dyn Random) -> bool {
        self.made += 1;
        if self.made >= TRIES {
            return false;
        }
        let longest = FIRST_PAUSE.saturating_mul(1 << (self.made - 1)).min(LONGEST_PAUSE);
        let Ok(chance) = bytes::<4>(random) else { return false };
        sleep(longest.mul_f64(f64::from(u32::from_le_bytes(chance)) / f64::from(u32::MAX))).await;
        true
    }
}

/// Does what no request waits for, again after each fault of the database, until it is done or `limit` has passed.
#[allow(clippy::disallowed_methods, reason = "waiting between attempts is what this is for")]
pub(crate) async fn persist<T, F: Future<Output = Stored<T>>>(
    store: &Store,
    random: &dyn Random,
    limit: Duration,
    mut once: impl FnMut() -> F,
) -> Stored<T> {
    let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        let outcome = once().await;
        if matches!(outcome, Err(StoreError::Lost | StoreError::Unknown)) {
            store.look_around();
        }
        if outcome.is_ok() || began.elapsed() >= limit {
            return outcome;
        }
        let chance = bytes::<2>(random).map_or(u16::MAX, u16::from_be_bytes);
        sleep(pause.mul_f64(0.5 + 0.5 * f64::from(chance) / f64::from(u16::MAX))).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempts, TRIES, Verdict, attempt, is_worthwhile, persist};
    use crate::random::SystemRandom;
    use crate::store::{Store, StoreError, Stored};
    use std::time::Duration;

    #[tokio::test]
    async fn what_is_in_the_way_is_outlasted_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}", folder.path().join("accounts.db").display());
        let store = Store::open(&address).await.unwrap();
        let during = async |limit: Duration, faults: u32, fault: StoreError| -> (Stored<()>, u32) {
            let mut made = 0;
            let once = || {
                made += 1;
                std::future::ready(if made <= faults { Err(fault.clone()) } else { Ok(()) })
            };
            (persist(&store, &SystemRandom, limit, once).await, made)
        };
        let long = Duration::from_mins(1);
        assert_eq!(during(long, 6, StoreError::Lost).await, (Ok(()), 7));
        assert_eq!(during(long, 6, StoreError::Conflict).await, (Ok(()), 7));
        assert_eq!(during(long, 1, StoreError::Full).await, (Ok(()), 2));
        let (outcome, made) = during(Duration::from_millis(100), u32::MAX, StoreError::Lost).await;
        assert!(outcome == Err(StoreError::Lost) && made > 3, "{made}");
    }

    #[tokio::test]
    async fn attempts_are_judged_one_by_one_and_come_to_an_end() {
        assert_eq!(attempt(async { 1 }).await, (1, Verdict::Stands));
        assert_eq!(attempt(async { is_worthwhile(false) }).await.1, Verdict::Conflicted);
        assert_eq!(attempt(async { is_worthwhile(true) }).await.1, Verdict::Lost);
        // outside of any attempt it is nobody's business
        is_worthwhile(true);
        assert_eq!(attempt(async {}).await.1, Verdict::Stands);

        let (mut attempts, mut made) = (Attempts::default(), 1);
        while attempts.next(&SystemRandom).await {
            made += 1;
        }
        assert_eq!(made, TRIES);
    }
}
