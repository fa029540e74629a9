//! Applying a plan: a walk over its steps that stops where a person is needed and goes on with the answer. Each step is looked
//! up at the account before it is done, and noted in the journal before and after; one whose outcome is not known is looked up
//! before it is done again. So it can be stopped anywhere, by anything, and goes on where it stopped.

mod asking;
mod doing;

use super::countersign::Policy;
use super::file::Plan;
use super::journal::{Entry, Journal};
use super::opened::{Opened, With, shown};
use super::receipts::{Done, Receipts};
use super::seen::Seen;
use super::step::{self, Step};
use postern_contract::operation::WebviewOperation;
use postern_contract::plan::{Outcome, PlanAnswer, PlanProgress, PlanStep, Receipt, Standing};
use postern_contract::session::Challenge;
use postern_contract::shell::{PasswordInput, SignInStep};
use postern_contract::verification::{NumberState, Proof};
use postern_contract::{Moment, Operation, Problem, ProblemCode, VerificationId};
use std::collections::BTreeMap;

/// How often in a row a step whose state was changed elsewhere at the same moment is looked at again.
const LOOKS: u32 = 3;

/// A plan being applied.
#[derive(Debug)]
pub struct Application {
    with: With,
    opened: Opened,
    plan: Plan,
    steps: Vec<Step>,
    shown: Vec<PlanStep>,
    journal: Journal,
    /// Proofs of new addresses, until they are spent. Never written anywhere.
    proofs: BTreeMap<usize, Proof>,
    /// Whether the backend said in this run that the subscription is canceled.
    canceled: bool,
    wait: Wait,
}

/// What it waits for.
#[derive(Debug, Clone)]
enum Wait {
    /// To begin, or to go on after a stop.
    Go,
    Password,
    SecondFactor(Challenge),
    Number(Sent),
    Drift {
        at: usize,
        found: String,
    },
    Trouble {
        at: usize,
        problem: Box<Problem>,
    },
    Ended(Box<Receipt>),
}

/// A number that was sent to a new address.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: usize,
    id: VerificationId,
    since: Moment,
    number: NumberState,
    /// Whether it took the place of one whose session has ended.
    anew: bool,
}

impl Application {
    /// Takes up the plan, from its beginning or where it stopped. `plan_refused` where it cannot be applied as things are, or
    /// is being applied elsewhere on this computer; [`Opened::view`] says why.
    pub async fn of(opened: &Opened, with: With) -> Result<Self, Problem> {
        let refused = || Problem::new(ProblemCode::PlanRefused);
        let plan = opened.plan().map_err(|findings| refused().findings(findings.to_vec()))?.clone();
        let journal = Journal::take(&with.places, plan.plan.id)?;
        let (why, seen) = opened.held(&plan, &journal, &with).await;
        if why.is_some() {
            return Err(refused());
        }
        let steps = step::of(&plan);
        let show = |(at, step)| shown(&plan, at, step, seen.as_ref(), &journal);
        let shown = steps.iter().enumerate().map(show).collect();
        let mut application = Self {
            with,
            opened: opened.clone(),
            plan,
            steps,
            shown,
            journal,
            proofs: BTreeMap::new(),
            canceled: false,
            wait: Wait::Go,
        };
        if let Some(seen) = seen {
            application.note_beginning(&seen)?;
        }
        Ok(application)
    }

    /// What the policy wants by now: it counts for what is done from here on.
    pub fn under(&mut self, policy: Policy) {
        self.with.policy = policy;
    }

    /// Answers what it waits for, and goes on until it waits again or has ended.
    pub async fn answer(&mut self, answer: PlanAnswer) -> PlanProgress {
        let problem = self.take(answer).await.err();
        self.progress(problem)
    }

    fn note_beginning(&mut self, seen: &Seen) -> Result<(), Problem> {
        if self.journal.began().is_some() {
            return Ok(());
        }
        let entry = Entry::Began {
            at: self.now(),
            sha256: self.opened.sha256(),
            file: self.opened.name(),
            account: seen.account.id,
            email: seen.account.email.clone(),
            backend: self.plan.account.backend.clone(),
        };
        self.journal.note(entry)
    }

    async fn take(&mut self, answer: PlanAnswer) -> Result<(), Problem> {
        match (self.wait.clone(), answer) {
            (Wait::Ended(_), _) => Ok(()),
            (_, PlanAnswer::Stop) => {
                self.wait = Wait::Go;
                Ok(())
            }
            (Wait::Go | Wait::Trouble { .. }, PlanAnswer::Go | PlanAnswer::Again) => self.go_on().await,
            (Wait::Password, PlanAnswer::Password(password)) => {
                let step = self.with.desk.step_up(PasswordInput { password }).await?;
                self.stepped_up(step).await
            }
            (Wait::SecondFactor(challenge), PlanAnswer::Number(number)) => {
                self.second_factor(challenge, number).await
            }
            (Wait::SecondFactor(challenge), PlanAnswer::Resend) => self.resend_factor(&challenge).await,
            (Wait::SecondFactor(_), PlanAnswer::Again) => {
                self.wait = Wait::Password;
                Ok(())
            }
            (Wait::Number(sent), PlanAnswer::Number(number)) => self.confirm(sent, number).await,
            (Wait::Number(sent), PlanAnswer::Resend) => self.resend(sent).await,
            (Wait::Number(Sent { at, .. }), PlanAnswer::Skip) => self.leave(at, Standing::Skipped).await,
            (Wait::Drift { at, found }, PlanAnswer::KeepTheirs | PlanAnswer::Skip) => {
                self.choose(at, found, false).await
            }
            (Wait::Drift { at, found }, PlanAnswer::TakeMine) => self.choose(at, found, true).await,
            // it was sent and nobody can sign in any more: a person's word counts where the account cannot be looked at
            (Wait::Trouble { at, problem }, PlanAnswer::Canceled) if self.may_be_over(at, &problem) => {
                match self.left(at, &problem).await {
                    Standing::NotKnown => self.leave(at, Standing::Stated).await,
                    _ => self.go_on().await,
                }
            }
            (Wait::Trouble { at, problem }, PlanAnswer::Skip) => {
                let standing = self.left(at, &problem).await;
                self.leave(at, standing).await
            }
            // an answer to another question
            _ => Err(Problem::new(ProblemCode::Malformed)),
        }
    }

    async fn stepped_up(&mut self, step: SignInStep) -> Result<(), Problem> {
        match step {
            SignInStep::Complete { .. } => self.go_on().await,
            SignInStep::SecondFactor { challenge } => {
                self.wait = Wait::SecondFactor(challenge);
                Ok(())
            }
        }
    }

    async fn choose(&mut self, at: usize, found: String, mine: bool) -> Result<(), Problem> {
        let when = self.now();
        self.journal.note(Entry::Chose { at: when, step: at, mine, found })?;
        self.go_on().await
    }

    async fn leave(&mut self, at: usize, standing: Standing) -> Result<(), Problem> {
        self.end(at, standing)?;
        self.go_on().await
    }

    /// Walks until a person is needed or all is done.
    async fn go_on(&mut self) -> Result<(), Problem> {
        // what was asked is answered: should the end fail to be written, it is not asked again
        self.wait = Wait::Go;
        let mut looks = 0;
        loop {
            let next = (0..self.steps.len()).find(|at| self.journal.ended(*at).is_none());
            let Some(at) = next else { return self.finish() };
            match self.step(at).await {
                Ok(None) => looks = 0,
                Ok(Some(wait)) => {
                    self.wait = wait;
                    return Ok(());
                }
                Err(problem) if problem.code == ProblemCode::StepUpRequired => {
                    self.wait = Wait::Password;
                    return Ok(());
                }
                // changed elsewhere since it was looked at, or the proof has grown too old: look again
                Err(problem)
                    if looks < LOOKS
                        && matches!(
                            problem.code,
                            ProblemCode::PreconditionFailed | ProblemCode::ProofRefused
                        ) =>
                {
                    looks += 1;
                }
                Err(problem) => {
                    self.wait = Wait::Trouble { at, problem: Box::new(problem) };
                    return Ok(());
                }
            }
        }
    }

    /// All steps have ended: the receipt, then the journal's last line. Killed in between, the receipt is found again.
    fn finish(&mut self) -> Result<(), Problem> {
        let now = self.now();
        let outcome = |(at, step): (usize, &Step)| {
            let (standing, at) = self.journal.ended(at)?;
            Some(Outcome { subject: step.subject.clone(), standing, at })
        };
        let done = Done {
            plan: self.plan.plan.id,
            file: self.opened.name(),
            author: self.plan.plan.author.clone(),
            reason: self.plan.plan.reason.clone(),
            account: self.journal.named().map_or(&*self.plan.account.email, |(_, email, _)| email).to_owned(),
            backend: self.plan.account.backend.clone(),
            began_at: self.journal.began().map_or(now, |(at, ..)| at),
            ended_at: now,
            steps: self.steps.iter().enumerate().filter_map(outcome).collect(),
        };
        let receipt = Receipts::at(&self.with.places).add(done)?;
        self.journal.note(Entry::Finished { at: now, receipt: receipt.number.0 })?;
        self.wait = Wait::Ended(Box::new(receipt));
        Ok(())
    }

    /// Notes how a step ended.
    fn end(&mut self, at: usize, standing: Standing) -> Result<(), Problem> {
        let when = self.now();
        self.journal.note(Entry::Ended { at: when, step: at, standing: standing.clone() })?;
        if let Some(shown) = self.shown.get_mut(at) {
            (shown.standing, shown.drift) = (standing, None);
        }
        Ok(())
    }

    fn now(&self) -> Moment {
        self.with.clock.now()
    }

    /// Carries what a window may send, and reads the answer.
    async fn send<O: WebviewOperation>(&self, operation: O) -> Result<<O as Operation>::Answer, Problem> {
        let answer = self.with.desk.send(operation.into_request()).await?;
        serde_json::from_value(answer).map_err(|_| Problem::new(ProblemCode::NotOurBackend))
    }
}
