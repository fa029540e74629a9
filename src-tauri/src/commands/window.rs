//! Opening windows. One that is open is raised, never opened twice.

use contract::shell::{Tab, Window, event};
use contract::{Problem, ProblemCode};
use postern_contract as contract;
use tauri::{Runtime, State};

use super::AtDesk;
use crate::announce;
use crate::caller::Caller;
use crate::input::Input;
use crate::windows::{self, FirstTab, Opened};

#[tauri::command]
pub async fn open_manage_account<R: Runtime>(
    caller: Caller<R>,
    first: State<'_, FirstTab>,
    input: Input<Tab>,
) -> Result<(), Problem> {
    first.set(input.0);
    if windows::open(&caller.app, Window::ManageAccount)? == Opened::Raised {
        announce::one(&caller.app, &Window::ManageAccount.label(), event::SHOW_TAB, input.0);
    }
    Ok(())
}

#[tauri::command]
pub async fn open_messages<R: Runtime>(caller: Caller<R>, desk: AtDesk<'_>) -> Result<(), Problem> {
    if !desk.is_embedded() {
        return Err(ProblemCode::WindowRefused.into());
    }
    windows::open(&caller.app, Window::Messages).map(drop)
}

#[tauri::command]
pub async fn tear_off<R: Runtime>(caller: Caller<R>, input: Input<Tab>) -> Result<(), Problem> {
    windows::open(&caller.app, Window::Tab(input.0)).map(drop)
}

#[tauri::command]
pub async fn open_settings<R: Runtime>(caller: Caller<R>) -> Result<(), Problem> {
    windows::open(&caller.app, Window::Settings).map(drop)
}

#[tauri::command]
pub async fn open_plans<R: Runtime>(caller: Caller<R>) -> Result<(), Problem> {
    windows::open(&caller.app, Window::Plans).map(drop)
}
