//! Slows guessing down: wrong passwords and numbers are counted for each account, and the more of them follow one another,
//! the longer the next guess must wait. A guess that comes too early is not compared and not counted, so nobody can be
//! kept waiting longer by it, and no wait is for ever.
//!
//! An account has four doors with a count each, so that whoever knows less never holds up who knows more:
//!
//! * **outside**: passwords, by whoever knows the address;
//! * **second**: numbers after the right password, where a sign-in is at no known desktop;
//! * **known**: passwords and numbers at a desktop where somebody has signed in completely before;
//! * **inside**: within a session, the password again, a step-up's number, the number of a new address.
//!
//! An address that is being proven has a door too, so that numbers are not guessed by asking for them again and again
//! under other names.
//!
//! Strangers who shut the outside door hold up neither a person at a known desktop nor one who is signed in, and
//! somebody who only has the password cannot keep the person from answering at a known desktop either. A count begins
//! anew when everything that its door asks for was right: a right password alone opens neither outside nor second. A complete sign-in begins that of inside anew too, so that
//! whoever guesses in a stolen session does not keep its owner from ending it.
//!
//! Invariant: the wait is looked up after hashing, and an address without an account has one too, so that neither the
//! answer nor its time says whether there is an account.

use crate::state::{Backend, seconds};
use crate::store::{NumberPurpose, Tx};
use contract::{AccountId, Problem, ProblemCode};

/// Failures without a wait: a person mistypes, and a number allows as many tries.
const FREE: u32 = 5;
/// Seconds to wait after each failure from the last free one on; then the longest of them again and again. The first
/// four are what identity servers with soft locks take; from there to a quarter of an hour, which a person can still
/// sit out and which leaves a program 96 guesses a day, before the limits below.
const WAITS: [i64; 8] = [1, 3, 5, 10, 30, 60, 300, 900];
/// Seconds to wait once three quarters of a door's failures are used up: a day.
const NEARLY: i64 = 86_400;
/// Seconds to wait once all of them are: thirty days.
const ALL: i64 = 30 * 86_400;
/// How many failures each door takes one after another before it is shut for thirty days at a time. Source: NIST SP
/// 800-63B-4 section 3.2.2, at most 100 consecutive failures for an account: somebody may get to all four doors, so
/// they share the hundred. Outside gets the most, since that is where strangers use it up.
const OUTSIDE: u32 = 40;
const SECOND: u32 = 20;
const KNOWN: u32 = 20;
const INSIDE: u32 = 20;
const _: () = assert!(OUTSIDE + SECOND + KNOWN + INSIDE == 100);

/// The same where an address is proven, which belongs to no account yet.
const ADDRESS: u32 = 100;

/// Where guesses are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Door {
    subject: String,
    most: u32,
}

impl Door {
    /// Signing in to an account, from anywhere.
    pub(crate) fn outside(account: AccountId) -> Self {
        Self { subject: format!("outside:{account}"), most: OUTSIDE }
    }

    /// Signing in with an address that has no account; `address` is its HMAC.
    pub(crate) fn nowhere(address: &str) -> Self {
        Self { subject: format!("nowhere:{address}"), most: OUTSIDE }
    }

    /// The number after the right password.
    pub(crate) fn second(account: AccountId) -> Self {
        Self { subject: format!("second:{account}"), most: SECOND }
    }

    /// Signing in at a desktop that is known. All of an account's desktops share it, so that it does not multiply.
    pub(crate) fn known(account: AccountId) -> Self {
        Self { subject: format!("known:{account}"), most: KNOWN }
    }

    /// Proving an address with a number, whoever asks, by the address' HMAC. Strangers who sign up and accounts that
    /// change an address have one each, so that strangers do not hold up accounts.
    pub(crate) fn address(purpose: NumberPurpose, address: &str) -> Self {
        Self { subject: format!("{}:{address}", purpose.as_str()), most: ADDRESS }
    }

    /// Within a session.
    pub(crate) fn inside(account: AccountId) -> Self {
        Self { subject: format!("inside:{account}"), most: INSIDE }
    }

    /// Those of an account that a complete sign-in opens, whose counts then begin anew. All that is asked for within a
    /// session was right too: whoever guesses in a stolen one does not keep its owner out.
    pub(crate) fn opened(account: AccountId, at_known_desktop: bool) -> Vec<Self> {
        let inside = Self::inside(account);
        if at_known_desktop {
            vec![inside, Self::known(account)]
        } else {
            vec![inside, Self::outside(account), Self::second(account)]
        }
    }

    /// What its failures are counted under.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Refuses a guess that comes too early after so many failures, the last of which was at that time.
    pub(crate) fn allows(&self, backend: &Backend, (failures, last_at): (u32, i64)) -> Result<(), Problem> {
        // a clock that was set back must not make the wait longer than it is
        let waited = (backend.now() - last_at).max(0);
        match wait_after(failures, self.most) - waited {
            left if left > 0 => Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(left))),
            _ => Ok(()),
        }
    }
}

/// Milliseconds between the last of so many failures and the next guess.
fn wait_after(failures: u32, most: u32) -> i64 {
    let Some(step) = failures.checked_sub(FREE) else { return 0 };
    let seconds = if failures >= most {
        ALL
    } else if failures >= most / 4 * 3 {
        NEARLY
    } else {
        WAITS.get(step as usize).copied().unwrap_or(WAITS[WAITS.len() - 1])
    };
    seconds * 1000
}

/// Refuses a guess that comes too early.
pub(crate) async fn allowed(backend: &Backend, tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    door.allows(backend, tx.failures(&door.subject).await?)
}

/// Counts a wrong guess.
pub(crate) async fn failed(backend: &Backend, tx: &mut Tx, door: &Door) -> Result<(), Problem> {
    Ok(tx.count_failure(&door.subject, backend.now()).await?)
}

/// Everything that was asked for at these doors was right: their counts begin anew.
pub(crate) async fn succeeded(tx: &mut Tx, doors: &[Door]) -> Result<(), Problem> {
    let subjects: Vec<&str> = doors.iter().map(|door| door.subject.as_str()).collect();
    Ok(tx.forget_failures(&subjects).await?)
}

/// What was counted goes with the account, and with its addresses: mail first, then the phone. Whether there was anything.
pub(crate) async fn forget(
    tx: &mut Tx,
    account: AccountId,
    addresses: &[String; 2],
) -> Result<bool, Problem> {
    let proofs = [NumberPurpose::SignUp, NumberPurpose::ChangeContact];
    let of_addresses = addresses.iter().flat_map(|to| proofs.map(|purpose| Door::address(purpose, to)));
    let mut doors: Vec<Door> = of_addresses.collect();
    doors.extend([
        Door::outside(account),
        Door::second(account),
        Door::known(account),
        Door::inside(account),
    ]);
    doors.push(Door::nowhere(&addresses[0]));
    let mut counted = false;
    for door in &doors {
        counted |= tx.failures(&door.subject).await?.0 > 0;
    }
    succeeded(tx, &doors).await?;
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::{ALL, FREE, INSIDE, OUTSIDE, wait_after};

    // OTP-6: nothing for a person who mistypes, then more and more, and never for ever
    #[test]
    fn otp_6_waits_grow_and_are_bounded() {
        for most in [OUTSIDE, INSIDE] {
            assert!((0..FREE).all(|failures| wait_after(failures, most) == 0));
            let waits: Vec<i64> = (FREE..most + 60).map(|failures| wait_after(failures, most)).collect();
            assert_eq!(waits[..5], [1000, 3000, 5000, 10_000, 30_000]);
            assert!(waits.is_sorted());
            assert_eq!(waits[(most - FREE) as usize], ALL * 1000);
            assert_eq!(waits.last(), Some(&(ALL * 1000)));
        }
    }
}
