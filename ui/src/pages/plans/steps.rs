//! The steps of a plan as a table, and what applying needs.

use crate::parts::Icon;
use crate::words;
use postern_contract::plan::{Need, PlanStep};
use sycamore::prelude::*;

/// The table. `standing` is left out where the account was not looked at.
pub fn table(steps: &[PlanStep], standing: bool) -> View {
    let rows: Vec<View> = steps.iter().map(|step| row(step, standing)).collect();
    let last = standing.then(|| view! { th(scope="col") { "Standing" } });
    view! {
        table(class="steps", "aria-label"="Steps") {
            thead { tr { th(scope="col") { "Step" } th(scope="col") { "Now" } th(scope="col") { "Planned" } (last) } }
            tbody { (rows) }
        }
    }
}

fn row(step: &PlanStep, standing: bool) -> View {
    let (icon, word) = words::stands(&step.standing);
    let outcome = words::outcome(&step.standing);
    let tone = words::step_tone(&step.standing);
    let last = standing.then(|| {
        view! { td("data-kind"=tone) { span(class="meta", title=outcome) { Icon(name=icon, class="icon small") (word) } } }
    });
    let subject = words::subject_of(&step.subject);
    let (now, planned) =
        (words::step_value(step, step.from.as_deref()), words::step_value(step, step.to.as_deref()));
    view! {
        tr {
            th(scope="row") { (subject) }
            td { (now) }
            td { (planned) }
            (last)
        }
    }
}

/// What applying needs.
pub fn needs(needs: &[Need]) -> View {
    let lines: Vec<View> = needs
        .iter()
        .map(|need| {
            let (icon, text) = words::need(need);
            view! { li { Icon(name=icon, class="icon small") span { (text) } } }
        })
        .collect();
    view! {
        aside(class="next", "aria-labelledby"="needs") {
            h2(id="needs") { "Applying needs" }
            ul { (lines) }
        }
    }
}
