//! Signing in and out, and entering the password again. The token goes into the vault and never out of this crate.

use super::Desk;
use super::signed_in::Held;
use super::unlock::Unlock;
use crate::ask::ask;
use postern_contract::operation::{AnswerChallenge, CloseSession, OpenSession, StepUp};
use postern_contract::session::{Credentials, Number, PasswordAgain, SignIn};
use postern_contract::shell::{AnswerNumberInput, Ended, PasswordInput, SignInInput, SignInStep};
use postern_contract::{Problem, ProblemCode, Secret};
use std::time::Duration;
use tokio::time::timeout;

/// How long somebody who signs out waits until the backend knows. The secret is gone here already; what was not told is
/// told as soon as the backend answers again, in this run or a later one.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the session is over, by what was answered to its end.
fn is_over(told: &Result<(), Problem>) -> bool {
    told.as_ref().err().is_none_or(|problem| problem.code == ProblemCode::Unauthenticated)
}

fn is_throttled(answer: &Result<SignIn, Problem>) -> bool {
    answer.as_ref().err().is_some_and(|problem| problem.code == ProblemCode::TooManyRequests)
}

impl Desk {
    /// Signs in with address and password. Where the token could not be kept the password is not even sent: the answer
    /// is the store's problem, and the person unlocks the store or chooses memory.
    pub async fn sign_in(&self, input: SignInInput) -> Result<SignInStep, Problem> {
        let trading = self.0.signed_in.trading.lock().await;
        self.session_can_be_kept().await?;
        self.settle_owed(&trading).await;
        let desktop = self.known_as(&input.email).await;
        let (email, password, place) = (input.email, input.password, self.0.place.clone());
        let mut body = Credentials { email, password, place, desktop };
        let mut answer = ask(self.transport(), &OpenSession { body: body.clone() }, None).await;
        // the failures of a known desktop may be those of whoever copied what it shows: without it they do not count
        if is_throttled(&answer) && body.desktop.take().is_some() {
            answer = ask(self.transport(), &OpenSession { body }, None).await;
        }
        self.keep_new(answer?).await
    }

    /// Answers the second factor of a sign-in or a step-up.
    pub async fn answer_number(&self, input: AnswerNumberInput) -> Result<SignInStep, Problem> {
        let _trading = self.0.signed_in.trading.lock().await;
        let operation = AnswerChallenge { id: input.challenge, body: Number { number: input.number } };
        if self.0.signed_in.is_step_up(input.challenge) {
            let held = self.required().await?;
            let answer = ask(self.transport(), &operation, Some(&held.token)).await;
            return self.keep_traded(answer).await;
        }
        self.session_can_be_kept().await?;
        let answer = ask(self.transport(), &operation, None).await?;
        self.keep_new(answer).await
    }

    /// Enters the password again.
    pub async fn step_up(&self, input: PasswordInput) -> Result<SignInStep, Problem> {
        let _trading = self.0.signed_in.trading.lock().await;
        let held = self.required().await?;
        let operation = StepUp { body: PasswordAgain { password: input.password } };
        let answer = ask(self.transport(), &operation, Some(&held.token)).await;
        if let Ok(SignIn::SecondFactor { challenge }) = &answer {
            self.0.signed_in.steps_up(challenge.id);
        }
        self.keep_traded(answer).await
    }

    /// Signs out: here at once, at the backend when it can be reached. Fails only where the store would not let go of a
    /// token that still works.
    pub async fn sign_out(&self) -> Result<(), Problem> {
        let _trading = self.0.signed_in.trading.lock().await;
        // an entry that cannot be read cannot be told to the backend either; removing it is tried all the same
        let Some(held) = self.held().await.unwrap_or_default() else {
            return self.forget(Ended::SignedOut).await;
        };
        // first, so that a run that ends here leaves no session of which nobody knows; a disk that is stuck keeps nobody
        let _ = timeout(PATIENCE, self.owes_revocation(&held.token)).await;
        let removed = self.forget(Ended::SignedOut).await;
        if self.connection().trouble.is_none() {
            let close = CloseSession { body: () };
            let told = timeout(PATIENCE, ask(self.transport(), &close, Some(&held.token))).await;
            // whatever became of it otherwise: telling twice does no harm
            if told.is_ok_and(|told| is_over(&told)) {
                self.has_heard(&held.token).await;
                return Ok(());
            }
        }
        removed
    }

    /// Keeps a new session, or gives it back where it cannot be kept after all.
    async fn keep_new(&self, answer: SignIn) -> Result<SignInStep, Problem> {
        let (token, session, desktop) = match answer {
            SignIn::Complete { token, session, desktop } => (token, session, desktop),
            SignIn::SecondFactor { challenge } => return Ok(SignInStep::SecondFactor { challenge }),
        };
        let held = Held { account: session.account_id, token };
        if let Err(problem) = self.keep(&held).await {
            if !is_over(&ask(self.transport(), &CloseSession { body: () }, Some(&held.token)).await) {
                self.owes_revocation(&held.token).await;
            }
            return Err(problem);
        }
        self.0.signed_in.begin(held);
        self.keep_known(&session, desktop).await;
        Ok(SignInStep::Complete { session })
    }

    /// Keeps the token that took another's place. The old one is dead, so where the store fails now the new one serves
    /// for this run, and the next begins at sign-in.
    async fn keep_traded(&self, answer: Result<SignIn, Problem>) -> Result<SignInStep, Problem> {
        match answer {
            Ok(SignIn::Complete { token, session, .. }) => {
                let held = Held { account: session.account_id, token };
                if let Err(problem) = self.keep(&held).await {
                    tracing::warn!(code = problem.code.as_str(), "the session will not outlive this run");
                }
                self.0.signed_in.begin(held);
                let unlock = Unlock::granted(self.0.clock.as_ref(), session.unlocked_for_seconds);
                self.0.signed_in.unlock_changes(unlock);
                Ok(SignInStep::Complete { session })
            }
            Ok(SignIn::SecondFactor { challenge }) => Ok(SignInStep::SecondFactor { challenge }),
            Err(problem) => {
                if problem.code == ProblemCode::Unauthenticated {
                    // the answer says it all; what the vault thinks of it is in the log
                    let _ = self.forget(Ended::ByBackend).await;
                }
                Err(problem)
            }
        }
    }

    async fn session_can_be_kept(&self) -> Result<(), Problem> {
        if self.0.signed_in.is_aside() { Ok(()) } else { self.0.vault.usable().await }
    }

    async fn keep(&self, held: &Held) -> Result<(), Problem> {
        if self.0.signed_in.is_aside() {
            return Ok(());
        }
        let text = serde_json::to_string(held).map_err(|_| Problem::new(ProblemCode::StoreFailed))?;
        self.0.vault.write(&self.session_name(), Secret::new(text)).await
    }
}
