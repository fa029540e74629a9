//! How the steps of a plan stand, in words, and what a receipt says.

use super::count;
use postern_contract::plan::{Receipt, Standing};

/// A word or two for a step's place in the list, and an icon.
pub const fn stands(standing: &Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Same => ("info", "Same"),
        Standing::ToDo => ("clock", "To do"),
        Standing::AlreadyDone => ("check", "Already done"),
        Standing::Drifted => ("both", "Drifted"),
        Standing::Done => ("done", "Done"),
        Standing::Skipped => ("info", "Skipped"),
        Standing::Failed(_) => ("alert", "Failed"),
        Standing::NotKnown => ("alert", "Sent, outcome not known"),
        Standing::Stated => ("info", "Stated by a person, not verified"),
    }
}

/// How a step ended, with the reason where it could not be done.
pub fn outcome(standing: &Standing) -> String {
    match standing {
        Standing::Failed(problem) => format!("Failed: {}", super::problem(problem, super::Act::Apply).what),
        other => stands(other).1.to_owned(),
    }
}

/// `3 done, 1 skipped`.
pub fn receipt(receipt: &Receipt) -> String {
    let number = |wanted: fn(&Standing) -> bool| {
        let steps = receipt.steps.iter().filter(|outcome| wanted(&outcome.standing)).count();
        u32::try_from(steps).unwrap_or(u32::MAX)
    };
    let parts = [
        (number(|s| matches!(s, Standing::Done)), "done"),
        (number(|s| matches!(s, Standing::Same | Standing::AlreadyDone)), "as wanted before"),
        (number(|s| matches!(s, Standing::Skipped)), "skipped"),
        (number(|s| matches!(s, Standing::Failed(_))), "failed"),
        (number(|s| matches!(s, Standing::NotKnown)), "not known"),
        (number(|s| matches!(s, Standing::Stated)), "stated by a person"),
        (number(|s| matches!(s, Standing::ToDo | Standing::Drifted)), "left"),
    ];
    let said: Vec<_> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let steps = count(u32::try_from(receipt.steps.len()).unwrap_or(u32::MAX), "step", "steps");
    if said.is_empty() { steps } else { format!("{steps}: {}", said.join(", ")) }
}
