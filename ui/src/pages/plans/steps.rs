//! The steps of a plan as a table, and what applying needs.

use crate::parts::Icon;
use crate::words;
use postern_contract::plan::{Need, PlanStep, Standing};
use sycamore::prelude::*;

/// What the steps are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The account as it is.
    Account,
    /// An account that cannot be read for now: what stands there is not known.
    Unknown,
    /// Nothing: how they stand is not asked.
    Nothing,
}

/// The table, held against the account: for tests.
pub fn of_account(steps: &[PlanStep]) -> View {
    table(steps, Against::Account)
}

/// The table. Roles are written out, since rows that are stacked in a narrow window would lose them. How the steps stand is left out where they are held against nothing.
pub fn table(steps: &[PlanStep], against: Against) -> View {
    let rows: Vec<View> = steps.iter().map(|step| row(step, against)).collect();
    let last =
        (against != Against::Nothing).then(|| view! { th(role="columnheader", scope="col") { "Standing" } });
    view! {
        div(class="steps-box") {
            table(class="steps", role="table", "aria-label"="Steps") {
                thead(role="rowgroup") {
                    tr(role="row") {
                        th(role="columnheader", scope="col") { "Step" }
                        th(role="columnheader", scope="col") { "Now" }
                        th(role="columnheader", scope="col") { "Planned" }
                        (last)
                    }
                }
                tbody(role="rowgroup") { (rows) }
            }
        }
    }
}

fn row(step: &PlanStep, against: Against) -> View {
    // what an interrupted run has done is known from its journal
    let unknown = against == Against::Unknown && step.standing == Standing::ToDo;
    let (icon, word) = if unknown { ("offline", words::not_known()) } else { words::stands(&step.standing) };
    let outcome = (!unknown).then(|| words::outcome(&step.standing));
    let tone = words::step_tone(&step.standing);
    let last = (against != Against::Nothing).then(|| {
        view! { td(class="standing", role="cell", "data-kind"=tone) { span(class="meta", title=outcome) { Icon(name=icon, class="icon small") (word) } } }
    });
    let subject = words::subject_of(&step.subject);
    let now = match against {
        Against::Unknown => words::not_known().to_owned(),
        // once it is done, what was planned is what stands there
        _ if matches!(step.standing, Standing::Done | Standing::AlreadyDone) => {
            words::step_value(step, step.to.as_deref())
        }
        Against::Account | Against::Nothing => words::step_value(step, step.from.as_deref()),
    };
    let planned = words::step_value(step, step.to.as_deref());
    view! {
        tr(role="row") {
            th(role="rowheader", scope="row") { (subject) }
            td(role="cell", "data-label"="Now") { (now) }
            td(role="cell", "data-label"="Planned") { (planned) }
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
            ul(role="list") { (lines) }
        }
    }
}
