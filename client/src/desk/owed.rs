//! What could not be done at the time and is made up for: telling the backend of a sign-out, removing secrets of an
//! account that no longer exists. Kept in memory alone; a token is never stored again in order to be revoked.

use super::Desk;
use crate::ask::ask;
use crate::vault::entry::KeysOf;
use postern_contract::operation::CloseSession;
use postern_contract::{ProblemCode, Secret};
use std::sync::{Mutex, PoisonError};

/// What is owed.
#[derive(Debug, Default)]
pub struct Owed(Mutex<Vec<Debt>>);

#[derive(Debug)]
enum Debt {
    Revocation(Secret<String>),
    Removal(KeysOf),
}

impl Owed {
    /// A session that ended here and not yet at the backend.
    pub fn revocation(&self, token: Secret<String>) {
        self.add(Debt::Revocation(token));
    }

    /// Secrets of an account that was cancelled.
    pub fn removal(&self, of: KeysOf) {
        self.add(Debt::Removal(of));
    }

    fn add(&self, debt: Debt) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(debt);
    }

    fn take(&self) -> Vec<Debt> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Desk {
    /// Tries everything that is owed once.
    pub(super) async fn settle_owed(&self) {
        for debt in self.0.owed.take() {
            let settled = match &debt {
                Debt::Revocation(token) => {
                    let told = ask(self.transport(), &CloseSession { body: () }, Some(token)).await;
                    told.is_ok() || told.is_err_and(|problem| problem.code == ProblemCode::Unauthenticated)
                }
                Debt::Removal(of) => self.remove_secrets(of).await.is_ok() && !self.0.vault.in_memory(),
            };
            if !settled {
                self.0.owed.add(debt);
            }
        }
    }
}
