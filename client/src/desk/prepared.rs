//! What a prepared plan asks of a desk beside operations: which backend it is, and requests that stay the same request over
//! a restart.

use super::{Desk, Held};
use crate::ask::ask_for;
use crate::hex;
use crate::plan::mark::FingerprintKey;
use crate::vault::entry::Name;
use crate::wish::Wish;
use postern_contract::account::Account;
use postern_contract::connection::Recalled;
use postern_contract::operation::{ChangeAccount, GetAccount, GetSecurity, ListKeys, Operation};
use postern_contract::shell::BackendFace;
use postern_contract::{AccountId, Moment, Problem, ProblemCode, Secret};

impl Desk {
    /// The backend as a plan names it: `embedded`, or a URL's scheme, host and port.
    pub fn origin(&self) -> String {
        self.0.origin.to_string()
    }

    /// How the backend is named and coloured.
    pub fn face(&self) -> BackendFace {
        self.0.face.clone()
    }

    /// Signs in beside the desktop's own session from now on: neither reads that one nor takes its place in the secret store,
    /// and needs no store. What is signed in so is signed in for this run.
    pub fn stay_aside(&self) {
        self.0.signed_in.stays_aside();
    }

    /// The latest time that the backend said it was, in this run or an earlier one; none where it said none, or is embedded.
    pub(crate) fn date(&self) -> Option<Moment> {
        self.0.way.date()
    }

    /// The account that is signed in, as the backend answers now.
    pub async fn read_account(&self) -> Result<Recalled, Problem> {
        let held = Some(self.required().await?);
        let (account, security, keys) = tokio::try_join!(
            self.ask_as(held.clone(), &GetAccount { body: () }),
            self.ask_as(held.clone(), &GetSecurity { body: () }),
            self.ask_as(held.clone(), &ListKeys { body: () }),
        )?;
        Ok(Recalled { account, security, keys: keys.keys, seen_at: self.0.way.moment() })
    }

    /// The key of the fingerprints of the account that is signed in; none where this computer has none, or its secret store
    /// cannot be used.
    pub async fn fingerprint_key(&self) -> Option<FingerprintKey> {
        let of = self.keys_of(&self.held().await.ok().flatten()?);
        let kept = self.vault().read(&Name::FingerprintKey(of)).await.ok()??;
        hex::decode(kept.expose()).map(|bytes| FingerprintKey::of(Secret::new(bytes)))
    }

    /// The same, made where there is none. None where the secret store cannot keep it: a plan has no fingerprints of values then.
    pub async fn make_fingerprint_key(&self) -> Option<FingerprintKey> {
        if let Some(key) = self.fingerprint_key().await {
            return Some(key);
        }
        let of = self.keys_of(&self.held().await.ok().flatten()?);
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        self.vault().usable().await.ok()?;
        let written = self.vault().write(&Name::FingerprintKey(of), Secret::new(hex::encode(&bytes))).await;
        written.ok()?;
        // another program may have made one at the same time: the one that is kept counts
        self.fingerprint_key().await
    }

    /// Asks for a change of the account as one session: never another account's, whoever has signed in since.
    pub(crate) async fn change_as(&self, held: Held, operation: &ChangeAccount) -> Result<Account, Problem> {
        let account = self.ask_as(Some(held.clone()), operation).await?;
        if self.held().await?.is_some_and(|now| now.account == held.account) {
            self.rename_known(&account.email.as_str().into()).await;
        }
        Ok(account)
    }

    /// Asks as that account, whoever has signed in since, for what is done once under a key that was noted before, in this run or an earlier one.
    pub(crate) async fn ask_under<O: Operation>(
        &self,
        account: AccountId,
        key: &str,
        operation: &O,
    ) -> Result<O::Answer, Problem> {
        let held = self.required().await?;
        if held.account != account {
            return Err(Problem::new(ProblemCode::Unauthenticated));
        }
        let wish = Wish::kept(operation, key)?;
        let answer = ask_for(self.transport(), operation, Some(&held.token), wish.as_ref()).await;
        if answer.as_ref().is_err_and(|problem| problem.code == ProblemCode::Unauthenticated) {
            self.lost(&held).await;
        }
        answer
    }
}
