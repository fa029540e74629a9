//! Rate limit per network address, whichever accounts the requests are about: refused sign-ins and sign-ups, so that one
//! password is not tried on many accounts and no proof is guessed, and numbers sent for sign-ups, so that one network does
//! not flood strangers' phones.
//!
//! A budget is stored as the instant up to which it is used up in advance: each act moves it on by its share of the
//! window, and one that would move it beyond the window's end must wait. That is one row for a network, and exact.
//! What is stored is a keyed hash. An IPv4 address has one budget. An IPv6 address counts in three: that of its /64, of its
//! /56 and of its /48, each a fifth of the first larger than the one before, because a customer may hold any of them.
//! In-process there is no address and no budget.
//!
//! Invariant: a known desktop and a live session are never held up by what others do behind the same address.

use crate::state::{Backend, seconds};
use crate::store::{PEERS, Tx};
use contract::{Problem, ProblemCode};
use std::net::IpAddr;

/// What is budgeted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// A sign-in or sign-up that was refused.
    Failure,
    /// A number sent for a sign-up.
    SignUp,
}

/// The budgets of the request's network for an act, of the narrowest network first.
pub(crate) struct Budget {
    subjects: Vec<String>,
    /// Milliseconds that one act uses up of each.
    shares: Vec<i64>,
    /// Milliseconds.
    window: i64,
}

impl Budget {
    /// None where there is no address.
    pub(crate) fn of(backend: &Backend, act: Act) -> Option<Self> {
        let networks = networks(backend.from()?);
        let settings = backend.settings();
        let (word, most) = match act {
            Act::Failure => ("failure", settings.peer_failures_max),
            Act::SignUp => ("sign_up", settings.peer_sends_max),
        };
        let window = i64::from(settings.peer_window_seconds) * 1000;
        let subjects = networks.iter().map(|network| backend.keys().peer(&[word, network])).collect();
        let shares = (0..networks.len()).map(|level| window / i64::from(grown(most, level).max(1))).collect();
        Some(Self { subjects, shares, window })
    }

    /// What they are stored under; empty where there is none.
    pub(crate) fn subjects(budget: Option<&Self>) -> [&str; PEERS] {
        let mut all = [""; PEERS];
        for (place, subject) in all.iter_mut().zip(budget.iter().flat_map(|budget| &budget.subjects)) {
            *place = subject;
        }
        all
    }

    /// How much is used up in advance, in milliseconds from now; never more than all of it, though a clock was set back.
    fn used(&self, backend: &Backend, until: i64) -> i64 {
        (until - backend.now()).clamp(0, self.window)
    }

    /// Refuses an act for which one of them has no room, each used up until then.
    pub(crate) fn allows(&self, backend: &Backend, until: [i64; PEERS]) -> Result<(), Problem> {
        let waits = self.shares.iter().zip(until);
        let waits = waits.map(|(share, until)| self.used(backend, until) + share - self.window);
        match waits.max() {
            Some(wait) if wait > 0 => {
                Err(Problem::new(ProblemCode::TooManyRequests).retry_after(seconds(wait)))
            }
            _ => Ok(()),
        }
    }

    /// Refuses an act for which there is no room now.
    pub(crate) async fn allowed(&self, backend: &Backend, tx: &mut Tx) -> Result<(), Problem> {
        self.allows(backend, tx.peers_used_until(Self::subjects(Some(self))).await?)
    }

    /// Counts an act.
    pub(crate) async fn count(&self, backend: &Backend, tx: &mut Tx) -> Result<(), Problem> {
        let until = tx.peers_used_until(Self::subjects(Some(self))).await?;
        for ((subject, share), until) in self.subjects.iter().zip(&self.shares).zip(until) {
            let used = (self.used(backend, until) + share).min(self.window);
            tx.use_peer(subject, backend.now() + used).await?;
        }
        Ok(())
    }
}

/// The networks in which an address is counted, the narrowest first.
pub(crate) fn networks(address: IpAddr) -> Vec<String> {
    match address.to_canonical() {
        IpAddr::V4(address) => vec![address.to_string()],
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            let wider = d & 0xff00;
            vec![
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"),
                format!("{a:x}:{b:x}:{c:x}:{wider:x}::/56"),
                format!("{a:x}:{b:x}:{c:x}::/48"),
            ]
        }
    }
}

/// What is stored of the widest network in which the request's address counts; none in-process and on this machine, where a
/// proxy may stand.
pub(crate) fn widest(backend: &Backend) -> Option<String> {
    let from = backend.from().filter(|from| !from.to_canonical().is_loopback())?;
    networks(from).last().map(|network| backend.keys().peer(&["asks", network]))
}

/// What a wider network may do where the narrowest may do `most`.
pub(crate) fn grown(most: u32, level: usize) -> u32 {
    let fifths = u64::from(most) * (5 + level as u64) / 5;
    u32::try_from(fifths).unwrap_or(u32::MAX)
}

/// Refuses an act for which there is no room now.
pub(crate) async fn allowed(backend: &Backend, tx: &mut Tx, act: Act) -> Result<(), Problem> {
    match Budget::of(backend, act) {
        Some(budget) => budget.allowed(backend, tx).await,
        None => Ok(()),
    }
}

/// Counts an act.
pub(crate) async fn count(backend: &Backend, tx: &mut Tx, act: Act) -> Result<(), Problem> {
    match Budget::of(backend, act) {
        Some(budget) => budget.count(backend, tx).await,
        None => Ok(()),
    }
}

/// Does what hashes for a stranger. If the request is dropped before it is answered, it counts as a refused act: a client that
/// hangs up, or a request that takes too long, has cost a hash all the same.
pub(crate) async fn watched<T>(backend: &Backend, work: impl Future<Output = T>) -> T {
    let mut abandoned = Abandoned(backend.from().map(|_| backend.clone()));
    let done = work.await;
    abandoned.0 = None;
    done
}

struct Abandoned(Option<Backend>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let (Some(backend), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                let counted = crate::http::insist::insist(&backend, || async {
                    let mut tx = backend.store().write().await?;
                    count(&backend, &mut tx, Act::Failure).await?;
                    Ok::<_, Problem>(tx.commit().await?)
                });
                if counted.await.is_err() {
                    tracing::debug!("an abandoned request could not be counted");
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Act, allowed, count, networks};
    use crate::clock::{Clock, Hand};
    use crate::state::Asked;
    use crate::{Backend, Hashing, Settings, SystemRandom};
    use contract::{Problem, ProblemCode, Secret};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_network_of_one_customer_is_one_address() {
        let of = |text: &str| networks(text.parse().unwrap());
        assert_eq!(of("203.0.113.7"), ["203.0.113.7"]);
        assert_eq!(of("::ffff:203.0.113.7"), ["203.0.113.7"]);
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        let (one, next) = (of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_ne!(one[0], next[0]);
        assert_eq!(one[1..], next[1..]);
        let beside = of("2001:db8:1:102::9");
        assert_ne!(one[1], beside[1]);
        assert_eq!(one[2], beside[2]);
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

    async fn backend(folder: &tempfile::TempDir, clock: &Arc<Hand>, most: u32) -> Backend {
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let settings =
            Settings { hashing: Hashing::cheapest(), peer_failures_max: most, ..Settings::default() };
        let shared = Arc::clone(clock) as Arc<dyn Clock>;
        Backend::open(settings, &url, Secret::new([1; 32]), shared, Arc::new(SystemRandom)).await.unwrap()
    }

    // OTP-8, API-5: an address has its budgets, which come back bit by bit, and others have theirs
    #[tokio::test]
    async fn otp_8_a_place_has_a_budget_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hand(AtomicI64::new(1_795_435_200_000)));
        let backend = backend(&folder, &clock, 3).await;
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

    /// How many of so many acts are allowed, each from the next of these networks.
    async fn allowed_of(backend: &Backend, acts: u32, network: impl Fn(u32) -> String) -> u32 {
        let mut allowed = 0;
        for n in 0..acts {
            allowed += u32::from(act(backend, Some(&network(n)), Act::Failure).await.is_ok());
        }
        allowed
    }

    // A11: another /64 for each act does not get around the budget of the /56, nor another /56 around that of the /48; each
    // is larger than the one within it, and the next /48 has its own
    #[tokio::test]
    async fn a11_ipv6_budgets_grow_with_the_network() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hand(AtomicI64::new(1_795_435_200_000)));
        let backend = backend(&folder, &clock, 100).await;
        let next_window = || clock.0.fetch_add(600_000, Ordering::SeqCst);
        assert_eq!(allowed_of(&backend, 150, |n| format!("2001:db8:1:7::{n:x}")).await, 100);
        next_window();
        assert_eq!(allowed_of(&backend, 150, |n| format!("2001:db8:1:{n:x}::1")).await, 120);
        next_window();
        assert_eq!(allowed_of(&backend, 150, |n| format!("2001:db8:1:{:x}::1", n << 8)).await, 140);
        assert_eq!(allowed_of(&backend, 10, |n| format!("2001:db8:2:{n:x}::1")).await, 10);
    }
}
