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
pub mod offers;
pub mod record;
pub mod windows;

use clipboard::Copies;
use contract::shell::{Window, event};
use dialogs::Dialogs;
use failure::Failure;
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
        .manage(farewell::Farewell::default())
        .invoke_handler(commands::handler())
}

/// What the application works with, once it is there.
pub struct Seat {
    /// The account, its backend and its secrets.
    pub desk: Desk,
    /// The clipboard, and what of ours it holds.
    pub copies: Copies,
    /// The desktop's dialogs for files.
    pub dialogs: Dialogs,
    /// The links that were followed.
    pub links: UsedLinks,
}

/// Gives the application its desk, and sets running what needs it: the clipboard, and news for the windows.
pub fn seat<R: Runtime>(app: &AppHandle<R>, seat: Seat) {
    let Seat { desk, copies, dialogs, links } = seat;
    let store = desk.store_changes();
    tell(app, store, |app, state| announce::all(app, event::STORE_CHANGED, *state));
    if let Ok(queued) = desk.message_queued() {
        tell(app, queued, |app, _| announce::all(app, event::MESSAGES_CHANGED, ()));
    }
    app.manage(desk);
    app.manage(Arc::new(copies));
    app.manage(dialogs);
    app.manage(Arc::new(links));
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
pub fn run(options: Options, opened: Vec<OsString>, folder: &Path) -> Result<(), Failure> {
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| Failure::NoDisplay)?;
    let single = tauri_plugin_single_instance::init(|app, arguments, folder| {
        arrivals::second_start(app, arguments, &folder);
    });
    let app = furnish(Builder::default().plugin(single)).build(context()).map_err(Failure::Windows)?;
    let links = UsedLinks::kept_in(&options.data);
    let desk = tauri::async_runtime::block_on(Desk::open(options)).map_err(Failure::Desk)?;
    let handle = app.handle();
    let copies = Copies::new(Box::new(clipboard::Desktop(handle.clone())), clipboard::CLEARED_AFTER);
    let dialogs = Dialogs::new(Box::new(dialogs::Desktop(handle.clone())));
    seat(handle, Seat { desk, copies, dialogs, links });
    #[cfg(unix)]
    farewell::on_signals(handle);
    windows::build(handle, Window::Main).map_err(Failure::Windows)?;
    arrivals::begin(handle, opened, folder);
    app.run(farewell::hear);
    Ok(())
}
