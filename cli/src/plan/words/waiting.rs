//! What `postern plan status` and `postern plan put-away` say about plans that wait.

use crate::words::shown;
use postern_client::config::finding::plain;
use postern_client::plan::brought::PutAway;
use postern_client::plan::status::{Offered, UnderWay};
use postern_contract::configuration::{Gravity, PlanState};
use std::fmt::Write as _;
use std::path::Path;

/// A plan that waits.
pub fn under_way(plan: &UnderWay) -> String {
    let done = if plan.ended == 1 { "1 step has".to_owned() } else { format!("{} steps have", plan.ended) };
    format!(
        "waiting: {} for {} at {}, begun {}; {done} ended. Apply it again to go on, or put it away with `postern plan put-away {}`.",
        plain(&plan.file),
        plan.account,
        plan.backend,
        plan.began_at,
        plain(&plan.file)
    )
}

/// There is no receipt of that number.
pub fn no_receipt(number: u64, numbers: &[u64]) -> String {
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(first), Some(last)) if first == last => format!("No receipt {number}; there is {first} only."),
        (Some(first), Some(last)) => format!("No receipt {number}; there are {first} to {last}."),
        _ => format!("No receipt {number}; there are none on this computer."),
    }
}

/// A plan was put away.
pub fn put_away(file: &Path, done: &PutAway) -> String {
    let mut out = format!("Put away: {}.", shown(file));
    if let Some(to) = &done.to {
        let _ = write!(out, " It is kept as {}.", shown(to));
    }
    if let Some(steps) = done.done {
        let _ =
            write!(out, " Steps that ended before: {steps}. They stay as they are, and there is no receipt.");
    }
    out
}

/// There is no such plan to put away.
pub fn nothing_to_put_away(file: &Path) -> String {
    format!(
        "{}: no plan of that name came with an import or was begun here. `postern plan status` lists both. Nothing was changed.",
        shown(file)
    )
}

/// A journal that cannot be read.
pub fn journal_unreadable(path: &Path) -> String {
    format!(
        "The journal {} cannot be read, so its plan is not applied any further; all others are. Where a newer version wrote it, go on with that; where it is damaged, move it away and look at what is done with `postern plan diff`.",
        path.display()
    )
}

/// A plan that came with an import and waits.
pub fn offered(plan: &Offered) -> String {
    let path = shown(&plan.path);
    let (Some(account), Some(backend), Some(reason)) = (&plan.account, &plan.backend, &plan.reason) else {
        return format!(
            "came with an import: {path}. It is no plan that can be read; `postern plan check` says why. Put it away with `postern plan put-away {path}`."
        );
    };
    let way = match (&plan.state, plan.expires_at) {
        (Some(PlanState::Expired(_)), Some(at)) => {
            format!("It expired {at} and cannot be applied. Put it away with `postern plan put-away {path}`.")
        }
        (Some(PlanState::Begun { done, of }), _) => {
            format!("{done} of {of} steps are applied. Go on with `postern plan apply {path}`.")
        }
        _ if plan.findings.iter().any(|finding| finding.gravity == Gravity::Error) => {
            format!(
                "It cannot be applied: see the findings. Put it away with `postern plan put-away {path}`."
            )
        }
        _ => format!(
            "Apply it with `postern plan apply {path}`, or put it away with `postern plan put-away {path}`."
        ),
    };
    format!("came with an import: {path} for {account} at {backend} ({reason}). {way}")
}
