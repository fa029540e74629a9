//! `postern plan check`: everything that is wrong with plans, all at once: in the files, and because of other files of the same
//! id, among them or on this computer.

use super::{reach, words};
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::Opened;
use postern_contract::configuration::Finding;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct Check {
    /// Plans, or folders with plans
    #[arg(required = true, value_name = "FILE|FOLDER")]
    plans: Vec<PathBuf>,
}

/// What was found of one plan.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checked {
    /// The file.
    file: String,
    /// Whether it can be applied, as far as the file alone can tell.
    good: bool,
    /// What is wrong with it.
    findings: Vec<Finding>,
}

impl Check {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        let plans = match reach::plans(&self.plans) {
            Ok(plans) => plans,
            Err(problem) => {
                said::problem(&problem, words::problem(&problem));
                return Ending::Failed;
            }
        };
        let mut all = Vec::new();
        let mut ending = Ending::Done;
        let read = Opened::read_all(&plans, &reach::places());
        for (path, opened) in plans.iter().zip(read) {
            let file = path.display().to_string();
            match opened {
                Ok(opened) => {
                    let good = opened.plan().is_ok();
                    if !good && ending == Ending::Done {
                        ending = Ending::Refused;
                    }
                    all.push(Checked { file, good, findings: opened.findings().to_vec() });
                }
                Err(problem) => {
                    ending = Ending::Failed;
                    all.push(Checked { file, good: false, findings: problem.findings });
                }
            }
        }
        if ending != Ending::Done {
            said::note(crate::words::FINDINGS);
        }
        for checked in &all {
            checked.findings.iter().for_each(said::finding);
        }
        if around.json {
            said::json(&all);
            return ending;
        }
        for checked in &all {
            if checked.good {
                said::result(words::good(&checked.file));
            } else {
                said::result(words::to_mend(&checked.file));
            }
        }
        if all.len() > 1 {
            said::result(words::checked(all.len(), all.iter().filter(|checked| checked.good).count()));
        }
        ending
    }
}
