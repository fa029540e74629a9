//! Events to the windows: their names and payloads are the contract's; a window that cannot be told is only logged,
//! since every window can ask `start` again.

use serde::Serialize;
use tauri::{AppHandle, Emitter, EventTarget, Runtime};

/// Tells every window.
pub fn all<R: Runtime>(app: &AppHandle<R>, event: &str, payload: impl Serialize + Clone) {
    logged(event, app.emit(event, payload));
}

/// Tells one window.
pub fn one<R: Runtime>(app: &AppHandle<R>, label: &str, event: &str, payload: impl Serialize + Clone) {
    logged(event, app.emit_to(EventTarget::webview_window(label), event, payload));
}

fn logged(event: &str, told: tauri::Result<()>) {
    if let Err(error) = told {
        tracing::warn!(event, %error, "an event did not reach the windows");
    }
}
