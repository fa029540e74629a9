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
pub use steps::of_account as steps_table;

use crate::bridge;
use crate::pages::unsaved::{Drafts, LeaveDialog};
use crate::parts::{BackendChip, Icon, Press};
use crate::session::Here;
use postern_contract::configuration::OfferId;
use postern_contract::plan::Typed;
use postern_contract::shell::{command, event};
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
    let drafts = Drafts::provide();
    let wanted = Wanted::provide();
    let scope = use_current_scope();
    let take = move || {
        bridge::spawn_in(scope, async move {
            if let Ok(Some(typed)) = bridge::call::<command::TakeTyped>(()).await {
                wanted.0.set(Some(typed));
                place.set(Place::Preparing);
            }
        });
    };
    take();
    bridge::listen_here(event::PREPARE_CHANGES, move |()| take());
    view! {
        PlansAt(place=place)
        LeaveDialog(drafts=drafts)
    }
}

/// What another window wants a plan to begin with, until a plan does.
#[derive(Clone, Copy)]
struct Wanted(Signal<Option<Typed>>);

impl Wanted {
    fn provide() -> Self {
        let wanted = Self(create_signal(None));
        provide_context(wanted);
        wanted
    }

    /// Puts it into `draft`, now and whenever there is more.
    fn goes_into(self, draft: Draft) {
        let scope = use_current_scope();
        create_effect(move || {
            if self.0.with(Option::is_some) {
                bridge::spawn_in(scope, async move {
                    if let Some(typed) = self.0.take() {
                        draft.carry(typed);
                    }
                });
            }
        });
    }
}

/// The window at a place.
#[component(inline_props)]
pub fn PlansAt(place: Signal<Place>) -> View {
    let here = Here::get();
    let at = create_selector(move || place.get_clone());
    let drafts = Drafts::here();
    let back = move || match drafts {
        Some(drafts) => drafts.before(move || place.set(Place::Start)),
        None => place.set(Place::Start),
    };
    view! {
        header(class="bar lined titled") {
            div { h1 { "Prepared changes" } }
            div(class="end") {
                (if at.with(|at| *at == Place::Start) {
                    view! {}
                } else {
                    view! {
                        Press(class="button quiet", press=back) {
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
