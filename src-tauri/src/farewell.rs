//! The end: when main closes, or the process is told to end, the other windows go at once, the clipboard is cleared if it still
//! holds our secret, the desk is closed, and only then does the process end. None of it may hold the end up for long.

use contract::shell::Window;
use postern_client::Desk;
use postern_contract as contract;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tauri::{AppHandle, Manager, RunEvent, Runtime, WindowEvent};

use crate::leaving::{self, Leaving};
use crate::plans::Plans;
use crate::{clipboard, windows};

/// The longest that the end may take.
const PATIENCE: Duration = Duration::from_secs(4);

const OPEN: u8 = 0;
const LEAVING: u8 = 1;
const DONE: u8 = 2;

/// How far the end has come.
#[derive(Debug, Default)]
pub struct Farewell(AtomicU8);

/// Hears what happens to the application as a whole.
pub fn hear<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        RunEvent::WindowEvent { label, event, .. } => {
            if let Some(window) = Window::from_label(&label) {
                happened(app, window, &event);
            }
        }
        RunEvent::ExitRequested { code, api, .. } => {
            let standing = app.state::<Farewell>().0.load(Ordering::SeqCst);
            if standing != DONE {
                api.prevent_exit();
                leave(app, code.unwrap_or(0));
            }
        }
        _ => {}
    }
}

fn happened<R: Runtime>(app: &AppHandle<R>, window: Window, event: &WindowEvent) {
    match (window, event) {
        (_, WindowEvent::CloseRequested { api, .. }) if leaving::asks_before_closing(app, window) => {
            api.prevent_close();
        }
        (_, WindowEvent::Destroyed) => {
            app.state::<Leaving>().gone(window);
            match window {
                Window::Main => leave(app, 0),
                Window::Plans => app.state::<Plans>().put_down(),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Starts the end, once.
fn leave<R: Runtime>(app: &AppHandle<R>, code: i32) {
    let first = app.state::<Farewell>().0.compare_exchange(OPEN, LEAVING, Ordering::SeqCst, Ordering::SeqCst);
    if first.is_err() {
        return;
    }
    windows::close_all_but_main(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if tokio::time::timeout(PATIENCE, tidy(&app)).await.is_err() {
            tracing::warn!("the end took too long and was cut short");
        }
        app.state::<Farewell>().0.store(DONE, Ordering::SeqCst);
        app.exit(code);
    });
}

/// What is put away before the process ends.
pub async fn tidy<R: Runtime>(app: &AppHandle<R>) {
    if let Err(problem) = clipboard::clear(app).await {
        tracing::warn!(%problem, "the clipboard could not be cleared at the end");
    }
    let desk = Desk::clone(&app.state::<Desk>());
    desk.close().await;
    tracing::debug!("the end is tidy");
}

/// Ends in the same way when the desktop or a terminal tells the process to. Nothing is asked: the computer may be shutting
/// down, and the sender of a signal does not wait for an answer.
#[cfg(unix)]
pub fn on_signals<R: Runtime>(app: &AppHandle<R>) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut asked) => {
                    asked.recv().await;
                    leave(&app, 0);
                }
                Err(error) => tracing::warn!(%error, "a request to end will not be heard"),
            }
        });
    }
}
