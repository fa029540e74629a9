//! How many of the hashing places each network address holds, so that nobody takes all of them: whoever asks from
//! elsewhere finds room however much one address asks for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One address holds at most this part of the places, and always at least one.
const PART: usize = 8;

/// Who holds how many.
#[derive(Debug)]
pub(super) struct Shares {
    most: usize,
    held: Mutex<HashMap<String, usize>>,
}

/// A place that an address holds; dropped, it is free again.
#[derive(Debug)]
pub(super) struct Share {
    of: Arc<Shares>,
    network: String,
}

impl Shares {
    pub(super) fn of(places: usize) -> Arc<Self> {
        Arc::new(Self { most: (places / PART).max(1), held: Mutex::default() })
    }

    /// One more for this address, if it may have one.
    pub(super) fn take(self: &Arc<Self>, network: &str) -> Option<Share> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = all.entry(network.to_owned()).or_default();
        if *held >= self.most {
            return None;
        }
        *held += 1;
        Some(Share { of: Arc::clone(self), network: network.to_owned() })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.of.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = all.get_mut(&self.network) {
            *held -= 1;
            if *held == 0 {
                all.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;

    // API-5: an eighth for each address, free again at once, and nothing is remembered of who is gone
    #[test]
    fn api_5_one_address_holds_an_eighth() {
        let shares = Shares::of(16);
        let mut held: Vec<_> = (0..2).map(|_| shares.take("203.0.113.7").unwrap()).collect();
        assert!(shares.take("203.0.113.7").is_none());
        assert!(shares.take("203.0.113.8").is_some());
        held.pop();
        assert!(shares.take("203.0.113.7").is_some());
        held.clear();
        assert!(shares.held.lock().unwrap().is_empty());
        assert_eq!(Shares::of(3).most, 1);
    }
}
