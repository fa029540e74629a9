//! `postern plan apply`: plans for one account or many, one after the other, each with a result of its own.

use super::answers::{Answers, Kind};
use super::diff::of_view;
use super::reach::{Reach, Reached, places, plans, policy};
use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::{Application, Opened, SystemClock, now};
use postern_contract::configuration::OfferId;
use postern_contract::plan::{PlanAnswer, PlanAsk, PlanProgress, PlanRefusal, PlanStep, Receipt, Standing};
use postern_contract::{Problem, ProblemCode, Secret};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest wait that a backend may ask for and that is waited out here, in seconds: a number may be sent again after 60.
const WAIT_MAX: u32 = 120;

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
#[derive(Debug, Default, Serialize)]
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

impl Apply {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let plans = plans(&self.plans)?;
        let mut answers =
            Answers::open(self.answers_fd, &plans).map_err(|_| Problem::new(ProblemCode::FileFailed))?;
        let mut all = Vec::new();
        let mut worst = Ending::Done;
        for (at, path) in plans.iter().enumerate() {
            answers.turn(at);
            let mut applied = Applied { file: path.display().to_string(), ..Applied::default() };
            let ending = match super::block_on(self.one(path, &mut answers, &mut applied)) {
                Ok(ending) => ending,
                Err(problem) => {
                    let ending = words::ending(&problem);
                    applied.problem = Some(problem);
                    ending
                }
            };
            applied.ending = ending.as_str();
            if !around.json {
                said::result(words::applied(&applied));
            }
            worst = worst.worse(ending);
            all.push(applied);
        }
        if around.json {
            said::json(&all);
        } else if all.len() > 1 {
            said::result(words::summary(&all.iter().map(|applied| applied.ending).collect::<Vec<_>>()));
        }
        Ok(worst)
    }

    async fn one(
        &self,
        path: &Path,
        answers: &mut Answers,
        applied: &mut Applied,
    ) -> Result<Ending, Problem> {
        let opened = Opened::read(path)?;
        if let Ok(plan) = opened.plan() {
            applied.account.clone_from(&plan.account.email);
        }
        // what needs no sign-in is refused before a password is asked for
        if let Some(refused) = opened.refused_at_sight(&places()?, &policy(), now(&SystemClock))? {
            let done = matches!(refused, PlanRefusal::AppliedAlready(_));
            let waits = matches!(refused, PlanRefusal::CountersignatureMissing(_) | PlanRefusal::TooEarly(_));
            applied.refused = Some(refused);
            for finding in opened.findings() {
                said::aside(words::finding(finding));
            }
            return Ok(if done {
                Ending::Done
            } else if waits {
                Ending::Waiting
            } else {
                Ending::Refused
            });
        }
        let Some(reached) = self.reach.sign_in(&opened, answers).await? else { return Ok(Ending::Waiting) };
        let ending = walk(&opened, &reached, answers, applied).await;
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
        let progress = application.answer(answer).await;
        applied.steps.clone_from(&progress.steps);
        if let Some(receipt) = progress.receipt {
            let is_failed =
                |standing: &Standing| matches!(standing, Standing::Failed(_) | Standing::NotKnown);
            let failed = receipt.steps.iter().any(|step| is_failed(&step.standing));
            applied.receipt = Some(receipt);
            return Ok(if failed { Ending::Failed } else { Ending::Done });
        }
        if let Some(next) = next(&progress, &reached.password, answers).await {
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
    password: &Secret<String>,
    answers: &mut Answers,
) -> Option<PlanAnswer> {
    if let Some(problem) = &progress.problem {
        said::aside(words::problem(problem));
        if let Some(seconds) = wait_for(problem) {
            rest(seconds).await;
        }
    }
    let ask = progress.ask.as_ref()?;
    match ask {
        // it was right a moment ago; where it no longer is, nobody here knows another
        PlanAsk::Password if progress.problem.is_some() => None,
        PlanAsk::Password => Some(PlanAnswer::Password(password.clone())),
        PlanAsk::SecondFactor { challenge } => {
            number(answers, &words::second_factor(challenge), challenge.number.tries_left)
        }
        PlanAsk::Number { address, tries_left, .. } => {
            number(answers, &words::number(address, *tries_left), *tries_left)
        }
        PlanAsk::Drift { step } => {
            let typed = answers.ask(Kind::Drift, &words::drift(step))?;
            Some(if typed.expose() == "mine" { PlanAnswer::TakeMine } else { PlanAnswer::KeepTheirs })
        }
        PlanAsk::Trouble { problem, subject } => {
            if let Some(seconds) = wait_for(problem) {
                said::aside(words::waits(seconds));
                rest(seconds).await;
                return Some(PlanAnswer::Again);
            }
            let typed = answers.ask(Kind::Trouble, &words::trouble(subject, problem))?;
            match typed.expose().as_str() {
                "again" => Some(PlanAnswer::Again),
                "skip" => Some(PlanAnswer::Skip),
                _ => None,
            }
        }
    }
}

fn number(answers: &mut Answers, question: &str, tries_left: u32) -> Option<PlanAnswer> {
    let typed = answers.ask(Kind::Number, question)?;
    if typed.expose() == "resend" || tries_left == 0 {
        return Some(PlanAnswer::Resend);
    }
    Some(PlanAnswer::Number(typed.expose().clone()))
}

fn wait_for(problem: &Problem) -> Option<u32> {
    let seconds = problem.retry_after_seconds?;
    (problem.code == ProblemCode::TooManyRequests && seconds <= WAIT_MAX).then_some(seconds)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the backend said how long to wait; nothing tells when it is over"
)]
async fn rest(seconds: u32) {
    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
}
