//! `postern plan diff`: signs in and shows how each step stands now. Nothing is changed.

use super::answers::Answers;
use super::each::{Outcome, each};
use super::reach::Reach;
use super::words;
use crate::ending::Ending;
use clap::Args;
use postern_client::plan::Opened;
use postern_contract::Problem;
use postern_contract::configuration::OfferId;
use postern_contract::plan::{PlanRefusal, PlanView, Standing};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What it takes.
#[derive(Debug, Args)]
pub struct Diff {
    /// Plans, or folders with plans
    #[arg(required = true, value_name = "FILE|FOLDER")]
    plans: Vec<PathBuf>,
    /// Read answers from this file descriptor instead of a prompt; `postern plan apply --help` has the grammar
    #[arg(long, value_name = "N")]
    answers_fd: Option<u32>,
    /// End with 2 where the plans would change something, as terraform does; with 0 where they would not
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    reach: Reach,
}

/// What was found of one plan.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Held {
    /// The file.
    file: String,
    /// `done`: it can be applied, or was; `failed`, `refused`, `waiting`.
    ending: &'static str,
    /// Each step, where the account could be read.
    view: Option<PlanView>,
    /// What went wrong.
    problem: Option<Problem>,
}

impl Outcome for Held {
    fn of(file: String) -> Self {
        Self { file, ..Self::default() }
    }

    fn end(&mut self, ending: Ending, problem: Option<Problem>) {
        (self.ending, self.problem) = (ending.as_str(), problem);
    }

    fn words(&self, file: &Path) -> String {
        let not_held = || words::not_held(file, self.ending, self.problem.as_ref());
        self.view.as_ref().map_or_else(not_held, words::view)
    }
}

impl Diff {
    /// Carries it out.
    pub fn run(self) -> Result<Ending, Problem> {
        let work = async |opened: &Opened, answers: &mut Answers, held: &mut Held| {
            held.view = self.one(opened, answers).await?;
            Ok(held.view.as_ref().map_or(Ending::Waiting, of_view))
        };
        let (worst, all) = each(&self.plans, self.answers_fd, work)?;
        let changes = all.iter().filter_map(|held| held.view.as_ref()).any(changes);
        let is_detailed = self.detailed_exitcode && worst == Ending::Done && changes;
        Ok(if is_detailed { Ending::Changes } else { worst })
    }

    async fn one(&self, opened: &Opened, answers: &mut Answers) -> Result<Option<PlanView>, Problem> {
        let Some(reached) = self.reach.sign_in(opened, answers).await? else { return Ok(None) };
        let view = opened.view(OfferId(0), &reached.with).await;
        // a session that cannot be ended just now ends by itself
        let _ = reached.with.desk.sign_out().await;
        reached.with.desk.close().await;
        view.map(Some)
    }
}

/// Whether applying it would change something.
fn changes(view: &PlanView) -> bool {
    view.refused.is_none() && view.steps.iter().any(|step| step.standing == Standing::ToDo)
}

/// What a view means for a script.
pub fn of_view(view: &PlanView) -> Ending {
    match &view.refused {
        Some(PlanRefusal::CountersignatureMissing(_) | PlanRefusal::TooEarly(_)) => Ending::Waiting,
        Some(PlanRefusal::Unreachable) => Ending::Failed,
        Some(PlanRefusal::AppliedAlready(_)) => of_standings(view.steps.iter().map(|step| &step.standing)),
        Some(_) => Ending::Refused,
        None if view.steps.iter().any(|step| step.standing == Standing::Drifted) => Ending::Waiting,
        None => Ending::Done,
    }
}

/// What the steps of a plan that was applied mean for a script.
pub fn of_standings<'a>(mut standings: impl Iterator<Item = &'a Standing>) -> Ending {
    let failed = |standing: &Standing| matches!(standing, Standing::Failed(_) | Standing::NotKnown);
    if standings.any(failed) { Ending::Failed } else { Ending::Done }
}
