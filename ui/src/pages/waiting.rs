//! The files that were handed to the application and wait. Nothing happens to one before somebody opens it here.

use crate::bridge;
use crate::form::Form;
use crate::load::{Load, load};
use crate::pages::when::when;
use crate::parts::{Icon, Press};
use crate::words;
use postern_contract::configuration::{Offer, OfferId, OfferKind, OfferedBy};
use postern_contract::shell::{command, event};
use std::rc::Rc;
use sycamore::prelude::*;

/// Reads the list, and reads it again whenever a file comes or goes.
pub fn offers() -> Load<Vec<Offer>> {
    let offers = load(|| bridge::call::<command::ListOffers>(()));
    bridge::listen_here(event::OFFERS_CHANGED, move |()| offers.again());
    offers
}

/// The list `Waiting files` of those that `wanted` takes; `open` shows one.
pub fn waiting(
    offers: Load<Vec<Offer>>,
    acts: Form,
    wanted: fn(OfferKind) -> bool,
    open: impl Fn(OfferId) + 'static,
) -> View {
    rows(offers, acts, wanted, Rc::new(open))
}

fn rows(
    offers: Load<Vec<Offer>>,
    acts: Form,
    wanted: fn(OfferKind) -> bool,
    open: Rc<dyn Fn(OfferId)>,
) -> View {
    let list = create_selector(move || {
        let all = offers.value().unwrap_or_default();
        all.into_iter().filter(|offer| wanted(offer.kind)).collect::<Vec<_>>()
    });
    view! { (if list.with(Vec::is_empty) {
        view! {}
    } else {
        let rows: Vec<View> =
            list.get_clone().into_iter().map(|offer| row(offers, acts, offer, Rc::clone(&open))).collect();
        view! { ul(class="rows", role="list", "aria-label"="Waiting files", "aria-live"="polite") { (rows) } }
    }) }
}

fn row(offers: Load<Vec<Offer>>, acts: Form, offer: Offer, open: Rc<dyn Fn(OfferId)>) -> View {
    let Offer { id, name, by, state, .. } = offer;
    let told = format!("{} {}", came(by), words::plan_state(state, when));
    let (to_open, put_away) = (format!("Open {name}"), format!("Put away {name}"));
    let dismiss =
        move || acts.ask(move || bridge::call::<command::DismissOffer>(id), move |()| offers.again());
    view! {
        li(class="row-item") {
            Icon(name="file")
            div { strong { (name) } p { (told) } }
            div(class="with-action") {
                Press(class="button quiet", name=put_away, press=dismiss) { "Put away" }
                Press(name=to_open, press=move || open(id)) { "Open" }
            }
        }
    }
}

const fn came(by: OfferedBy) -> &'static str {
    match by {
        OfferedBy::Opened => "Opened from the desktop.",
        OfferedBy::Dragged => "Dragged onto a window.",
        OfferedBy::DropFolder => "Put into the watched folder.",
        OfferedBy::Chosen => "Chosen here.",
        OfferedBy::Imported => "Came with a bundle that was imported.",
    }
}
