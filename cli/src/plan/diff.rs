//! `postern plan diff`: signs in and shows how each step stands now. Nothing is changed.

use super::answers::Answers;
use super::reach::{Reach, answers, places, plans};
use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::Opened;
use postern_contract::Problem;
use postern_contract::configuration::OfferId;
use postern_contract::plan::{PlanRefusal, PlanView, Standing};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

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
#[derive(Debug, Serialize, JsonSchema)]
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

impl Diff {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let plans = plans(&self.plans)?;
        let mut answers = answers(self.answers_fd, &plans)?;
        let mut all = Vec::new();
        let mut worst = Ending::Done;
        let read = Opened::read_all(&plans, &places());
        for (at, (path, opened)) in plans.iter().zip(read).enumerate() {
            answers.turn(at);
            let held = opened.and_then(|opened| super::block_on(self.one(&opened, &mut answers)));
            let (ending, view, problem) = match held {
                Ok(Some(view)) => (of_view(&view), Some(view), None),
                Ok(None) => (Ending::Waiting, None, None),
                Err(problem) => (words::ending(&problem), None, Some(problem)),
            };
            if !around.json {
                said::result(
                    view.as_ref()
                        .map_or_else(|| words::not_held(path, ending, problem.as_ref()), words::view),
                );
            }
            worst = worst.worse(ending);
            let file = path.display().to_string();
            all.push(Held { file, ending: ending.as_str(), view, problem });
        }
        let summary = words::summary(&all.iter().map(|held| held.ending).collect::<Vec<_>>());
        if all.len() > 1 {
            said::result(&summary);
        }
        let changes = all.iter().filter_map(|held| held.view.as_ref()).any(changes);
        if worst != Ending::Done {
            said::note(summary);
        }
        said::json(&all);
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
