//! What a plan would do, as a difference, before it is saved.

use super::draft::Draft;
use super::steps;
use crate::dom;
use crate::parts::{Banner, Kind, Press, ProblemBanner, Results};
use crate::words::{self, Act};
use sycamore::prelude::*;

/// The part.
#[component(inline_props)]
pub fn Review(draft: Draft) -> View {
    let Some(review) = draft.review.get_clone_untracked() else { return view! {} };
    let told = words::because(&draft.author.now(), &draft.reason.now());
    let problem = move || draft.saving.problem();
    dom::appear("review");
    let (needs, table) = (steps::needs(&review.needs), steps::table(&review.steps, steps::Against::Nothing));
    view! {
        main {
            div(class="page wide") {
                div(class="stack") {
                    div { h2(id="review", "tabindex"="-1") { "Review" } p(class="quiet-text") { (told) } }
                    (table)
                }
                (needs)
            }
        }
        Results {
            (problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Save) }))
            (draft.saved.get_clone().map(|name| view! { Banner(kind=Kind::Ok, said=words::plan_saved(&name)) }))
        }
        footer(class="actions") {
            p(class="note") { "The file holds no password, number or secret." }
            Press(class="button quiet", press=move || draft.back()) { "Back to the form" }
            Press(class="button primary", press=move || draft.save()) { "Save plan" }
        }
    }
}
