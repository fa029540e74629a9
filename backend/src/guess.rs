//! Slows guessing down: wrong passwords and numbers are counted for each account, over all its challenges and factors,
//! and the more of them follow one another, the longer the next guess must wait. A guess that comes too early is not
//! compared and not counted, so nobody can be kept waiting longer by it, and no wait is for ever.
//!
//! Invariant: the wait is looked up after hashing, and an address without an account has one too, so that neither the
//! answer nor its time says whether there is an account.
//!
//! An account has two doors with a count each. What is guessed outside, by whoever knows the address, never holds up a
//! person who is signed in already.

use crate::state::{Backend, seconds};
use crate::store::Tx;
use contract::{AccountId, Problem, ProblemCode};

/// Failures without a wait: a person mistypes, and a number allows as many tries.
const FREE: u32 = 5;
/// Seconds to wait after each failure from the last free one on; then the longest of them again and again.
const WAITS: [i64; 8] = [1, 3, 5, 10, 30, 60, 300, 900];
/// From here on one guess a day. Source: NIST SP 800-63B-4 section 3.2.2, at most 100 consecutive failures; both doors
/// of an account together stay within it.
const MOST: u32 = 50;
/// Seconds in a day.
const DAY: i64 = 86_400;

/// Where guesses are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Door(String);

impl Door {
    /// Signing in to an account.
    pub(crate) fn outside(account: AccountId) -> Self {
        Self(format!("outside:{account}"))
    }

    /// Signing in with an address that has no account; `address` is its HMAC.
    pub(crate) fn nowhere(address: &str) -> Self {
        Self(format!("nowhere:{address}"))
    }

    /// Within a session: the password again, a step-up's number, the number of a new address.
    pub(crate) fn inside(account: AccountId) -> Self {
        Self(format!("inside:{account}"))
    }
}

/// Milliseconds between the last of so many failures and the next guess.
fn wait_after(failures: u32) -> i64 {
    let Some(step) = failures.checked_sub(FREE) else { return 0 };
    if failures >= MOST {
        return DAY * 1000;
    }
    let longest = WAITS[WAITS.len() - 1];
    WAITS.get(step as usize).copied().unwrap_or(longest) * 1000
}

/// Refuses a guess that comes too early.
pub(crate) async fn allowed(backend: &Backend, tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    let (failures, last_at) = tx.failures(&door.0).await?;
    // a clock that was set back must not make the wait longer than it is
    let waited = (backend.now() - last_at).max(0);
    match wait_after(failures) - waited {
        left if left > 0 => Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(left))),
        _ => Ok(()),
    }
}

/// Counts a wrong guess.
pub(crate) async fn failed(backend: &Backend, tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    Ok(tx.count_failure(&door.0, backend.now()).await?)
}

/// Every factor that was asked for was right: the count begins anew.
pub(crate) async fn succeeded(tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    Ok(tx.forget_failures(&door.0).await?)
}

/// What was counted goes with the account.
pub(crate) async fn forget(tx: &mut Tx, account: AccountId, address: &str) -> Result<(), Problem> {
    for door in [Door::outside(account), Door::inside(account), Door::nowhere(address)] {
        tx.forget_failures(&door.0).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{DAY, FREE, MOST, wait_after};

    // OTP-6: nothing for a person who mistypes, then more and more, and never for ever
    #[test]
    fn otp_6_waits_grow_and_are_bounded() {
        assert!((0..FREE).all(|failures| wait_after(failures) == 0));
        let waits: Vec<i64> = (FREE..MOST + 60).map(wait_after).collect();
        assert_eq!(waits[..5], [1000, 3000, 5000, 10_000, 30_000]);
        assert!(waits.is_sorted());
        assert_eq!(waits.last(), Some(&(DAY * 1000)));
    }
}
