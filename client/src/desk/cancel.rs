//! Cancelling the subscription: the backend first, then everything this computer kept for the account.

use super::Desk;
use crate::vault::entry::KeysOf;
use postern_contract::Problem;
use postern_contract::operation::CancelSubscription;
use postern_contract::session::Cancellation;
use postern_contract::shell::{CancelInput, Ended};

impl Desk {
    /// Cancels the subscription and removes the account's secrets. Where the store refuses just now, they are removed
    /// as soon as it does not; they open nothing any more.
    pub async fn cancel_subscription(&self, input: CancelInput) -> Result<(), Problem> {
        let _one_at_a_time = self.key_work().await;
        let held = self.required().await?;
        let of = self.keys_of(&held);
        let operation = CancelSubscription { body: Cancellation { agree: input.agree } };
        self.ask_as(Some(held), &operation).await?;
        self.0.signed_in.end(Ended::Canceled);
        let removed = self.remove_secrets(&of).await;
        if let Err(problem) = &removed {
            tracing::warn!(
                code = problem.code.as_str(),
                "secrets of a cancelled account are still in the store"
            );
        }
        // beside what memory held by choice, the store may hold older ones
        if removed.is_err() || self.0.vault.in_memory() {
            self.0.owed.removal(of);
        }
        Ok(())
    }

    /// Removes every secret of an account, its session's included; with the embedded backend's last account also what
    /// that backend seals with.
    pub(super) async fn remove_secrets(&self, of: &KeysOf) -> Result<(), Problem> {
        for (key, _) in self.0.vault.keys(of).await? {
            self.0.vault.remove(&of.name(key)).await?;
        }
        if self.held().await?.is_none() {
            self.0.vault.remove(&self.session_name()).await?;
        }
        if let Some(embedded) = &self.0.embedded
            && embedded.accounts().await? == 0
        {
            self.remove_backend_key().await?;
        }
        Ok(())
    }
}
