//! Quota of the hashing places, so that one requester does not take all of them: each network and each account holds a part,
//! and all unauthenticated requests together leave a part to known desktops and live sessions.

use crate::peer::grown;
use contract::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One network or account holds at most this part of the places, and always at least one.
const PART: usize = 8;
/// This part of the places is left to known desktops and live sessions, at least one where there are two.
const RESERVED: usize = 4;

/// On whose behalf a password is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Requester {
    /// An unauthenticated request, by the networks it came from, the narrowest first. None on this machine: a proxy may stand
    /// there.
    Stranger(Vec<String>),
    /// A known desktop or a live session of this account.
    Account(AccountId),
}

impl Requester {
    /// Whether it may take what is reserved, and is served before strangers.
    pub(crate) const fn is_preferred(&self) -> bool {
        matches!(self, Self::Account(_))
    }

    /// What it holds places under, each with how many of them it may hold where the first may hold so many.
    fn limits(&self, most: usize) -> Vec<(String, usize)> {
        let widened = |level| usize::try_from(grown(u32::try_from(most).unwrap_or(u32::MAX), level));
        match self {
            Self::Stranger(networks) => (0_usize..)
                .zip(networks)
                .map(|(level, network)| (network.clone(), widened(level).unwrap_or(usize::MAX)))
                .collect(),
            Self::Account(id) => vec![(id.to_string(), most)],
        }
    }
}

/// Who holds how many.
#[derive(Debug)]
pub(super) struct Shares {
    most: usize,
    /// How many of the places all strangers together may hold.
    strangers: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by: HashMap<String, usize>,
    strangers: usize,
}

/// A place that a requester holds; dropped, it is free again.
#[derive(Debug)]
pub(super) struct Share {
    of: Arc<Shares>,
    under: Vec<String>,
    strange: bool,
}

impl Shares {
    pub(super) fn of(places: usize) -> Arc<Self> {
        let strangers = places - (places / RESERVED).max(1).min(places - 1);
        Arc::new(Self { most: (places / PART).max(1), strangers, held: Mutex::default() })
    }

    /// One more for this requester, if it may have one.
    pub(super) fn take(self: &Arc<Self>, requester: &Requester) -> Option<Share> {
        let limits = requester.limits(self.most);
        let strange = !requester.is_preferred();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |(under, most): &(String, usize)| held.by.get(under).is_some_and(|held| held >= most);
        if limits.iter().any(is_full) || (strange && held.strangers >= self.strangers) {
            return None;
        }
        held.strangers += usize::from(strange);
        let under: Vec<String> = limits.into_iter().map(|(under, _)| under).collect();
        for under in &under {
            *held.by.entry(under.clone()).or_default() += 1;
        }
        Some(Share { of: Arc::clone(self), under, strange })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.of.held.lock().unwrap_or_else(PoisonError::into_inner);
        all.strangers -= usize::from(self.strange);
        for under in &self.under {
            if let Some(held) = all.by.get_mut(under) {
                *held -= 1;
                if *held == 0 {
                    all.by.remove(under);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Requester, Shares};
    use contract::AccountId;

    fn from(networks: &[&str]) -> Requester {
        Requester::Stranger(networks.iter().map(|&network| network.to_owned()).collect())
    }

    // API-5: an eighth for each address, free again at once, and nothing is remembered of who is gone
    #[test]
    fn api_5_one_address_holds_an_eighth() {
        let shares = Shares::of(16);
        let mut held: Vec<_> = (0..2).map(|_| shares.take(&from(&["203.0.113.7"])).unwrap()).collect();
        assert!(shares.take(&from(&["203.0.113.7"])).is_none());
        assert!(shares.take(&from(&["203.0.113.8"])).is_some());
        held.pop();
        assert!(shares.take(&from(&["203.0.113.7"])).is_some());
        held.clear();
        assert!(shares.held.lock().unwrap().by.is_empty());
        assert_eq!(shares.held.lock().unwrap().strangers, 0);
        assert_eq!(Shares::of(3).most, 1);
    }

    // A1: however many strangers there are, a quarter is left to known desktops and live sessions; each account holds its
    // eighth of it, and strangers on this machine count as well
    #[test]
    fn a1_strangers_leave_a_quarter_of_the_places() {
        for (places, strangers) in [(66, 50), (16, 12), (4, 3), (2, 1), (1, 1)] {
            let shares = Shares::of(places);
            let mut held: Vec<_> = (0..200).filter_map(|n| shares.take(&from(&[&format!("{n}")]))).collect();
            assert_eq!(held.len(), strangers, "{places}");
            assert!(shares.take(&from(&[])).is_none());
            let mina = Requester::Account(AccountId(uuid::Uuid::from_u128(1)));
            let hers: Vec<_> = (0..places).map_while(|_| shares.take(&mina)).collect();
            assert_eq!(hers.len(), (places / 8).max(1), "{places}");
            let juno = Requester::Account(AccountId(uuid::Uuid::from_u128(2)));
            assert!(shares.take(&juno).is_some());
            held.clear();
            assert!(shares.take(&from(&[])).is_some());
        }
    }

    // A11: the many /64 of one /48 are held to a share that is a little larger than that of one
    #[test]
    fn a11_a_wider_network_holds_a_little_more() {
        let shares = Shares::of(80);
        let take =
            |n: u32, wide: u32| shares.take(&from(&[&format!("{n}/64"), &format!("{wide}/56"), "/48"]));
        let held: Vec<_> = (0..40).filter_map(|n| take(n, n)).collect();
        assert_eq!(held.len(), 14);
        drop(held);
        assert_eq!((0..40).filter_map(|n| take(n, 1)).collect::<Vec<_>>().len(), 12);
    }
}
