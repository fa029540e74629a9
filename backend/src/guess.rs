//! Throttling of failed authentication: wrong passwords are counted, and the more of them there are, the longer the next one
//! must wait. A guess that comes too early is not compared and not counted, so that it makes no wait longer.
//!
//! There are three scopes, so that a stranger never holds up the owner:
//!
//! * an **address**: sign-ins from anywhere, by the HMAC of the email address, whether or not it has an account. Only time
//!   takes a failure away. After seven waits, together less than seven minutes, a right password is no longer enough: each
//!   sign-in is answered alike, and a number that is sent where the password is right opens it (`http/confirmation.rs`);
//! * a known **desktop**: passwords and numbers where somebody has signed in completely before. One that fails too often is
//!   no longer known;
//! * a **session**: the password again, and numbers. One that fails too often ends.
//!
//! A number is never refused because of failures elsewhere: how often one is guessed is bounded by the tries of each and by
//! how many are sent to an address in a day.
//!
//! Invariant: an address with an account and one without are counted by the same rules under names of the same form, and no
//! success, change or erasure of an account resets the count of its address.

use crate::state::{Backend, seconds};
use crate::store::Tx;
use contract::activity::Event;
use contract::{AccountId, Problem, ProblemCode, SessionId};

/// Failures without a wait: a person mistypes, and a number allows as many tries.
const FREE: u32 = 5;
/// Seconds to wait after each failure from the last free one on; then the longest of them again and again. The first
/// four are what identity servers with soft locks take; a quarter of an hour is what a person can still sit out.
const WAITS: [i64; 8] = [1, 3, 5, 10, 30, 60, 300, 900];
/// From so many failures at an address on, a sign-in is opened by a number. Source: NIST SP 800-63B-4 section 3.2.2, at most
/// 100 consecutive failures. With one more each week (`store/failure.rs`) that is 64 passwords in the first year.
const CONFIRMED: u32 = 12;
/// So many failures in a row at a known desktop, and it is not known any more.
const DESKTOP: u32 = 10;
/// So many in a session, and it ends.
const SESSION: u32 = 20;
// the longest wait before a number opens it is not even reached
const _: () = assert!(CONFIRMED as usize == FREE as usize + WAITS.len() - 1);

const OF_SESSION: &str = "session:";
const OF_DESKTOP: &str = "desktop:";

/// Where failures are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Door {
    /// Signing in with an address from anywhere; its HMAC.
    Address(String),
    /// Signing in at a known desktop; the hash of its secret.
    Desktop(String),
    /// Within a session of an account.
    Session(SessionId, AccountId),
}

impl Door {
    /// What its failures are counted under.
    pub(crate) fn subject(&self) -> String {
        match self {
            Self::Address(address) => format!("address:{address}"),
            Self::Desktop(sha256) => format!("{OF_DESKTOP}{sha256}"),
            Self::Session(id, _) => format!("{OF_SESSION}{id}"),
        }
    }

    /// The HMAC of the address, where it is one.
    pub(crate) fn address(&self) -> &str {
        match self {
            Self::Address(address) => address,
            Self::Desktop(_) | Self::Session(..) => "",
        }
    }

    /// Whether a sign-in after so many failures is opened by a number alone.
    pub(crate) const fn wants_number(&self, (failures, _): (u32, i64)) -> bool {
        matches!(self, Self::Address(_)) && failures >= CONFIRMED
    }

    /// Refuses a guess that comes too early after so many failures, the last of which was at that time.
    pub(crate) fn allows(&self, backend: &Backend, counted: (u32, i64)) -> Result<(), Problem> {
        if self.wants_number(counted) {
            return Ok(());
        }
        let (failures, last_at) = counted;
        // a clock that was set back must not make the wait longer than it is
        let waited = (backend.now() - last_at).max(0);
        match wait_after(failures) - waited {
            left if left > 0 => Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(left))),
            _ => Ok(()),
        }
    }
}

/// Milliseconds between the last of so many failures and the next guess.
fn wait_after(failures: u32) -> i64 {
    let Some(step) = failures.checked_sub(FREE) else { return 0 };
    WAITS.get(step as usize).copied().unwrap_or(WAITS[WAITS.len() - 1]) * 1000
}

/// Refuses a guess that comes too early.
pub(crate) async fn allowed(backend: &Backend, tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    door.allows(backend, tx.failures(&door.subject(), backend.now()).await?)
}

/// Counts a wrong guess. A desktop or session where that was one too many is known or lives no longer.
pub(crate) async fn failed(backend: &Backend, tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    let now = backend.now();
    let failures = tx.count_failure(&door.subject(), now).await?;
    match door {
        Door::Desktop(sha256) if failures >= DESKTOP => {
            tx.forget_desktop(sha256).await?;
            succeeded(tx, door).await?;
        }
        Door::Session(id, account) if failures >= SESSION => {
            tx.forget_desktop_of(*account, *id, None).await?;
            tx.delete_session(*id, *account).await?;
            tx.record(*account, Event::SessionEnded, None, now, backend.settings().activity_max).await?;
            succeeded(tx, door).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Everything that was asked for at this door was right: its count begins anew. That of an address does not, since a
/// stranger would see that somebody signed in.
pub(crate) async fn succeeded(tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    match door {
        Door::Address(_) => {}
        Door::Desktop(_) | Door::Session(..) => {
            tx.forget_failures(&door.subject()).await?;
        }
    }
    Ok(())
}

/// Forgets what was counted within the account: in its sessions and at its known desktops. Whether there was anything.
pub(crate) async fn forget(tx: &mut Tx, account: AccountId) -> Result<bool, Problem> {
    Ok(tx.forget_failures_of(account, (OF_SESSION, OF_DESKTOP)).await?)
}

/// Forgets what was counted at an address, by its HMAC: an operator's decision alone. Whether there was anything.
pub(crate) async fn forget_address(tx: &mut Tx, address: &str) -> Result<bool, Problem> {
    Ok(tx.forget_failures(&Door::Address(address.to_owned()).subject()).await?)
}

#[cfg(test)]
mod tests {
    use super::{CONFIRMED, Door, FREE, SESSION, wait_after};

    // OTP-6, A6: nothing for a person who mistypes, then more and more up to a quarter of an hour; an address asks for a number
    // before all its waits together are as long
    #[test]
    fn otp_6_waits_grow_and_are_bounded() {
        assert!((0..FREE).all(|failures| wait_after(failures) == 0));
        let waits: Vec<i64> = (FREE..SESSION + 60).map(wait_after).collect();
        assert_eq!(waits[..8], [1000, 3000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000]);
        assert!(waits[7..].iter().all(|wait| *wait == 900_000));
        let address = Door::Address("of somebody".to_owned());
        let waited = (FREE..SESSION).take_while(|failures| !address.wants_number((*failures, 0)));
        assert_eq!(waited.clone().count(), 7);
        assert!(waited.map(wait_after).sum::<i64>() < 900_000);
        assert!(!address.wants_number((CONFIRMED - 1, 0)) && address.wants_number((u32::MAX, 0)));
    }
}
