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
pub(crate) struct Budget {
    subject: String,
    /// Milliseconds.
    window: i64,
    /// Milliseconds that one act uses up.
    share: i64,
}

impl Budget {
    /// None where there is no address.
    pub(crate) fn of(backend: &Backend, act: Act) -> Option<Self> {
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

    /// What it is kept under.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// How much is used up in advance, in milliseconds from now; never more than all of it, though a clock was set back.
    fn used(&self, backend: &Backend, until: i64) -> i64 {
        (until - backend.now()).clamp(0, self.window)
    }

    /// Refuses an act for which there is no room, with the budget used up until then.
    pub(crate) fn allows(&self, backend: &Backend, until: i64) -> Result<(), Problem> {
        match self.used(backend, until) + self.share - self.window {
            wait if wait > 0 => Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(wait))),
            _ => Ok(()),
        }
    }
}

/// An address as one that is counted.
pub(crate) fn network(address: IpAddr) -> String {
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
    budget.allows(backend, tx.peer_used_until(&budget.subject).await?)
}

/// Counts an act.
pub(crate) async fn count(backend: &Backend, tx: &mut Tx, act: Act) -> Result<(), Problem> {
    let Some(budget) = Budget::of(backend, act) else { return Ok(()) };
    let until = tx.peer_used_until(&budget.subject).await?;
    let used = (budget.used(backend, until) + budget.share).min(budget.window);
    Ok(tx.use_peer(&budget.subject, backend.now() + used).await?)
}

#[cfg(test)]
mod tests {
    use super::{Act, allowed, count, network};
    use crate::clock::{Clock, Hand};
    use crate::state::Asked;
    use crate::{Backend, Hashing, Settings, SystemRandom};
    use contract::{Problem, ProblemCode, Secret};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_network_of_one_customer_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }

    async fn act(backend: &Backend, from: Option<&str>, act: Act) -> Result<(), Problem> {
        let from = from.map(|text| text.parse().unwrap());
        let backend = backend.asked(Asked { from, ..Asked::default() });
        let mut tx = backend.store().write().await?;
        allowed(&backend, &mut tx, act).await?;
        count(&backend, &mut tx, act).await?;
        Ok(tx.commit().await?)
    }

    // OTP-8, API-5: an address has its budgets, which come back bit by bit, and others have theirs
    #[tokio::test]
    async fn otp_8_a_place_has_a_budget_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let settings = Settings { hashing: Hashing::cheapest(), peer_failures_max: 3, ..Settings::default() };
        let clock = Arc::new(Hand(AtomicI64::new(1_795_435_200_000)));
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let random = Arc::new(SystemRandom);
        let backend = Backend::open(settings, &url, Secret::new([1; 32]), shared, random).await.unwrap();
        let (here, there) = (Some("2001:db8:1:2::1"), Some("203.0.113.7"));
        for _ in 0..3 {
            act(&backend, here, Act::Failure).await.unwrap();
        }
        let wait =
            async |from| act(&backend, from, Act::Failure).await.map_err(|p| (p.code, p.retry_after_seconds));
        let full = Err((ProblemCode::TooManyRequests, Some(200)));
        assert_eq!(wait(here).await, full);
        // another address of the same customer is the same place; another customer, another act and nowhere are not
        assert_eq!(wait(Some("2001:db8:1:2:ffff::9")).await, full);
        assert_eq!((wait(there).await, wait(None).await), (Ok(()), Ok(())));
        act(&backend, here, Act::SignUp).await.unwrap();
        clock.0.fetch_add(200_000, Ordering::SeqCst);
        assert_eq!(wait(here).await, Ok(()));
        assert_eq!(wait(here).await, full);
        clock.0.fetch_add(600_000, Ordering::SeqCst);
        for _ in 0..3 {
            act(&backend, here, Act::Failure).await.unwrap();
        }
        let stored = std::fs::read(folder.path().join("accounts.db-wal")).unwrap();
        assert!(
            !stored.windows(11).any(|w| w == b"203.0.113.7")
                && !stored.windows(10).any(|w| w == b"2001:db8:1")
        );
    }
}
