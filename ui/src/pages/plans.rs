//! The window Prepared changes: preparing without a connection, opening what was prepared, applying it, and the receipts.

mod applying;
mod draft;
mod opened;
mod preparing;
mod receipts;
mod review;
mod start;
mod steps;

pub use applying::Applying;
pub use draft::Draft;
pub use opened::OpenedWith;
pub use preparing::PreparingWith;
pub use start::StartWith;

use crate::parts::{BackendChip, Icon, Press};
use crate::session::Here;
use postern_contract::configuration::OfferId;
use sycamore::prelude::*;

/// What the window shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// What can be begun, the files that wait, the receipts.
    Start,
    /// A plan being prepared.
    Preparing,
    /// A plan that was opened.
    Opened(OfferId),
}

/// The window.
#[component]
pub fn PlansWindow() -> View {
    let place = create_signal(Place::Start);
    view! { PlansAt(place=place) }
}

/// The window at a place.
#[component(inline_props)]
pub fn PlansAt(place: Signal<Place>) -> View {
    let here = Here::get();
    let at = create_selector(move || place.get_clone());
    view! {
        header(class="bar lined titled") {
            div { h1 { "Prepared changes" } }
            div(class="end") {
                (if at.with(|at| *at == Place::Start) {
                    view! {}
                } else {
                    view! {
                        Press(class="button quiet", press=move || place.set(Place::Start)) {
                            Icon(name="back", class="icon small") "All prepared changes"
                        }
                    }
                })
                BackendChip(backend=untrack(|| here.backend()))
            }
        }
        (match at.get_clone() {
            Place::Start => view! { start::Start(place=place) },
            Place::Preparing => view! { preparing::Preparing(place=place) },
            Place::Opened(offer) => view! { opened::Opened(offer=offer) },
        })
    }
}
