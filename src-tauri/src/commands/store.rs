//! The secret store's state and the person's choice about it, and advice on a password. Every window hears
//! of a changed state by an event, whoever caused it.

use contract::Problem;
use contract::advice::{AdviceInput, PasswordAdvice};
use contract::shell::StoreState;
use postern_contract as contract;
use tauri::Runtime;

use super::AtDesk;
use crate::caller::Caller;
use crate::input::Input;

#[tauri::command]
pub async fn unlock_store<R: Runtime>(_caller: Caller<R>, desk: AtDesk<'_>) -> Result<StoreState, Problem> {
    Ok(desk.unlock_store().await)
}

#[tauri::command]
pub async fn use_memory_only<R: Runtime>(
    _caller: Caller<R>,
    desk: AtDesk<'_>,
) -> Result<StoreState, Problem> {
    Ok(desk.use_memory_only().await)
}

#[tauri::command]
pub async fn advise_password<R: Runtime>(
    _caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<AdviceInput>,
) -> Result<PasswordAdvice, Problem> {
    Ok(desk.advise_password(input.0).await)
}
