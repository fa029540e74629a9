//! `postern plan diff`: signs in and shows how each step stands now. Nothing is changed.

use super::answers::Answers;
use super::reach::{Reach, plans};
use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::Opened;
use postern_contract::configuration::OfferId;
use postern_contract::plan::{PlanRefusal, PlanView, Standing};
use postern_contract::{Problem, ProblemCode};
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
    #[command(flatten)]
    reach: Reach,
}

impl Diff {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let mut answers =
            Answers::open(self.answers_fd).map_err(|_| Problem::new(ProblemCode::FileFailed))?;
        let mut views = Vec::new();
        let mut ending = Ending::Done;
        for path in plans(&self.plans)? {
            match super::block_on(self.one(&path, &mut answers)) {
                Ok(Some(view)) => {
                    ending = ending.worse(of_view(&view));
                    views.push(view);
                }
                Ok(None) => ending = ending.worse(Ending::Waiting),
                Err(problem) => {
                    said::aside(words::of_file(&path, &words::problem(&problem)));
                    ending = ending.worse(words::ending(&problem));
                }
            }
        }
        if around.json {
            said::json(&views);
        } else {
            for view in &views {
                said::result(words::view(view));
            }
        }
        Ok(ending)
    }

    async fn one(&self, path: &Path, answers: &mut Answers) -> Result<Option<PlanView>, Problem> {
        let opened = Opened::read(path)?;
        let Some(reached) = self.reach.sign_in(&opened, answers).await? else { return Ok(None) };
        let view = opened.view(OfferId(0), &reached.with).await;
        // a session that cannot be ended just now ends by itself
        let _ = reached.with.desk.sign_out().await;
        reached.with.desk.close().await;
        view.map(Some)
    }
}

/// What a view means for a script.
pub fn of_view(view: &PlanView) -> Ending {
    match &view.refused {
        Some(PlanRefusal::CountersignatureMissing(_) | PlanRefusal::TooEarly(_)) => Ending::Waiting,
        Some(PlanRefusal::Unreachable) => Ending::Failed,
        Some(PlanRefusal::AppliedAlready(_)) => Ending::Done,
        Some(_) => Ending::Refused,
        None if view.steps.iter().any(|step| step.standing == Standing::Drifted) => Ending::Waiting,
        None => Ending::Done,
    }
}
