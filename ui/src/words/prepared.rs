//! What the window Prepared changes says around plans: what they are for, what a step changes, what a receipt tells.

use super::Said;
use postern_contract::Moment;
use postern_contract::configuration::PlanState;
use postern_contract::plan::{Drift, PlanStep, PlanView, Receipt, Standing, StepSubject};

/// What plans are for.
pub const fn about_plans() -> &'static str {
    "A plan lists changes to apply later. Prepare it offline, review it, apply it online."
}

/// A field of the account inside a sentence, by its name in a plan.
pub fn field(name: &str) -> &'static str {
    match name {
        "name" => "name",
        "task" => "task",
        "email" => "email address",
        "mobile_phone" => "mobile phone number",
        _ => "2-Factor authentication",
    }
}

/// What was typed in another window stands in the form; none where nothing was.
pub fn filled_in(fields: &[&str]) -> Option<Said> {
    let what = format!("Filled in as you typed it: {}", fields.join(", "));
    (!fields.is_empty()).then(|| Said::new(what, "Say what it is for, then press Review."))
}

/// What cannot be known without looking at the account.
pub const fn not_known() -> &'static str {
    "Not known"
}

/// The colour of a standing: what is well, what needs attention, what failed.
pub const fn step_tone(standing: &Standing) -> Option<&'static str> {
    match standing {
        Standing::Done | Standing::AlreadyDone => Some("ok"),
        Standing::Drifted | Standing::NotKnown | Standing::Stated => Some("warn"),
        Standing::Failed(_) => Some("error"),
        Standing::Same | Standing::ToDo | Standing::Skipped => None,
    }
}

/// One side of a step: a value, or what stands for none.
pub fn step_value(step: &PlanStep, value: Option<&str>) -> String {
    match (&step.subject, value) {
        (StepSubject::TwoFactor, Some("disabled")) => "Disabled".to_owned(),
        (StepSubject::TwoFactor, Some("email")) => "Enabled, by email".to_owned(),
        (StepSubject::TwoFactor, Some("text_message")) => "Enabled, by text message".to_owned(),
        (_, Some(value)) if !value.is_empty() => super::marked(value),
        _ => "—".to_owned(),
    }
}

/// Whom a receipt is about, and when: `mina@harbor.example at Harbor, 23 Nov 2026, 18:02:11`.
pub fn receipt_about(receipt: &Receipt, when: &str) -> String {
    format!(
        "Receipt {}: {} {}, {when}",
        receipt.number.0,
        receipt.account,
        super::at_backend(&receipt.backend)
    )
}

/// The chain of receipts does not hold.
pub const fn chain_broken() -> &'static str {
    "This receipt, or one before it, was altered or taken out since it was written."
}

/// A copy of a receipt was saved.
pub fn receipt_saved(name: &str) -> Said {
    Said::new(format!("{name} is saved."), "")
}

/// The account, the backend, and when a plan counts.
pub fn plan_facts(plan: &PlanView, when: impl Fn(Moment) -> String) -> String {
    let mut said = vec![format!("For {} {}.", plan.account, super::at_backend(&plan.backend))];
    said.extend(plan.prepared_at.map(|moment| format!("Prepared {}.", when(moment))));
    said.extend(plan.not_before.map(|moment| format!("Not before {}.", when(moment))));
    said.extend(plan.expires_at.map(|moment| format!("Expires {}.", when(moment))));
    if !plan.signed_by.is_empty() {
        said.push(format!("Signed by {}.", plan.signed_by.join(", ")));
    }
    said.join(" ")
}

/// How far a file that waits has come.
pub fn plan_state(state: Option<PlanState>, when: impl Fn(Moment) -> String) -> String {
    match state {
        None => "Nothing was done with it yet.".to_owned(),
        Some(PlanState::Begun { done, of }) => {
            format!("{done} of {} applied.", super::count(of, "step", "steps"))
        }
        Some(PlanState::Applied) => "Applied.".to_owned(),
        Some(PlanState::Expired(moment)) => format!("Expired {}. It cannot be applied.", when(moment)),
    }
}

/// What pressing the button does.
pub const fn before_applying(interrupted: bool) -> &'static str {
    if interrupted {
        "It was interrupted. What is done is not done again; it goes on with the next step."
    } else {
        "Each step is looked at again before it is done. You can stop after any of them."
    }
}

/// Where a number was sent; `anew` where an earlier one no longer counts.
pub fn number_to(address: &str, anew: bool) -> String {
    let sent = if anew {
        "An earlier number no longer counts, since its session has ended. Another"
    } else {
        "A number"
    };
    format!("{sent} was sent to {address}. It proves that the new address is yours.")
}

/// The question about a step that drifted.
pub fn drifted(step: &PlanStep) -> String {
    let subject = super::subject_of(&step.subject);
    let now = step.from.as_deref().unwrap_or_default();
    match (&step.subject, step.drift) {
        (StepSubject::DeleteKey(label), Some(Drift::Renamed)) => {
            format!("The key seen as “{label}” is now named “{now}”. Delete it?")
        }
        (StepSubject::DeleteKey(label), Some(Drift::OtherKey)) if now == label => {
            format!("A key named {label} exists, but it is not the one the plan was prepared for")
        }
        (StepSubject::DeleteKey(label), Some(Drift::OtherKey)) => {
            format!("No key is named “{label}”, but one is named “{now}”. Delete it?")
        }
        (StepSubject::DeleteKey(label), _) => {
            format!(
                "Which key named “{label}” the plan was prepared for is unknown. Delete the one that exists now?"
            )
        }
        (StepSubject::AddKey(label), _) => format!("A key named “{label}” exists already. Add another?"),
        (_, Some(Drift::Unknown)) => format!("{subject}: the value at preparation is unknown"),
        _ => format!("{subject} was changed since the plan was prepared"),
    }
}

/// The heading over a step that could not be done.
pub fn in_trouble(subject: &StepSubject) -> String {
    format!("{}: this step is not finished", super::subject_of(subject))
}

/// What skipping such a step means: of one that was not sent, one that was, and a cancellation that cannot be looked up.
pub const fn skipping(sent: bool, over: bool) -> &'static str {
    match (sent, over) {
        (_, true) => {
            "The cancellation was sent and its answer was lost. Signing in shows whether the account is still there: if so, \
             sign in and try again. If signing in no longer works, say that it is canceled. Skipped, the receipt says \
             that its outcome is not known."
        }
        (true, false) => {
            "It was sent, so it may have been done. Skipped, it is looked up once more; where that cannot be, the receipt \
             says that its outcome is not known."
        }
        (false, false) => "It was not sent. Skipped, it stays as it is, and the receipt says that it failed.",
    }
}
