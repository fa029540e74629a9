//! The way to the backend, and what is known of the account while there is none.

use contract::Problem;
use contract::connection::{Connection, Recalled};
use postern_contract as contract;
use tauri::Runtime;

use super::AtDesk;
use crate::caller::Caller;

#[tauri::command]
pub async fn recall<R: Runtime>(caller: Caller<R>, desk: AtDesk<'_>) -> Result<Option<Recalled>, Problem> {
    caller.hear(desk.recall().await)
}

#[tauri::command]
pub async fn try_connection<R: Runtime>(_caller: Caller<R>, desk: AtDesk<'_>) -> Result<Connection, Problem> {
    Ok(desk.try_connection().await)
}
