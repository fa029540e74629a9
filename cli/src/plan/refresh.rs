//! `postern plan refresh`: signs in and reads the base of a plan again, so that its steps are not asked about when it is applied.

use super::answers::Answers;
use super::each::{Outcome, each};
use super::reach::{Reach, places};
use super::words;
use crate::ending::Ending;
use clap::Args;
use postern_client::plan::{Opened, refreshing, status, write};
use postern_contract::plan::{PlanFieldProblem, PlanStep};
use postern_contract::{Problem, ProblemCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What it takes.
#[derive(Debug, Args)]
pub struct Refresh {
    /// Plans, or folders with plans; each is written in place
    #[arg(required = true, value_name = "FILE|FOLDER")]
    plans: Vec<PathBuf>,
    /// Read answers from this file descriptor instead of a prompt; `postern plan apply --help` has the grammar
    #[arg(long, value_name = "N")]
    answers_fd: Option<u32>,
    #[command(flatten)]
    reach: Reach,
}

/// What became of one plan.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Refreshed {
    /// The file.
    pub file: String,
    /// The account, where the file could be read.
    pub account: String,
    /// The backend.
    pub backend: String,
    /// How it ended: `done`, `failed`, `refused`, `waiting`.
    pub ending: &'static str,
    /// Each step, with what stands there now.
    pub steps: Vec<PlanStep>,
    /// What of the plan does not fit the account.
    pub faults: Vec<PlanFieldProblem>,
    /// Whether signatures beside it no longer fit.
    pub unsigned: bool,
    /// What went wrong.
    pub problem: Option<Problem>,
}

impl Outcome for Refreshed {
    fn of(file: String) -> Self {
        Self { file, ..Self::default() }
    }

    fn end(&mut self, ending: Ending, problem: Option<Problem>) {
        (self.ending, self.problem) = (ending.as_str(), problem);
    }

    fn words(&self, _: &Path) -> String {
        words::refreshed(self)
    }
}

impl Refresh {
    /// Carries it out.
    pub fn run(self) -> Result<Ending, Problem> {
        let work = async |opened: &Opened, answers: &mut Answers, done: &mut Refreshed| {
            self.one(opened, answers, done).await
        };
        Ok(each(&self.plans, self.answers_fd, work)?.0)
    }

    async fn one(
        &self,
        opened: &Opened,
        answers: &mut Answers,
        done: &mut Refreshed,
    ) -> Result<Ending, Problem> {
        let refused = |findings: &[_]| Problem::new(ProblemCode::PlanRefused).findings(findings.to_vec());
        let plan = opened.plan().map_err(refused)?;
        (done.account, done.backend) = (plan.account.email.clone(), plan.account.backend.clone());
        if status::is_begun(&places(), plan.plan.id)? {
            return Err(words::refresh_of_begun(&opened.name()));
        }
        let Some(reached) = self.reach.sign_in(opened, answers).await? else { return Ok(Ending::Waiting) };
        let desk = &reached.with.desk;
        let read = desk.read_account().await;
        let key = desk.make_fingerprint_key().await;
        // a session that cannot be ended just now ends by itself
        let _ = desk.sign_out().await;
        desk.close().await;
        let recalled = read?;
        match refreshing::refreshed(plan, &recalled, key.as_ref()) {
            Ok(new) => {
                write(opened.path(), &new)?;
                done.steps = refreshing::steps(&new, &recalled);
                done.unsigned = opened.is_signed();
                Ok(Ending::Done)
            }
            Err(faults) => {
                done.faults = faults;
                Ok(Ending::Refused)
            }
        }
    }
}
