//! The desktop shell: windows and short commands over `postern_client`, and nothing else. Accounts, secrets and
//! transport are the client's; sentences are the page's.
//!
//! A command comes in four steps: a row in `contract::shell::COMMANDS`, a function in [`commands`], its name in the list
//! there, and its permission in `capabilities/*.json`. A guard test holds the four together.

pub mod announce;
pub mod caller;
pub mod clipboard;
pub mod commands;
pub mod failure;
pub mod farewell;
pub mod input;
pub mod record;
pub mod windows;

use clipboard::Copies;
use contract::shell::{Window, event};
use failure::Failure;
use postern_client::{Desk, Options};
use postern_contract as contract;
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
        .manage(windows::FirstTab::default())
        .manage(farewell::Farewell::default())
        .invoke_handler(commands::handler())
}

/// Gives the application its desk, and sets running what needs it: the clipboard, and news for the windows.
pub fn seat<R: Runtime>(app: &AppHandle<R>, desk: Desk, copies: Copies) {
    let store = desk.store_changes();
    tell(app, store, |app, state| announce::all(app, event::STORE_CHANGED, *state));
    if let Ok(queued) = desk.message_queued() {
        tell(app, queued, |app, _| announce::all(app, event::MESSAGES_CHANGED, ()));
    }
    app.manage(desk);
    app.manage(Arc::new(copies));
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

/// Runs until main closes. A second start ends inside `build`, before it could open a desk of its own.
pub fn run(options: Options) -> Result<(), Failure> {
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| Failure::NoDisplay)?;
    let single = tauri_plugin_single_instance::init(|app, _arguments, _folder| windows::raise_main(app));
    let app = furnish(Builder::default().plugin(single)).build(context()).map_err(Failure::Windows)?;
    let desk = tauri::async_runtime::block_on(Desk::open(options)).map_err(Failure::Desk)?;
    let board = Box::new(clipboard::Desktop(app.handle().clone()));
    seat(app.handle(), desk, Copies::new(board, clipboard::CLEARED_AFTER));
    #[cfg(unix)]
    farewell::on_signals(app.handle());
    windows::build(app.handle(), Window::Main).map_err(Failure::Windows)?;
    app.run(farewell::hear);
    Ok(())
}
