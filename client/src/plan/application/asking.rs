//! What a walk over a plan asks for: the second factor, and the numbers that prove new addresses.

use super::super::journal::Entry;
use super::super::step::Step;
use super::{Application, Sent, Wait};
use crate::hex;
use postern_contract::operation::{
    ConfirmVerification, GetCapabilities, GetSession, ResendChallenge, StartVerification,
};
use postern_contract::plan::{PlanAsk, PlanProgress};
use postern_contract::session::Challenge;
use postern_contract::shell::AnswerNumberInput;
use postern_contract::verification::{Channel, Confirmation, NumberState, Purpose, VerificationRequest};
use postern_contract::{Moment, Problem, ProblemCode, SessionId};

impl Application {
    /// How far it has come.
    pub(super) fn progress(&self, problem: Option<Problem>) -> PlanProgress {
        let subject = |at: usize| self.steps.get(at).map(|step| step.subject.clone());
        let (mut ask, mut receipt) = (None, None);
        match &self.wait {
            Wait::Go => {}
            Wait::Password => ask = Some(PlanAsk::Password),
            Wait::SecondFactor(challenge) => {
                ask = Some(PlanAsk::SecondFactor { challenge: challenge.clone() });
            }
            Wait::Number(sent) => {
                let gone = seconds_between(sent.since, self.now());
                ask = subject(sent.at).map(|subject| PlanAsk::Number {
                    subject,
                    address: self.steps.get(sent.at).and_then(Step::shown).unwrap_or_default(),
                    resend_in_seconds: sent.number.resend_in_seconds.saturating_sub(gone),
                    expires_in_seconds: sent.number.valid_for_seconds.saturating_sub(gone),
                    tries_left: sent.number.tries_left,
                    anew: sent.anew,
                });
            }
            Wait::Drift { at, .. } => {
                ask = self.shown.get(*at).map(|step| PlanAsk::Drift { step: Box::new(step.clone()) });
            }
            Wait::Trouble { at, problem } => {
                let (sent, over) = (self.journal.doing(*at).is_some(), self.may_be_over(*at, problem));
                let trouble = |subject| PlanAsk::Trouble { subject, problem: problem.clone(), sent, over };
                ask = subject(*at).map(trouble);
            }
            Wait::Ended(done) => receipt = Some((**done).clone()),
        }
        PlanProgress { steps: self.shown.clone(), ask, problem, receipt }
    }

    pub(super) async fn second_factor(
        &mut self,
        challenge: Challenge,
        number: String,
    ) -> Result<(), Problem> {
        let input = AnswerNumberInput { challenge: challenge.id, number };
        match self.with.desk.answer_number(input).await {
            Ok(step) => self.stepped_up(step).await,
            Err(problem) => {
                self.wait = match problem.code {
                    // the password asks for another one
                    ProblemCode::NumberExhausted | ProblemCode::NotFound => Wait::Password,
                    _ => Wait::SecondFactor(after(challenge, &problem)),
                };
                Err(problem)
            }
        }
    }

    pub(super) async fn resend_factor(&mut self, challenge: &Challenge) -> Result<(), Problem> {
        let again = self.send(ResendChallenge { id: challenge.id, body: () }).await?;
        self.wait = Wait::SecondFactor(again);
        Ok(())
    }

    /// What is waited for so that a step's new address is proven: the number that was sent already in this session, or a new
    /// one. In another session no number but its own is taken.
    pub(super) async fn number_for(&mut self, at: usize, channel: Channel) -> Result<Wait, Problem> {
        let session = self.session().await?;
        if let Some((id, since)) = self.journal.sent(at, session) {
            let limits = self.with.desk.ask(&GetCapabilities { body: () }).await?;
            if seconds_between(since, self.now()) < limits.number_lifetime_seconds {
                let number = NumberState {
                    valid_for_seconds: limits.number_lifetime_seconds,
                    tries_left: limits.number_tries,
                    resend_in_seconds: limits.number_resend_seconds,
                };
                return Ok(Wait::Number(Sent { at, id, since, number, anew: false }));
            }
        }
        self.start_verification(at, channel, session).await
    }

    async fn session(&self) -> Result<SessionId, Problem> {
        Ok(self.with.desk.ask(&GetSession { body: () }).await?.id)
    }

    /// Sends a number to a step's new address. The wish is noted first, so that in this session the same number is asked for
    /// again, and not another, where this run ends before the answer is noted.
    async fn start_verification(
        &mut self,
        at: usize,
        channel: Channel,
        session: SessionId,
    ) -> Result<Wait, Problem> {
        let anew = self.journal.asked_elsewhere(at, session);
        let wish = if let Some(wish) = self.journal.open_wish(at, session) {
            wish.to_owned()
        } else {
            let mut random = [0; 16];
            getrandom::fill(&mut random).map_err(|_| Problem::new(ProblemCode::Internal))?;
            let wish = hex::encode(&random);
            let when = self.now();
            let session = Some(session);
            self.journal.note(Entry::Asking { at: when, step: at, wish: wish.clone(), session })?;
            wish
        };
        let address = self.steps.get(at).and_then(Step::address).unwrap_or_default();
        let body = VerificationRequest { purpose: Purpose::ChangeContact, channel, address };
        let account = self.account()?;
        let sent = match self.with.desk.ask_under(account, &wish, &StartVerification { body }).await {
            Ok(sent) => sent,
            Err(problem) => {
                if is_decided(problem.code) {
                    let when = self.now();
                    self.journal.note(Entry::Refused { at: when, step: at })?;
                }
                return Err(problem);
            }
        };
        let since = self.now();
        let session = Some(session);
        self.journal.note(Entry::Sent { at: since, step: at, verification: sent.id, session })?;
        Ok(Wait::Number(Sent { at, id: sent.id, since, number: sent.number, anew }))
    }

    pub(super) async fn resend(&mut self, sent: Sent) -> Result<(), Problem> {
        let Some(channel) = self.steps.get(sent.at).and_then(Step::proven_by) else { return Ok(()) };
        self.allowed(None)?;
        let session = self.session().await?;
        match self.start_verification(sent.at, channel, session).await {
            Ok(wait) => self.wait = wait,
            Err(problem) if problem.code == ProblemCode::StepUpRequired => self.wait = Wait::Password,
            Err(problem) => return Err(problem),
        }
        Ok(())
    }

    /// Trades the number for a proof, and goes on with it.
    pub(super) async fn confirm(&mut self, sent: Sent, number: String) -> Result<(), Problem> {
        let body = Confirmation { number, asker: None };
        match self.send(ConfirmVerification { id: sent.id, body }).await {
            Ok(proof) => {
                self.proofs.insert(sent.at, proof);
                self.go_on().await
            }
            Err(problem) => {
                match problem.code {
                    // it was asked for in another session: another number goes out, and the question says so
                    ProblemCode::NotFound => {
                        self.resend(sent).await?;
                        if let Wait::Number(sent) = &mut self.wait {
                            sent.anew = true;
                        }
                        return Ok(());
                    }
                    ProblemCode::NumberExhausted | ProblemCode::NumberExpired => {
                        let number = NumberState { tries_left: 0, valid_for_seconds: 0, ..sent.number };
                        self.wait = Wait::Number(Sent { number, ..sent });
                    }
                    _ => {
                        let tries_left = problem.tries_left.unwrap_or(sent.number.tries_left);
                        let number = NumberState { tries_left, ..sent.number };
                        self.wait = Wait::Number(Sent { number, anew: false, ..sent });
                    }
                }
                Err(problem)
            }
        }
    }
}

/// The challenge after a number that was not taken.
fn after(mut challenge: Challenge, problem: &Problem) -> Challenge {
    if let Some(tries_left) = problem.tries_left {
        challenge.number.tries_left = tries_left;
    }
    if problem.code == ProblemCode::NumberExpired {
        challenge.number.valid_for_seconds = 0;
    }
    challenge
}

/// Whether such an answer to a wish is its last word: asking again is another wish then.
fn is_decided(code: ProblemCode) -> bool {
    code.status() != 0
        && !matches!(code, ProblemCode::RequestInFlight | ProblemCode::Overloaded | ProblemCode::Internal)
}

fn seconds_between(from: Moment, to: Moment) -> u32 {
    let gone = (to.as_millisecond() - from.as_millisecond()) / 1000;
    u32::try_from(gone.max(0)).unwrap_or(u32::MAX)
}
