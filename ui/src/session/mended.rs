//! What was mended after an interrupted run, kept for the window: the shell tells it once, and several pages show keys.

use super::Here;
use crate::load::Load;
use postern_contract::shell::{KeyList, Mended};
use sycamore::prelude::*;

impl Here {
    /// Keeps what the shell tells once with a list of keys, so that it is said wherever this window shows keys. What
    /// waits for the password is read again once that is entered.
    pub fn heed_keys(self, keys: Load<KeyList>) {
        create_effect(move || {
            let told = keys.value().map(|list| list.mended).unwrap_or_default();
            if !told.is_empty() {
                self.mended.update(|mended| keep(mended, told));
            }
        });
        let unlocked = create_selector(move || self.unlocked_seconds() > 0);
        create_effect(move || {
            if unlocked.get() && self.mended.with_untracked(|mended| mended.iter().any(waits)) {
                keys.again();
            }
        });
    }

    /// What was mended, until it is seen.
    pub fn mended(self) -> Vec<Mended> {
        self.mended.get_clone()
    }

    /// It was seen.
    pub fn mended_seen(self) {
        self.mended.set(Vec::new());
    }
}

/// Adds what is told; a key that is told of anew no longer waits.
fn keep(mended: &mut Vec<Mended>, told: Vec<Mended>) {
    mended.retain(|one| !waits(one) || told.iter().all(|newer| label(newer) != label(one)));
    mended.extend(told);
}

fn label(mended: &Mended) -> &str {
    match mended {
        Mended::Finished { label }
        | Mended::AlreadyThere { label }
        | Mended::Removed { label }
        | Mended::Waiting { label }
        | Mended::GivenUp { label, .. } => label,
    }
}

const fn waits(mended: &Mended) -> bool {
    matches!(mended, Mended::Waiting { .. })
}

#[cfg(test)]
mod tests {
    use super::super::sample_opening;
    use super::Here;
    use crate::load::Load;
    use postern_contract::session::Session;
    use postern_contract::shell::{KeyList, Mended, StoreState};
    use postern_contract::{AccountId, samples};
    use sycamore::prelude::*;

    #[test]
    fn what_waited_is_no_longer_said_once_it_is_finished_and_nothing_of_it_to_another_account() {
        // KEY-2
        let _ = create_root(|| {
            let here = Here::provide(sample_opening());
            let list = |mended| KeyList { rows: vec![], mended, store: StoreState::Ready };
            let crane = || "Crane log".to_owned();
            let waiting = Mended::Waiting { label: crane() };
            let removed = Mended::Removed { label: "Gate monitor".to_owned() };
            let keys = Load::ready(list(vec![waiting.clone(), removed.clone()]));
            here.heed_keys(keys);
            assert_eq!(here.mended(), [waiting, removed.clone()]);
            let finished = Mended::Finished { label: crane() };
            keys.set(list(vec![finished.clone()]));
            here.took(samples::session());
            assert_eq!(here.mended(), [removed, finished]);
            let another = AccountId(uuid::Uuid::from_u128(0x999));
            here.took(Session { account_id: another, ..samples::session() });
            assert_eq!(here.mended(), []);
        });
    }
}
