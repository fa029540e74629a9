//! What the embedded backend would have sent. The desk refuses with `window_refused` where the backend is not embedded.

use contract::shell::Copied;
use contract::{MessageId, Problem, message::Messages};
use postern_contract as contract;
use tauri::Runtime;

use super::AtDesk;
use crate::caller::Caller;
use crate::clipboard;
use crate::input::Input;

#[tauri::command]
pub async fn list_messages<R: Runtime>(caller: Caller<R>, desk: AtDesk<'_>) -> Result<Messages, Problem> {
    caller.hear(desk.messages().await)
}

#[tauri::command]
pub async fn copy_number<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<MessageId>,
) -> Result<Copied, Problem> {
    let number = caller.hear(desk.message_number(input.0).await)?;
    clipboard::copy(caller.app, String::new(), number).await
}
