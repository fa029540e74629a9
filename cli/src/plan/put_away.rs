//! `postern plan put-away`: a plan that is not to be applied waits no more. Its file is kept.

use super::{reach, words};
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::{SystemClock, brought, now};
use postern_contract::ProblemCode;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct PutAway {
    /// Plans that came with an import, or were begun; by their paths or, as `plan status` lists them, by their names
    #[arg(required = true, value_name = "FILE")]
    plans: Vec<PathBuf>,
}

/// What became of one plan.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Put {
    /// The file, as it was named.
    file: String,
    /// What was done; none where nothing was.
    put_away: Option<brought::PutAway>,
}

impl PutAway {
    /// Carries it out.
    pub fn run(self) -> Ending {
        let mut ending = Ending::Done;
        let mut all = Vec::new();
        for path in &self.plans {
            let put_away = match brought::put_away(&reach::places(), path, now(&SystemClock)) {
                Ok(done) => {
                    said::result(words::put_away(path, &done));
                    Some(done)
                }
                Err(problem) => {
                    let (said, how) = if problem.code == ProblemCode::NotFound {
                        (words::nothing_to_put_away(path), Ending::Failed)
                    } else {
                        (words::problem(&problem), words::ending(&problem))
                    };
                    said::problem(&problem, said);
                    ending = ending.worse(how);
                    None
                }
            };
            all.push(Put { file: path.display().to_string(), put_away });
        }
        said::json(&all);
        ending
    }
}
