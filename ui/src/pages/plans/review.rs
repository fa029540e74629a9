//! What a plan would do, as a difference, before it is saved.

use super::draft::Draft;
use super::steps;
use crate::parts::{Banner, Kind, Press, ProblemBanner};
use crate::words::{self, Act};
use sycamore::prelude::*;

/// The part.
#[component(inline_props)]
pub fn Review(draft: Draft) -> View {
    let Some(review) = draft.review.get_clone_untracked() else { return view! {} };
    let told = words::because(&draft.author.now(), &draft.reason.now());
    let problem = move || draft.saving.problem();
    let (needs, table) = (steps::needs(&review.needs), steps::table(&review.steps, steps::Against::Nothing));
    view! {
        main {
            div(class="page wide") {
                div(class="stack") {
                    div { h2 { "Review" } p(class="quiet-text") { (told) } }
                    (problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Save) }))
                    (draft.saved.get_clone().map(|name| view! { Banner(kind=Kind::Ok, said=words::plan_saved(&name)) }))
                    (table)
                }
                (needs)
            }
        }
        footer(class="actions") {
            p(class="note") { "The file holds no password, number or secret." }
            Press(class="button quiet", press=move || draft.back()) { "Back to the form" }
            Press(class="button primary", press=move || draft.save()) { "Save plan" }
        }
    }
}
