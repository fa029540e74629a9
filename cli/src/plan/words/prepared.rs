//! What `postern plan new` and `postern plan refresh` say.

use super::super::refresh::Refreshed;
use super::problem::finding_of;
use super::{at, fault_of, problem, step};
use crate::ending::Ending;
use crate::words::shown;
use postern_client::config::finding::plain;
use postern_client::plan::Plan;
use postern_contract::Problem;
use std::fmt::Write as _;
use std::path::Path;

/// A plan was written.
pub fn written(path: &Path, plan: &Plan) -> String {
    let needs: Vec<_> = plan.plan.needs.iter().flatten().map(|need| in_needs(need)).collect();
    format!(
        "Prepared {} for {} at {}. Applying needs {}.",
        shown(path),
        plan.account.email,
        at(&plan.account.backend),
        listed(&needs)
    )
}

/// A need of the file inside a sentence.
fn in_needs(need: &str) -> String {
    match need {
        "password" => "the password".to_owned(),
        "secret store" => "a secret store".to_owned(),
        other => format!("the {other}"),
    }
}

/// `one`, `one and two`, `one, two and three`.
fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Which backend is meant is not known.
pub const NO_BACKEND: &str = "No backend is configured here, so it is not known which one the account is at. Nothing was written. Name it with --backend URL, such as --backend https://accounts.harbor.example, or --backend embedded for the one inside the application.";

/// The account could not be read.
pub const NOT_PREPARED: &str = "Not prepared: the account was not read. Nothing was written.";

/// A plan that was begun keeps its base.
pub fn refresh_of_begun(file: &str) -> Problem {
    finding_of(
        file,
        "plan.id",
        "a plan that was begun on this computer".to_owned(),
        "a plan of which nothing was applied",
        "go on with `postern plan apply`, or prepare a new plan; nothing was changed",
    )
}

/// What became of a plan that was to be refreshed.
pub fn refreshed(done: &Refreshed) -> String {
    if done.ending != Ending::Done.as_str() {
        let mut out = format!("{}: {}", plain(&done.file), done.ending);
        for fault in &done.faults {
            let _ = write!(out, "\n  {}", fault_of(fault, "Not refreshed"));
        }
        if let Some(found) = &done.problem {
            let _ = write!(out, "\n  {}", problem(found));
        }
        return out;
    }
    let mut out = format!("Refreshed {} from {} at {}.", plain(&done.file), done.account, at(&done.backend));
    for one in &done.steps {
        let _ = write!(out, "\n{}", step(one));
    }
    if done.unsigned {
        let _ = write!(out, "\n  Its signatures no longer fit: have it signed again.");
    }
    out
}
