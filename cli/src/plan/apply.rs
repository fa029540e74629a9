//! `postern plan apply`: plans for one account or many, one after the other, each with a result of its own.

use super::answers::{Answers, Kind};
use super::diff::{of_standings, of_view};
use super::each::{Outcome, each};
use super::number::{Typed, number, of_challenge, rest, wait_for};
use super::reach::{Reach, Reached, places, policy};
use super::words;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::{Application, Opened, SystemClock, now};
use postern_contract::configuration::OfferId;
use postern_contract::plan::{PlanAnswer, PlanAsk, PlanProgress, PlanRefusal, PlanStep, Receipt};
use postern_contract::{Problem, ProblemCode, Secret};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What answers a step that drifted.
const DRIFT: [&str; 2] = ["mine", "theirs"];
/// What answers a step in trouble.
const TROUBLE: [&str; 3] = ["again", "skip", "stop"];
/// What answers a cancellation that nobody can look up.
const OVER: [&str; 4] = ["again", "canceled", "skip", "stop"];

/// What it takes.
#[derive(Debug, Args)]
pub struct Apply {
    /// Plans, or folders with plans
    #[arg(required = true, value_name = "FILE|FOLDER")]
    plans: Vec<PathBuf>,
    /// Read answers from this file descriptor instead of a prompt
    #[arg(long, value_name = "N")]
    answers_fd: Option<u32>,
    #[command(flatten)]
    reach: Reach,
}

/// What became of one plan.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Applied {
    /// The file.
    pub file: String,
    /// The account, where the file could be read.
    pub account: String,
    /// How it ended: `done`, `failed`, `refused`, `waiting`.
    pub ending: &'static str,
    /// Each step.
    pub steps: Vec<PlanStep>,
    /// The receipt, where all steps have ended.
    pub receipt: Option<Receipt>,
    /// Why it was refused.
    pub refused: Option<PlanRefusal>,
    /// What went wrong.
    pub problem: Option<Problem>,
}

impl Outcome for Applied {
    fn of(file: String) -> Self {
        Self { file, ..Self::default() }
    }

    fn end(&mut self, ending: Ending, problem: Option<Problem>) {
        self.ending = ending.as_str();
        self.problem = problem.or(self.problem.take());
    }

    fn words(&self, _: &Path) -> String {
        words::applied(self)
    }
}

impl Apply {
    /// Carries it out.
    pub fn run(self) -> Result<Ending, Problem> {
        let work = async |opened: &Opened, answers: &mut Answers, applied: &mut Applied| {
            self.one(opened, answers, applied).await
        };
        Ok(each(&self.plans, self.answers_fd, work)?.0)
    }

    async fn one(
        &self,
        opened: &Opened,
        answers: &mut Answers,
        applied: &mut Applied,
    ) -> Result<Ending, Problem> {
        if let Ok(plan) = opened.plan() {
            applied.account.clone_from(&plan.account.email);
        }
        // what needs no sign-in is refused before a password is asked for
        if let Some(refused) = opened.refused_at_sight(&places(), &policy(), now(&SystemClock))? {
            let waits = matches!(refused, PlanRefusal::CountersignatureMissing(_) | PlanRefusal::TooEarly(_));
            applied.refused = Some(refused);
            for finding in opened.findings() {
                said::finding(finding);
            }
            // how it ended then is how it ends
            if let Some(PlanRefusal::AppliedAlready(_)) = applied.refused {
                applied.receipt = opened.receipt(&places())?;
                let steps = applied.receipt.iter().flat_map(|receipt| &receipt.steps);
                return Ok(of_standings(steps.map(|step| &step.standing)));
            }
            return Ok(if waits { Ending::Waiting } else { Ending::Refused });
        }
        let Some(reached) = self.reach.sign_in(opened, answers).await? else { return Ok(Ending::Waiting) };
        let ending = walk(opened, &reached, answers, applied).await;
        // a session that cannot be ended just now ends by itself
        let _ = reached.with.desk.sign_out().await;
        reached.with.desk.close().await;
        ending
    }
}

async fn walk(
    opened: &Opened,
    reached: &Reached,
    answers: &mut Answers,
    applied: &mut Applied,
) -> Result<Ending, Problem> {
    let mut application = match Application::of(opened, reached.with.clone()).await {
        Ok(application) => application,
        Err(problem) if problem.code == ProblemCode::PlanRefused => {
            let view = opened.view(OfferId(0), &reached.with).await?;
            let ending = if view.refused.is_none() { Ending::Waiting } else { of_view(&view) };
            (applied.refused, applied.steps) = (view.refused, view.steps);
            applied.problem = applied.refused.is_none().then_some(problem);
            return Ok(ending);
        }
        Err(problem) => return Err(problem),
    };
    let mut answer = PlanAnswer::Go;
    loop {
        application.under(policy());
        let progress = application.answer(answer.clone()).await;
        applied.steps.clone_from(&progress.steps);
        if let Some(receipt) = progress.receipt {
            let ending = of_standings(receipt.steps.iter().map(|step| &step.standing));
            applied.receipt = Some(receipt);
            return Ok(ending);
        }
        if let Some(next) = next(&progress, &answer, &reached.password, answers).await {
            answer = next;
            continue;
        }
        application.answer(PlanAnswer::Stop).await;
        if let Some(PlanAsk::Trouble { problem, .. }) = progress.ask {
            let ending = words::ending(&problem);
            applied.problem = Some(*problem);
            return Ok(ending);
        }
        if let (None, Some(problem)) = (&progress.ask, progress.problem) {
            // nothing is asked any more, and the end could not be written
            return Err(problem);
        }
        return Ok(Ending::Waiting);
    }
}

/// The answer to what is asked; none where nobody has one.
async fn next(
    progress: &PlanProgress,
    before: &PlanAnswer,
    password: &Secret<String>,
    answers: &mut Answers,
) -> Option<PlanAnswer> {
    let waits = progress.problem.as_ref().and_then(wait_for);
    if let Some(problem) = &progress.problem {
        said::aside(words::problem(problem));
        if let Some(seconds) = waits {
            rest(seconds).await;
        }
    }
    match progress.ask.as_ref()? {
        PlanAsk::Password => {
            let is_right = match &progress.problem {
                None => true,
                // another number is had with the password alone
                Some(problem) => {
                    waits.is_some()
                        || matches!(problem.code, ProblemCode::NumberExhausted | ProblemCode::NotFound)
                }
            };
            // it was right a moment ago; where it no longer is, nobody here knows another
            is_right.then(|| PlanAnswer::Password(password.clone()))
        }
        // it was asked for and is sent now
        PlanAsk::SecondFactor { .. } | PlanAsk::Number { .. }
            if waits.is_some() && matches!(before, PlanAnswer::Resend) =>
        {
            Some(PlanAnswer::Resend)
        }
        PlanAsk::SecondFactor { challenge } => typed(of_challenge(challenge, answers)),
        PlanAsk::Number { address, tries_left, expires_in_seconds, anew, .. } => {
            let tries_left = if *expires_in_seconds == 0 { 0 } else { *tries_left };
            if *anew {
                said::aside(words::SENT_ANEW);
            }
            typed(number(answers, &words::number(address, tries_left), tries_left == 0))
        }
        PlanAsk::Drift { step } => match answers.choose(Kind::Drift, &words::drift(step), &DRIFT)? {
            "mine" => Some(PlanAnswer::TakeMine),
            _ => Some(PlanAnswer::KeepTheirs),
        },
        PlanAsk::Trouble { problem, subject, sent, over } => {
            if let Some(seconds) = wait_for(problem) {
                said::aside(words::waits(seconds));
                rest(seconds).await;
                return Some(PlanAnswer::Again);
            }
            let question = words::trouble(subject, problem, *sent, *over);
            let choices: &[_] = if *over { &OVER } else { &TROUBLE };
            match answers.choose(Kind::Trouble, &question, choices)? {
                "again" => Some(PlanAnswer::Again),
                "skip" => Some(PlanAnswer::Skip),
                "canceled" => Some(PlanAnswer::Canceled),
                _ => None,
            }
        }
    }
}

fn typed(number: Option<Typed>) -> Option<PlanAnswer> {
    number.map(|typed| match typed {
        Typed::Number(number) => PlanAnswer::Number(number),
        Typed::Resend => PlanAnswer::Resend,
    })
}
