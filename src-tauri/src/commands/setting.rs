//! What the desktop is configured to, changing one setting, and importing a configuration. What may be changed is decided
//! by the client; every window hears of a change by an event, whoever caused it.

use contract::Problem;
use contract::configuration::{ImportInput, ImportPreview, OfferId, OfferedBy, SettingChange, Settings};
use contract::shell::event;
use postern_client::config::Configured;
use postern_client::importing::Imports;
use postern_contract as contract;
use tauri::{Runtime, State};

use super::aside;
use crate::announce;
use crate::caller::Caller;
use crate::input::Input;
use crate::offers::Offers;

#[tauri::command]
pub async fn show_settings<R: Runtime>(
    _caller: Caller<R>,
    configured: State<'_, Configured>,
) -> Result<Settings, Problem> {
    let configured = Configured::clone(&configured);
    aside(move || Ok(configured.show())).await
}

#[tauri::command]
pub async fn change_setting<R: Runtime>(
    _caller: Caller<R>,
    configured: State<'_, Configured>,
    input: Input<SettingChange>,
) -> Result<Settings, Problem> {
    let configured = Configured::clone(&configured);
    aside(move || configured.change(&input.0)).await
}

#[tauri::command]
pub async fn preview_import<R: Runtime>(
    caller: Caller<R>,
    offers: State<'_, Offers>,
    imports: State<'_, Imports>,
    input: Input<OfferId>,
) -> Result<ImportPreview, Problem> {
    let (offer, path) = offers.find(caller.window, input.0)?;
    let imports = Imports::clone(&imports);
    aside(move || Ok(imports.preview(&path, offer))).await
}

#[tauri::command]
pub async fn apply_import<R: Runtime>(
    caller: Caller<R>,
    offers: State<'_, Offers>,
    imports: State<'_, Imports>,
    input: Input<ImportInput>,
) -> Result<Settings, Problem> {
    let ImportInput { offer, version } = input.0;
    let (offer, path) = offers.find(caller.window, offer)?;
    let imports = Imports::clone(&imports);
    let imported = aside(move || imports.apply(&path, &version)).await?;
    // what it brought along waits in its place
    offers.dismiss(caller.window, offer.id)?;
    for plan in &imported.plans {
        offers.add(plan, OfferedBy::Imported);
    }
    announce::all(&caller.app, event::OFFERS_CHANGED, ());
    Ok(imported.settings)
}

#[tauri::command]
pub async fn undo_import<R: Runtime>(
    _caller: Caller<R>,
    imports: State<'_, Imports>,
) -> Result<Settings, Problem> {
    let imports = Imports::clone(&imports);
    aside(move || imports.undo()).await
}
