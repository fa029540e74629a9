//! What was copied and when it goes: a secret leaves the clipboard after the time that is configured, when asked, and when the
//! application ends, and each time only if nobody has put something else there. Windows have no permission for the
//! clipboard; only Rust writes it, and asks clipboard managers to keep no history.

use contract::shell::{Copied, event};
use contract::{Problem, ProblemCode, Secret};
use postern_client::config::Configured;
use postern_contract as contract;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::announce;

/// How long a secret stays: what counts when it is copied.
pub type Time = Box<dyn Fn() -> Duration + Send + Sync>;

/// The time that is configured, as it is whenever something is copied.
pub fn configured(configured: &Configured) -> Time {
    let configured = configured.clone();
    Box::new(move || Duration::from_secs(configured.now().clipboard_seconds().into()))
}

/// A clipboard that may be slow: never asked on the thread that draws.
pub trait Board: Send + Sync {
    /// Puts a text there, with the hint to keep no history of it.
    fn write_secret(&self, text: &str) -> Result<(), Problem>;
    /// The text that is there, if it is one. Fails where that cannot be told.
    fn read(&self) -> Result<Option<Secret<String>>, Problem>;
    /// Empties it.
    fn clear(&self) -> Result<(), Problem>;
}

/// The desktop's own clipboard.
pub struct Desktop<R: Runtime>(pub AppHandle<R>);

impl<R: Runtime> Board for Desktop<R> {
    fn write_secret(&self, text: &str) -> Result<(), Problem> {
        self.0.clipboard().write_secret(text).map_err(|error| refused(&error))
    }

    fn read(&self) -> Result<Option<Secret<String>>, Problem> {
        match self.0.clipboard().read_text() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(error) if holds_no_text(&error) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    fn clear(&self) -> Result<(), Problem> {
        self.0.clipboard().clear().map_err(|error| refused(&error))
    }
}

/// Whether the clipboard answered that it holds no text. The plugin hands the answer on as its text alone.
fn holds_no_text(error: &tauri_plugin_clipboard_manager::Error) -> bool {
    matches!(error, tauri_plugin_clipboard_manager::Error::Clipboard(text)
        if *text == arboard::Error::ContentNotAvailable.to_string())
}

fn refused(error: &tauri_plugin_clipboard_manager::Error) -> Problem {
    tracing::warn!(%error, "the clipboard cannot be used");
    ProblemCode::ClipboardRefused.into()
}

/// One copy of a secret, so that an old time limit does not end a newer copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn(u64);

/// What of ours the clipboard holds.
#[derive(Default)]
struct Held {
    secret: Option<Secret<String>>,
    turn: u64,
}

/// The clipboard, and what of ours it holds.
pub struct Copies {
    board: Box<dyn Board>,
    after: Time,
    held: Mutex<Held>,
}

impl Copies {
    /// Nothing is copied yet; what will be is cleared after that time.
    pub fn new(board: Box<dyn Board>, after: Time) -> Self {
        Self { board, after, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a secret on the clipboard.
    pub fn put(&self, secret: Secret<String>) -> Result<Turn, Problem> {
        let mut held = self.held();
        self.board.write_secret(secret.expose())?;
        held.turn += 1;
        held.secret = Some(secret);
        Ok(Turn(held.turn))
    }

    /// Forgets what was copied, and empties the clipboard if it still holds exactly that. Says whether anything of ours
    /// was held.
    pub fn clear(&self) -> Result<bool, Problem> {
        Self::let_go(&mut self.held(), &*self.board)
    }

    /// [`Self::clear`] at the end of a copy's time, unless something newer was copied since.
    pub fn expire(&self, turn: Turn) -> Result<bool, Problem> {
        let mut held = self.held();
        if held.turn == turn.0 { Self::let_go(&mut held, &*self.board) } else { Ok(false) }
    }

    fn let_go(held: &mut Held, board: &dyn Board) -> Result<bool, Problem> {
        let Some(ours) = held.secret.as_ref() else {
            return Ok(false);
        };
        // where reading or emptying fails the secret is remembered, so that it is tried again
        if board.read()?.is_some_and(|text| text == *ours) {
            board.clear()?;
        }
        held.secret = None;
        Ok(true)
    }
}

/// Copies a secret and sets its time running.
pub async fn copy<R: Runtime>(
    app: AppHandle<R>,
    label: String,
    secret: Secret<String>,
) -> Result<Copied, Problem> {
    let copies = Arc::clone(&app.state::<Arc<Copies>>());
    let (writing, after) = (Arc::clone(&copies), (copies.after)());
    let turn = aside(move || writing.put(secret)).await?;
    tauri::async_runtime::spawn(async move {
        loop {
            wait(after).await;
            let expiring = Arc::clone(&copies);
            match aside(move || expiring.expire(turn)).await {
                Ok(true) => return announce::all(&app, event::CLIPBOARD_CLEARED, ()),
                Ok(false) => return,
                // it may still be there: after the same time again, and at the end
                Err(problem) => tracing::warn!(%problem, "a copied secret could not be cleared yet"),
            }
        }
    });
    Ok(Copied { label, clears_in_seconds: u32::try_from(after.as_secs()).unwrap_or(u32::MAX) })
}

/// Empties the clipboard now, if it holds something of ours.
pub async fn clear<R: Runtime>(app: &AppHandle<R>) -> Result<(), Problem> {
    let copies = Arc::clone(&app.state::<Arc<Copies>>());
    if aside(move || copies.clear()).await? {
        announce::all(app, event::CLIPBOARD_CLEARED, ());
    }
    Ok(())
}

/// Runs a call to the clipboard on a thread that may wait.
async fn aside<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tauri::async_runtime::spawn_blocking(call).await.map_err(|error| {
        tracing::error!(%error, "the clipboard's thread ended");
        ProblemCode::ClipboardRefused
    })?
}

#[allow(
    clippy::disallowed_methods,
    reason = "the time limit of a copied secret is what the person is promised"
)]
async fn wait(after: Duration) {
    tokio::time::sleep(after).await;
}

#[cfg(test)]
#[path = "clipboard_tests.rs"]
mod tests;
