//! Files that wait to be looked at. A window names them by number and never learns where they lie.

use contract::configuration::{Offer, OfferId, OfferKind, OfferedBy};
use contract::shell::event;
use contract::{Problem, ProblemCode};
use postern_client::config::Configured;
use postern_client::plan::{SystemClock, brought, now, status};
use postern_contract as contract;
use std::path::PathBuf;
use tauri::{Runtime, State};

use super::aside;
use crate::announce;
use crate::caller::Caller;
use crate::dialogs::Dialogs;
use crate::input::Input;
use crate::offers::{Offers, ending, window_of};
use crate::plans::places;

#[tauri::command]
pub async fn list_offers<R: Runtime>(
    caller: Caller<R>,
    configured: State<'_, Configured>,
    offers: State<'_, Offers>,
) -> Result<Vec<Offer>, Problem> {
    let (places, waiting) = (places(&configured), offers.list_with_paths(caller.window));
    let with_state = move |(mut offer, path): (Offer, PathBuf)| {
        if offer.kind == OfferKind::Plan {
            offer.state = status::state(&places, &path, now(&SystemClock));
        }
        offer
    };
    aside(move || Ok(waiting.into_iter().map(with_state).collect())).await
}

#[tauri::command]
pub async fn choose_file<R: Runtime>(
    caller: Caller<R>,
    offers: State<'_, Offers>,
    dialogs: State<'_, Dialogs>,
    input: Input<OfferKind>,
) -> Result<Option<Offer>, Problem> {
    // a configuration comes plain or in a bundle: one dialog shows both, as one window handles both
    let kinds = [OfferKind::Bundle, OfferKind::Configuration, OfferKind::Plan];
    let endings: Vec<&str> =
        kinds.into_iter().filter(|kind| window_of(*kind) == window_of(input.0)).map(ending).collect();
    let Some(path) = dialogs.open(&caller.window.label(), &endings).await? else {
        return Ok(None);
    };
    let offer = offers.add(&path, OfferedBy::Chosen);
    announce::all(&caller.app, event::OFFERS_CHANGED, ());
    // whatever was typed into the dialog: what is none of ours by its ending, or no file, is said to be so
    offer.map(Some).ok_or_else(|| ProblemCode::FileFailed.into())
}

#[tauri::command]
pub async fn dismiss_offer<R: Runtime>(
    caller: Caller<R>,
    configured: State<'_, Configured>,
    offers: State<'_, Offers>,
    input: Input<OfferId>,
) -> Result<(), Problem> {
    let (_, path) = offers.find(caller.window, input.0)?;
    offers.dismiss(caller.window, input.0)?;
    // what came along with an import would be offered again at the next start
    let places = places(&configured);
    aside(move || match brought::put_away(&places, &path, now(&SystemClock)) {
        // a file that lies elsewhere and was not begun is listed no more, and that is all
        Err(problem) if problem.code == ProblemCode::NotFound => Ok(()),
        done => done.map(drop),
    })
    .await?;
    announce::all(&caller.app, event::OFFERS_CHANGED, ());
    Ok(())
}
