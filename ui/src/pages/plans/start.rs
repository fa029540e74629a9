//! Where the window begins: prepare, open, the files that wait, and what was applied here.

use super::receipts::Receipts;
use super::{Place, waiting_plans};
use crate::bridge;
use crate::form::Form;
use crate::load::{Load, load};
use crate::parts::{Icon, Press, ProblemBanner};
use crate::words::{self, Act};
use postern_contract::configuration::{Offer, OfferKind};
use postern_contract::plan::Receipt;
use postern_contract::shell::command;
use sycamore::prelude::*;

/// The part.
#[component(inline_props)]
pub fn Start(place: Signal<Place>) -> View {
    let receipts = load(|| bridge::call::<command::ListReceipts>(()));
    view! { StartWith(place=place, waiting=waiting_plans(), receipts=receipts) }
}

/// The part over what is read.
#[component(inline_props)]
pub fn StartWith(place: Signal<Place>, waiting: Load<Vec<Offer>>, receipts: Load<Vec<Receipt>>) -> View {
    let acts = Form::new(&[]);
    let choose = move || {
        acts.ask(
            || bridge::call::<command::ChooseFile>(OfferKind::Plan),
            move |chosen: Option<Offer>| {
                if let Some(offer) = chosen {
                    place.set(Place::Opened(offer));
                }
            },
        );
    };
    let offers = create_selector(move || waiting.value().unwrap_or_default());
    let problem = move || acts.problem().or_else(|| waiting.problem()).or_else(|| receipts.problem());
    view! {
        main {
            div(class="page wide") {
                (problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Read) }))
                div(class="section-head") {
                    div {
                        h2 { "Prepare now, apply later" }
                        p(class="quiet-text") { (words::about_plans()) }
                    }
                    div(class="row") {
                        Press(press=choose) { "Open a plan…" }
                        Press(class="button primary", press=move || place.set(Place::Preparing)) { "Prepare changes" }
                    }
                }
                (if offers.with(Vec::is_empty) {
                    view! {}
                } else {
                    let rows: Vec<View> =
                        offers.get_clone().into_iter().map(|offer| waits(offer, place, acts)).collect();
                    view! {
                        section(class="stack tight", "aria-labelledby"="waiting") {
                            h2(id="waiting") { "Waiting files" }
                            ul(class="rows", "aria-labelledby"="waiting") { (rows) }
                        }
                    }
                })
                Receipts(receipts=receipts)
            }
        }
    }
}

fn waits(offer: Offer, place: Signal<Place>, acts: Form) -> View {
    let (name, id) = (offer.name.clone(), offer.id);
    let (open, away) = (format!("Open {name}"), format!("Put away {name}"));
    let dismiss = move || acts.ask(move || bridge::call::<command::DismissOffer>(id), |()| {});
    view! {
        li(class="row-item") {
            Icon(name="file")
            div { strong { (name) } p { (words::offered(offer.by)) } }
            div(class="row") {
                Press(class="button quiet", name=away, press=dismiss) { "Put away" }
                Press(name=open, press=move || place.set(Place::Opened(offer.clone()))) { "Open" }
            }
        }
    }
}
