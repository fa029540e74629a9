//! What an operator does to one account: each act is one transaction, and stands in the account's own trail. Where a server
//! that works on the same account was in the way, it is done again.

use crate::guess;
use crate::http::insist::insist;
use crate::notice::{email_of, phone_of, tell};
use crate::state::Backend;
use crate::store::{AccountRow, Tx};
use contract::activity::Event;
use contract::message::Notice;
use contract::{AccountId, Problem, ProblemCode};

impl Backend {
    /// Keeps an account from being used: its sessions end, its keys stop working, and signing in is refused as a wrong
    /// password is. Nothing is erased, and the owner is told. Whether it was not so before.
    pub async fn disable_account(&self, id: AccountId) -> Result<bool, Problem> {
        insist(self, || self.disable_once(id)).await
    }

    async fn disable_once(&self, id: AccountId) -> Result<bool, Problem> {
        let (mut tx, account) = self.subject(id).await?;
        if account.disabled_at.is_some() {
            return Ok(false);
        }
        let now = self.now();
        tx.disable_account(id, Some(now)).await?;
        tx.delete_sessions(id).await?;
        tx.kill_numbers(id, now).await?;
        tx.kill_proofs(id).await?;
        tx.kill_challenges(id, now).await?;
        self.note(&mut tx, id, Event::AccountDisabled).await?;
        self.tell_both(&mut tx, &account, Notice::AccountDisabled).await?;
        self.commit_and_deliver(tx).await?;
        Ok(true)
    }

    /// Lets it be used again; its keys work as before. Whether it was not so before.
    pub async fn enable_account(&self, id: AccountId) -> Result<bool, Problem> {
        insist(self, || self.enable_once(id)).await
    }

    async fn enable_once(&self, id: AccountId) -> Result<bool, Problem> {
        let (mut tx, account) = self.subject(id).await?;
        if account.disabled_at.is_none() {
            return Ok(false);
        }
        tx.disable_account(id, None).await?;
        self.note(&mut tx, id, Event::AccountEnabled).await?;
        self.tell_both(&mut tx, &account, Notice::AccountEnabled).await?;
        self.commit_and_deliver(tx).await?;
        Ok(true)
    }

    /// Takes the second factor away from somebody who has lost it, ends all sessions and tells the owner. Whether there
    /// was one. A short password alone signs in until it is changed: that is the owner's next step.
    pub async fn reset_two_factor(&self, id: AccountId) -> Result<bool, Problem> {
        insist(self, || self.reset_once(id)).await
    }

    async fn reset_once(&self, id: AccountId) -> Result<bool, Problem> {
        let (mut tx, account) = self.subject(id).await?;
        if !account.two_factor {
            return Ok(false);
        }
        let now = self.now();
        tx.update_security(id, false, account.method).await?;
        tx.delete_sessions(id).await?;
        tx.kill_challenges(id, now).await?;
        self.note(&mut tx, id, Event::TwoFactorReset).await?;
        self.tell_both(&mut tx, &account, Notice::TwoFactorDisabled).await?;
        self.commit_and_deliver(tx).await?;
        Ok(true)
    }

    /// Forgets what was guessed wrong at the account's email address, in its sessions and at its known desktops, so that nobody
    /// waits for it any more. Who guessed may guess again, and sees it: that is the operator's to judge. Whether there was
    /// anything.
    pub async fn unlock_account(&self, id: AccountId) -> Result<bool, Problem> {
        insist(self, || self.unlock_once(id)).await
    }

    async fn unlock_once(&self, id: AccountId) -> Result<bool, Problem> {
        let (mut tx, account) = self.subject(id).await?;
        let email = email_of(&account);
        let address = self.keys().address(email.kind(), &email.canonical);
        let within = guess::forget(&mut tx, id).await?;
        if !guess::forget_address(&mut tx, &address).await? && !within {
            return Ok(false);
        }
        self.note(&mut tx, id, Event::AccountUnlocked).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn subject(&self, id: AccountId) -> Result<(Tx, AccountRow), Problem> {
        let mut tx = self.store().write().await?;
        let account = tx.account(id).await?.ok_or(ProblemCode::NotFound)?;
        Ok((tx, account))
    }

    async fn tell_both(&self, tx: &mut Tx, account: &AccountRow, notice: Notice) -> Result<(), Problem> {
        tell(self, tx, account, notice, None, &[email_of(account), phone_of(account)]).await
    }

    async fn note(&self, tx: &mut Tx, id: AccountId, event: Event) -> Result<(), Problem> {
        Ok(tx.record(id, event, None, self.now(), self.settings().activity_max).await?)
    }
}
