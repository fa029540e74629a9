//! Questions about steps that drifted.

use super::{marked, subject};
use postern_contract::plan::{Drift, PlanStep, StepSubject};

/// Asks about a step that drifted.
pub fn drift(step: &PlanStep) -> String {
    let answers = match &step.subject {
        StepSubject::DeleteKey(_) => "mine (delete it) or theirs (keep it)?",
        _ => "mine or theirs?",
    };
    format!("{} {answers}", drifted(step))
}

/// Why a step drifted.
pub fn drifted(step: &PlanStep) -> String {
    let from = step.from.as_deref();
    let now = from.map(marked).unwrap_or_default();
    match (&step.subject, step.drift) {
        (StepSubject::DeleteKey(label), Some(Drift::Renamed)) => {
            let label = marked(label);
            format!("The key seen as \"{label}\" is now named \"{now}\". Delete it?")
        }
        (StepSubject::DeleteKey(label), Some(Drift::OtherKey)) if from == Some(label) => {
            let label = marked(label);
            format!("A key named {label} exists, but it is not the one the plan was prepared for. Delete it?")
        }
        (StepSubject::DeleteKey(label), Some(Drift::OtherKey)) => {
            let label = marked(label);
            format!("No key is named \"{label}\", but one is named \"{now}\". Delete it?")
        }
        (StepSubject::DeleteKey(label), _) => {
            let label = marked(label);
            format!(
                "Which key named \"{label}\" the plan was prepared for is unknown; one exists now. Delete it?"
            )
        }
        (StepSubject::AddKey(label), _) => {
            format!("A key named \"{}\" exists already. Add another?", marked(label))
        }
        (of, why) => {
            let field = subject(of);
            let was = if why == Some(Drift::Unknown) {
                format!("The {} at preparation is unknown.", in_a_sentence(&field))
            } else {
                format!("{field} was changed since the plan was prepared.")
            };
            let is = step
                .from
                .as_ref()
                .map_or_else(|| "It is empty now".to_owned(), |now| format!("It is \"{}\" now", marked(now)));
            let wanted = step.to.as_ref().map_or_else(
                || "the plan empties it".to_owned(),
                |to| format!("the plan sets \"{}\"", marked(to)),
            );
            format!("{was} {is}; {wanted}.")
        }
    }
}

/// A field's name inside a sentence.
fn in_a_sentence(field: &str) -> String {
    let mut letters = field.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
