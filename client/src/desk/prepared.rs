//! What a prepared plan asks of a desk beside operations: which backend it is, and requests that stay the same request over
//! a restart.

use super::{Desk, Held};
use crate::ask::ask_for;
use crate::wish::Wish;
use postern_contract::account::Account;
use postern_contract::operation::{ChangeAccount, Operation};
use postern_contract::shell::BackendFace;
use postern_contract::{AccountId, Moment, Problem, ProblemCode};

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
