//! What could not be done at the time and is made up for: telling the backend of a sign-out (`revocation`), and what is kept
//! here in memory alone, removing secrets that are no longer to be in the store.

use super::{Desk, Held};
use crate::vault::entry::KeysOf;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::MutexGuard;

/// What is owed.
#[derive(Debug)]
pub struct Owed(Mutex<Vec<Debt>>);

#[derive(Debug)]
enum Debt {
    Removal(KeysOf),
    OlderSession,
    Reckoning(KeysOf),
    /// To look in the store for cancellations of earlier runs.
    Looking,
}

impl Default for Owed {
    fn default() -> Self {
        Self(Mutex::new(vec![Debt::Looking]))
    }
}

impl Owed {
    /// Secrets of an account that was canceled.
    pub fn removal(&self, of: KeysOf) {
        self.add(Debt::Removal(of));
    }

    /// A session that an earlier run may have left in the store, and that must not outlive a sign-out.
    pub fn older_session(&self) {
        self.add(Debt::OlderSession);
    }

    /// A cancellation that was sent and whose answer is not known.
    pub fn reckoning(&self, of: KeysOf) {
        self.add(Debt::Reckoning(of));
    }

    fn add(&self, debt: Debt) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(debt);
    }

    fn take(&self) -> Vec<Debt> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Desk {
    /// Tries everything that is owed once, unless somebody signs in or out at this moment.
    pub(super) async fn settle_if_idle(&self) {
        if let Ok(trading) = self.0.signed_in.trading.try_lock() {
            self.settle_owed(&trading).await;
        }
    }

    /// Tries everything that is owed once. Nobody may sign in or out meanwhile.
    pub(super) async fn settle_owed(&self, _trading: &MutexGuard<'_, ()>) {
        let mut debts = VecDeque::from(self.0.owed.take());
        while let Some(debt) = debts.pop_front() {
            let settled = match &debt {
                Debt::Removal(of) => self.remove_secrets(of).await.is_ok() && !self.0.vault.in_memory(),
                Debt::Reckoning(of) => self.is_reckoned(of).await,
                Debt::Looking => match self.0.vault.cancellations(&self.0.origin).await {
                    Ok(sent) => {
                        debts.extend(sent.into_iter().map(Debt::Reckoning));
                        true
                    }
                    Err(_) => false,
                },
                Debt::OlderSession => self.older_session_is_gone().await,
            };
            if !settled {
                self.0.owed.add(debt);
            }
        }
        // last: what was found above may be among them
        self.settle_revocations().await;
    }

    /// Ends the session that the store still holds, at the backend too. One that began since is left alone. A run that
    /// ends before the store can be read leaves such a session behind: the next run cannot know of the sign-out, since
    /// nothing about it could be kept.
    async fn older_session_is_gone(&self) -> bool {
        let name = self.session_name();
        let text = match self.0.vault.stored(&name).await {
            Ok(Some(text)) => text,
            Ok(None) => return true,
            Err(_) => return false,
        };
        if let Ok(older) = serde_json::from_str::<Held>(text.expose()) {
            if self.0.signed_in.is(&older) {
                return true;
            }
            self.owes_revocation(&older.token).await;
        }
        self.0.vault.remove_stored(&name, text).await.is_ok()
    }
}
