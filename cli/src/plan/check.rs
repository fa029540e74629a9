//! `postern plan check`: everything that is wrong with plans, all at once. It reads the files and nothing else.

use super::{reach, words};
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::Opened;
use postern_contract::configuration::Finding;
use serde::Serialize;
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct Check {
    /// Plans, or folders with plans
    #[arg(required = true, value_name = "FILE|FOLDER")]
    plans: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Checked {
    file: String,
    good: bool,
    findings: Vec<Finding>,
}

impl Check {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        let plans = match reach::plans(&self.plans) {
            Ok(plans) => plans,
            Err(problem) => {
                said::aside(words::problem(&problem));
                return Ending::Failed;
            }
        };
        let mut all = Vec::new();
        let mut ending = Ending::Done;
        for path in plans {
            let file = path.display().to_string();
            match Opened::read(&path) {
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
        if around.json {
            said::json(&all);
            return ending;
        }
        for checked in &all {
            for finding in &checked.findings {
                said::aside(words::finding(finding));
            }
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
