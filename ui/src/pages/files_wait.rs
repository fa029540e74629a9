//! In the window main: that files were handed to the application and nobody has looked at them yet, or else that something
//! is wrong with the configuration.

use crate::bridge;
use crate::form::Form;
use crate::load::Load;
use crate::pages::waiting;
use crate::parts::{Banner, Kind, Press, ProblemBanner};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::configuration::{Offer, OfferKind};
use postern_contract::shell::command;
use sycamore::prelude::*;

/// One banner for all of them, or for the configuration's findings; nothing where there is neither.
#[component]
pub fn FilesWait() -> View {
    view! { FilesWaitWith(offers=waiting::offers()) }
}

/// The same over what is read. `Look` opens the window for them: Settings while a configuration waits, since what is
/// prepared may need it, else Prepared changes.
#[component(inline_props)]
pub fn FilesWaitWith(offers: Load<Vec<Offer>>) -> View {
    let (here, acts) = (Here::get(), Form::new(&[]));
    let said = move |all: &[Offer]| words::files_wait(all).or_else(|| words::misconfigured(here.findings()));
    let all = create_selector(move || offers.value().unwrap_or_default());
    let look = move || {
        if all.with_untracked(|all| !all.is_empty() && all.iter().all(|offer| offer.kind == OfferKind::Plan))
        {
            acts.ask(|| bridge::call::<command::OpenPlans>(()), |()| {});
        } else {
            acts.ask(|| bridge::call::<command::OpenSettings>(()), |()| {});
        }
    };
    view! {
        (acts.problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Open) }))
        (all.with(|all| said(all)).map(|said| {
            let action = view! { Press(press=look) { "Look" } };
            view! { Banner(kind=Kind::Files, said=said, action=action) }
        }))
    }
}
