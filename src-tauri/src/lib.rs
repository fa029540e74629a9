//! The desktop shell: windows and short commands over `postern_client`, and nothing else. Accounts, secrets and
//! transport are the client's; sentences are the page's.
//!
//! A command comes in four steps: a row in `contract::shell::COMMANDS`, a function in [`commands`], its name in the list
//! there, and its permission in `capabilities/*.json`. A guard test holds the four together.

pub mod announce;
pub mod arrivals;
pub mod caller;
pub mod clipboard;
pub mod commands;
pub mod dialogs;
pub mod drag;
pub mod failure;
pub mod farewell;
pub mod handed;
pub mod input;
pub mod leaving;
pub mod offers;
pub mod placement;
pub mod plans;
pub mod record;
pub mod web_view;
pub mod windows;

use clipboard::Copies;
use contract::shell::{Window, event};
use dialogs::Dialogs;
use failure::Failure;
use placement::Placement;
use postern_client::config::Configured;
use postern_client::importing::Imports;
use postern_client::links::UsedLinks;
use postern_client::{Desk, Options};
use postern_contract as contract;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use tauri::{AppHandle, Builder, Context, Manager, Runtime};
use tokio::sync::watch;

/// The windows' configuration, capabilities and page, embedded when the application is built.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Everything of the application but its runtime, the search for an older instance, and the desk.
pub fn furnish<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .manage(windows::FirstTab::default())
        .manage(offers::Offers::default())
        .manage(arrivals::Early::default())
        .manage(plans::Plans::default())
        .manage(farewell::Farewell::default())
        .manage(leaving::Leaving::default())
        .invoke_handler(commands::handler())
}

/// What the application works with, once it is there.
pub struct Seat {
    /// What the desktop is configured to.
    pub configured: Configured,
    /// The account, its backend and its secrets.
    pub desk: Desk,
    /// The clipboard, and what of ours it holds.
    pub copies: Copies,
    /// The desktop's dialogs for files.
    pub dialogs: Dialogs,
}

/// Gives the application its desk, and sets running what needs it: the clipboard, and news for the windows.
pub fn seat<R: Runtime>(app: &AppHandle<R>, seat: Seat) {
    let Seat { configured, desk, copies, dialogs } = seat;
    tell(app, desk.store_changes(), |app, state| announce::all(app, event::STORE_CHANGED, *state));
    tell(app, desk.connection_changes(), |app, way| announce::all(app, event::CONNECTION_CHANGED, *way));
    let waiting = desk.clone();
    tell(app, configured.changes(), move |app, _| {
        announce::all(app, event::SETTINGS_CHANGED, ());
        let waiting = waiting.clone();
        tauri::async_runtime::spawn(async move { waiting.configuration_changed().await });
    });
    if let Ok(changed) = desk.messages_changed() {
        tell(app, changed, |app, _| announce::all(app, event::MESSAGES_CHANGED, ()));
    }
    app.manage(Arc::new(UsedLinks::kept_in(&configured.places().state)));
    app.manage(Imports::new(configured.clone()));
    app.manage(configured);
    app.manage(desk);
    app.manage(Arc::new(copies));
    app.manage(dialogs);
}

/// Tells the windows of each change of a value, until its owner is gone.
fn tell<R: Runtime, T: Send + Sync + 'static>(
    app: &AppHandle<R>,
    mut changes: watch::Receiver<T>,
    announce: impl Fn(&AppHandle<R>, &T) + Send + 'static,
) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        while changes.changed().await.is_ok() {
            announce(&app, &changes.borrow_and_update());
        }
    });
}

/// Runs until main closes, beginning with what was handed over in that folder. A second start ends inside `build`, before
/// it could open a desk of its own.
pub fn run(
    options: Options,
    configured: Configured,
    opened: Vec<OsString>,
    folder: &Path,
) -> Result<(), Failure> {
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| Failure::NoDisplay)?;
    let single = tauri_plugin_single_instance::init(|app, arguments, folder| {
        arrivals::second_start(app, arguments, &folder);
    });
    let placement = Placement::new(&configured.places().state);
    let builder = Builder::default().plugin(single).plugin(placement.plugin()).manage(placement);
    let app = furnish(builder).build(context()).map_err(Failure::Windows)?;
    let desk = tauri::async_runtime::block_on(Desk::open(options)).map_err(Failure::Desk)?;
    let handle = app.handle();
    let board = clipboard::Desktop(handle.clone());
    let copies = Copies::new(Box::new(board), clipboard::configured(&configured));
    let dialogs = Dialogs::new(Box::new(dialogs::Desktop(handle.clone())));
    // the files are followed for as long as the application runs
    let followed = configured.follow();
    if let Err(fault) = &followed {
        tracing::warn!(%fault, "the configuration is read again at the next start only");
    }
    seat(handle, Seat { configured, desk, copies, dialogs });
    #[cfg(unix)]
    farewell::on_signals(handle);
    #[cfg(target_os = "linux")]
    Placement::follow_text_size(handle);
    windows::build(handle, Window::Main).map_err(Failure::Windows)?;
    arrivals::begin(handle, opened, folder);
    arrivals::offer_what_was_imported(handle);
    arrivals::watch_drop_folder(handle);
    app.run(farewell::hear);
    Ok(())
}
