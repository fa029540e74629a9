//! Several plans, one after the other: each has its answers and its result, and the one that needs attention first decides how
//! the command ends.

use super::answers::Answers;
use super::reach::{answers, places, plans};
use super::words;
use crate::ending::Ending;
use crate::said;
use postern_client::plan::Opened;
use postern_contract::Problem;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What became of one plan.
pub trait Outcome: Serialize {
    /// Of this file, before anything was done.
    fn of(file: String) -> Self;

    /// Notes how it ended, and what went wrong.
    fn end(&mut self, ending: Ending, problem: Option<Problem>);

    /// The result for a person.
    fn words(&self, file: &Path) -> String;
}

/// Works on every plan that is named, files and those in folders, and prints the results.
pub fn each<T: Outcome>(
    named: &[PathBuf],
    answers_fd: Option<u32>,
    mut work: impl AsyncFnMut(&Opened, &mut Answers, &mut T) -> Result<Ending, Problem>,
) -> Result<(Ending, Vec<T>), Problem> {
    let plans = plans(named)?;
    let mut answers = answers(answers_fd, &plans)?;
    let (mut all, mut endings, mut worst) = (Vec::new(), Vec::new(), Ending::Done);
    let read = Opened::read_all(&plans, &places());
    for (at, (path, opened)) in plans.iter().zip(read).enumerate() {
        answers.turn(at);
        let mut outcome = T::of(path.display().to_string());
        let done = opened.and_then(|opened| super::block_on(work(&opened, &mut answers, &mut outcome)));
        let (ending, problem) = match done {
            Ok(ending) => (ending, None),
            Err(problem) => (words::ending(&problem), Some(problem)),
        };
        outcome.end(ending, problem);
        said::result(outcome.words(path));
        worst = worst.worse(ending);
        endings.push(ending.as_str());
        all.push(outcome);
    }
    let summary = words::summary(&endings);
    if all.len() > 1 {
        said::result(&summary);
    }
    if worst != Ending::Done {
        said::note(summary);
    }
    said::json(&all);
    Ok((worst, all))
}
