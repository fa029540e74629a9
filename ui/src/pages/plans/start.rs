//! Where the window begins: prepare, open, the files that wait, and what was applied here.

use super::Place;
use super::receipts::Receipts;
use crate::bridge;
use crate::dom;
use crate::form::Form;
use crate::load::{Load, load};
use crate::pages::waiting;
use crate::parts::{Press, ProblemBanner, Results};
use crate::words::{self, Act};
use postern_contract::configuration::{Offer, OfferKind};
use postern_contract::plan::Receipt;
use postern_contract::shell::command;
use sycamore::prelude::*;

/// The part.
#[component(inline_props)]
pub fn Start(place: Signal<Place>) -> View {
    let receipts = load(|| bridge::call::<command::ListReceipts>(()));
    view! { StartWith(place=place, files=waiting::offers(), receipts=receipts) }
}

/// The part over what is read.
#[component(inline_props)]
pub fn StartWith(place: Signal<Place>, files: Load<Vec<Offer>>, receipts: Load<Vec<Receipt>>) -> View {
    let acts = Form::new(&[]);
    let choose = move || {
        acts.ask(
            || bridge::call::<command::ChooseFile>(OfferKind::Plan),
            move |chosen: Option<Offer>| {
                if let Some(offer) = chosen {
                    place.set(Place::Opened(offer.id));
                }
            },
        );
    };
    let list =
        waiting::waiting(files, acts, |kind| kind == OfferKind::Plan, move |id| place.set(Place::Opened(id)));
    dom::appear("plans");
    let problem = move || acts.problem().or_else(|| files.problem()).or_else(|| receipts.problem());
    view! {
        main {
            div(class="page wide") {
                div(class="section-head") {
                    div {
                        h2(id="plans", "tabindex"="-1") { "Prepare now, apply later" }
                        p(class="quiet-text") { (words::about_plans()) }
                    }
                    div(class="row") {
                        Press(press=choose) { "Open a plan…" }
                        Press(class="button primary", press=move || place.set(Place::Preparing)) { "Prepare changes" }
                    }
                }
                (list)
                Receipts(receipts=receipts)
            }
        }
        Results { (problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Read) })) }
    }
}
