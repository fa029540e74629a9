//! Opening windows. One that is open is raised, never opened twice.

use contract::configuration::SettingKey;
use contract::plan::Typed;
use contract::shell::{LeaveAnswer, Tab, Window, event};
use contract::{Problem, ProblemCode};
use postern_client::config::{Configured, Effective};
use postern_contract as contract;
use tauri::{Runtime, State};

use super::AtDesk;
use crate::announce;
use crate::caller::Caller;
use crate::input::Input;
use crate::leaving::Leaving;
use crate::plans::Plans;
use crate::windows::{self, FirstTab, Opened};

#[tauri::command]
pub async fn answer_leave<R: Runtime>(
    caller: Caller<R>,
    leaving: State<'_, Leaving>,
    input: Input<LeaveAnswer>,
) -> Result<(), Problem> {
    leaving.hear(caller.window, input.0);
    Ok(())
}

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
pub async fn tear_off<R: Runtime>(
    caller: Caller<R>,
    configured: State<'_, Configured>,
    input: Input<Tab>,
) -> Result<(), Problem> {
    offered(&configured.now(), input.0)?;
    windows::open(&caller.app, Window::Tab(input.0)).map(drop)
}

/// Refuses a tab that is configured away: a page that still shows it does not bring it back.
fn offered(now: &Effective, tab: Tab) -> Result<(), Problem> {
    if now.appearance().tabs.contains(&tab) {
        return Ok(());
    }
    let managed = now.is_managed(SettingKey::Tabs.as_str());
    Err(if managed { ProblemCode::SettingManaged } else { ProblemCode::WindowRefused }.into())
}

#[tauri::command]
pub async fn open_settings<R: Runtime>(caller: Caller<R>) -> Result<(), Problem> {
    windows::open(&caller.app, Window::Settings).map(drop)
}

#[tauri::command]
pub async fn open_plans<R: Runtime>(caller: Caller<R>) -> Result<(), Problem> {
    windows::open(&caller.app, Window::Plans).map(drop)
}

#[tauri::command]
pub async fn prepare_changes<R: Runtime>(
    caller: Caller<R>,
    plans: State<'_, Plans>,
    input: Input<Typed>,
) -> Result<(), Problem> {
    plans.want(input.0);
    match windows::open(&caller.app, Window::Plans) {
        // one that opens asks by itself
        Ok(Opened::New) => Ok(()),
        Ok(Opened::Raised) => {
            announce::one(&caller.app, &Window::Plans.label(), event::PREPARE_CHANGES, ());
            Ok(())
        }
        Err(problem) => {
            plans.take_typed();
            Err(problem)
        }
    }
}
