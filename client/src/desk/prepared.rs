//! What a prepared plan asks of a desk beside operations: which backend it is, and requests that stay the same request over
//! a restart.

use super::Desk;
use crate::ask::ask_for;
use crate::wish::Wish;
use postern_contract::operation::Operation;
use postern_contract::shell::{BackendFace, Ended};
use postern_contract::{Problem, ProblemCode};

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

    /// Why the last session of this run ended; none while somebody is signed in.
    pub(crate) fn ended(&self) -> Option<Ended> {
        self.0.signed_in.ended()
    }

    /// Asks for what is done once under a key that was noted before, in this run or an earlier one.
    pub(crate) async fn ask_under<O: Operation>(
        &self,
        key: &str,
        operation: &O,
    ) -> Result<O::Answer, Problem> {
        let held = self.required().await?;
        let wish = Wish::kept(operation, key)?;
        let answer = ask_for(self.transport(), operation, Some(&held.token), wish.as_ref()).await;
        if answer.as_ref().is_err_and(|problem| problem.code == ProblemCode::Unauthenticated) {
            self.lost(&held).await;
        }
        answer
    }
}
