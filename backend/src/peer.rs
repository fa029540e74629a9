//! What one network address may do in a while, whichever accounts it is about: wrong sign-ins, so that nobody tries one
//! password on many accounts, and numbers sent for sign-ups, so that nobody floods strangers' phones from one place.
//!
//! A budget is kept as the instant up to which it is used up in advance: each act moves it on by its share of the
//! window, and one that would move it beyond the window's end must wait. That is one row for an address, and exact.
//! What is stored is a keyed hash. An IPv6 network of 64 bits counts as one address, since one customer has all of it.
//! In-process there is no address and no budget.
//!
//! Invariant: a person at a known desktop is never held up by what others do behind the same address.

use crate::state::{Backend, seconds};
use crate::store::Tx;
use contract::{Problem, ProblemCode};
use std::net::IpAddr;

/// What is budgeted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// A sign-in that was refused.
    Failure,
    /// A number sent for a sign-up.
    SignUp,
}

/// The budget of the request's address for an act.
struct Budget {
    subject: String,
    /// Milliseconds.
    window: i64,
    /// Milliseconds that one act uses up.
    share: i64,
}

impl Budget {
    fn of(backend: &Backend, act: Act) -> Option<Self> {
        let network = network(backend.from()?);
        let settings = backend.settings();
        let (word, most) = match act {
            Act::Failure => ("failure", settings.peer_failures_max),
            Act::SignUp => ("sign_up", settings.peer_sends_max),
        };
        let window = i64::from(settings.peer_window_seconds) * 1000;
        let share = window / i64::from(most.max(1));
        Some(Self { subject: backend.keys().peer(&[word, &network]), window, share })
    }

    /// How much is used up in advance, in milliseconds from now; never more than all of it, though a clock was set back.
    async fn used(&self, backend: &Backend, tx: &mut Tx) -> Result<i64, Problem> {
        let until = tx.peer_used_until(&self.subject).await?;
        Ok((until - backend.now()).clamp(0, self.window))
    }

    /// Milliseconds until there is room for one more.
    fn wait(&self, used: i64) -> i64 {
        used + self.share - self.window
    }
}

/// An address as one that is counted.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Refuses an act for which there is no room now.
pub(crate) async fn allowed(backend: &Backend, tx: &mut Tx, act: Act) -> Result<(), Problem> {
    let Some(budget) = Budget::of(backend, act) else { return Ok(()) };
    match budget.wait(budget.used(backend, tx).await?) {
        wait if wait > 0 => Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(wait))),
        _ => Ok(()),
    }
}

/// Counts an act.
pub(crate) async fn count(backend: &Backend, tx: &mut Tx, act: Act) -> Result<(), Problem> {
    let Some(budget) = Budget::of(backend, act) else { return Ok(()) };
    let used = (budget.used(backend, tx).await? + budget.share).min(budget.window);
    Ok(tx.use_peer(&budget.subject, backend.now() + used).await?)
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn a_network_of_one_customer_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }
}
