//! Authentication keys: the desk does the work with the secret store; a window never sees a secret.

use contract::shell::{AddKeyInput, Copied, KeyList, KeyRow};
use contract::{KeyId, Problem, Secret};
use postern_contract as contract;
use tauri::Runtime;

use super::AtDesk;
use crate::caller::Caller;
use crate::clipboard;
use crate::input::Input;

#[tauri::command]
pub async fn list_keys<R: Runtime>(caller: Caller<R>, desk: AtDesk<'_>) -> Result<KeyList, Problem> {
    caller.hear(desk.list_keys().await)
}

#[tauri::command]
pub async fn add_key<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<AddKeyInput>,
) -> Result<KeyRow, Problem> {
    let row = caller.hear(desk.add_key(input.0).await)?;
    caller.tell_account_changed();
    Ok(row)
}

#[tauri::command]
pub async fn copy_key<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<KeyId>,
) -> Result<Copied, Problem> {
    let (label, secret) = caller.hear(desk.key_secret(input.0).await)?;
    clipboard::copy(caller.app, label, Secret::from(secret.expose())).await
}

#[tauri::command]
pub async fn delete_key<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<KeyId>,
) -> Result<(), Problem> {
    caller.hear(desk.delete_key(input.0).await)?;
    caller.tell_account_changed();
    Ok(())
}

#[tauri::command]
pub async fn clear_clipboard<R: Runtime>(caller: Caller<R>) -> Result<(), Problem> {
    clipboard::clear(&caller.app).await
}
