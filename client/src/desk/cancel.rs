//! Cancelling the subscription: the backend first, then everything this computer kept for the account.

use super::{Desk, Held};
use crate::ask::ask;
use crate::vault::entry::{KeysOf, Name};
use postern_contract::operation::{CancelSubscription, GetWhoAmI};
use postern_contract::session::Cancellation;
use postern_contract::shell::{CancelInput, Ended};
use postern_contract::{Problem, ProblemCode, Secret};

impl Desk {
    /// Cancels the subscription and removes the account's secrets. Where the store refuses just now, they are removed
    /// as soon as it does not; they open nothing any more. That it was sent is noted in the store first: whatever
    /// becomes of the answer, or of this run, what is left is found again. The password must have been entered just now.
    pub async fn cancel_subscription(&self, input: CancelInput) -> Result<(), Problem> {
        self.unlocked_just_now()?;
        self.cancel_subscription_as(self.required().await?, input).await
    }

    /// The same as one session: never another account's, whoever has signed in since.
    pub(crate) async fn cancel_subscription_as(&self, held: Held, input: CancelInput) -> Result<(), Problem> {
        let _one_at_a_time = self.key_work().await;
        let of = self.keys_of(&held);
        let operation = CancelSubscription { body: Cancellation { agree: input.agree } };
        let note = Name::Cancellation(of.clone());
        noted(self.0.vault.write(&note, Secret::from("sent")).await);
        if let Err(problem) = self.ask_as(Some(held), &operation).await {
            if is_definite(problem.code) {
                noted(self.0.vault.remove(&note).await);
            } else {
                self.0.owed.reckoning(of);
            }
            return Err(problem);
        }
        if self.held().await.ok().flatten().is_none_or(|now| now.account == of.account) {
            self.0.signed_in.end(Ended::Canceled);
        }
        let removed = self.remove_secrets(&of).await;
        if let Err(problem) = &removed {
            tracing::warn!(
                code = problem.code.as_str(),
                "secrets of a canceled account are still in the store"
            );
        }
        // beside what memory held by choice, the store may hold older ones
        if removed.is_err() || self.0.vault.in_memory() {
            self.0.owed.removal(of);
        }
        Ok(())
    }

    /// Finds out what became of a cancellation whose answer was lost, once nobody is signed in to that account: its keys
    /// are asked whether they still open it. Where one does, or that cannot be told, every secret stays. False where it
    /// is still open.
    pub(super) async fn is_reckoned(&self, of: &KeysOf) -> bool {
        let Ok(_key_work) = self.0.keys.try_lock() else { return false };
        if !self.held().await.is_ok_and(|held| held.is_none_or(|held| held.account != of.account)) {
            return false;
        }
        let Ok(kept) = self.entries(of).await else { return false };
        let mut refused = false;
        for (_, entry) in kept {
            let Ok(secret) = entry.secret() else { continue };
            let token = Secret::from(secret.expose());
            let asked = ask(self.transport(), &GetWhoAmI { body: () }, Some(&token)).await;
            match asked {
                Ok(_) => return self.0.vault.remove(&Name::Cancellation(of.clone())).await.is_ok(),
                Err(problem) if problem.code == ProblemCode::Unauthenticated => refused |= entry.registered,
                Err(_) => return false,
            }
        }
        let removed = self.remove_secrets(of).await.is_ok();
        // it was sent, and the backend knows neither the session nor a key that it had registered
        if refused && self.0.signed_in.ended() == Some(Ended::ByBackend) {
            self.0.signed_in.end(Ended::Canceled);
        }
        removed && !self.0.vault.in_memory()
    }

    /// Removes every secret of an account, its session's and what the backend knew this desktop by included; with the embedded backend's last account also what
    /// that backend seals with.
    pub(super) async fn remove_secrets(&self, of: &KeysOf) -> Result<(), Problem> {
        self.forget_seen(of).await;
        for (key, _) in self.0.vault.keys(of).await? {
            self.0.vault.remove(&of.name(key)).await?;
        }
        self.0.vault.remove(&Name::Desktop(of.clone())).await?;
        self.0.vault.remove(&Name::FingerprintKey(of.clone())).await?;
        if self.held().await?.is_none() && !self.0.signed_in.is_aside() {
            self.0.vault.remove(&self.session_name()).await?;
        }
        if let Some(embedded) = &self.0.embedded
            && embedded.accounts().await? == 0
        {
            self.remove_backend_key().await?;
        }
        self.0.vault.remove(&Name::Cancellation(of.clone())).await
    }
}

/// Whether such an answer says that the account is still there.
fn is_definite(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::Rejected
            | ProblemCode::Malformed
            | ProblemCode::NotPermitted
            | ProblemCode::StepUpRequired
            | ProblemCode::TooManyRequests
    )
}

fn noted(done: Result<(), Problem>) {
    if let Err(problem) = done {
        tracing::warn!(
            code = problem.code.as_str(),
            "what became of a cancellation is not noted in the store"
        );
    }
}
