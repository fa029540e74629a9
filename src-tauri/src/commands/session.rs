//! Signing in and out, the one command that carries a page's operations, and the end of the account.

use contract::operation::{Operation, WebviewRequest};
use contract::shell::{
    AnswerNumberInput, CancelInput, LeaveReason, Opening, PasswordInput, SignInInput, SignInStep, Window,
};
use contract::{Access, Problem};
use postern_client::config::Configured;
use postern_contract as contract;
use tauri::{Runtime, State};

use super::AtDesk;
use crate::caller::Caller;
use crate::input::Input;
use crate::leaving;
use crate::windows::{self, FirstTab};

macro_rules! access_of {
    ($($name:ident),* $(,)?) => {
        /// Who may ask for it, from the contract's list.
        fn access(request: &WebviewRequest) -> Access {
            match request {
                $(WebviewRequest::$name(_) => <contract::operation::$name as Operation>::DECLARED.access,)*
            }
        }
    };
}
contract::with_webview_operations!(access_of);

/// Whether other windows show something that is old once it has succeeded: whatever changes an account asks for the
/// password first.
fn changes_the_account(request: &WebviewRequest) -> bool {
    access(request) == Access::StepUp
}

#[tauri::command]
pub async fn send<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<WebviewRequest>,
) -> Result<serde_json::Value, Problem> {
    let changes = changes_the_account(&input.0);
    let answer = caller.hear(desk.send(input.0).await)?;
    if changes {
        caller.tell_account_changed();
    }
    Ok(answer)
}

#[tauri::command]
pub async fn start<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
    first: State<'_, FirstTab>,
) -> Result<Opening, Problem> {
    let opening = desk.start().await;
    let configured = configured.now();
    Ok(Opening {
        tab: caller.own_tab().unwrap_or_else(|| first.get()),
        clipboard_seconds: configured.clipboard_seconds(),
        appearance: configured.appearance(),
        findings: u32::try_from(configured.findings().len()).unwrap_or(u32::MAX),
        ..opening
    })
}

#[tauri::command]
pub async fn sign_in<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<SignInInput>,
) -> Result<SignInStep, Problem> {
    stepped(&caller, desk.sign_in(input.0).await)
}

#[tauri::command]
pub async fn answer_number<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<AnswerNumberInput>,
) -> Result<SignInStep, Problem> {
    stepped(&caller, desk.answer_number(input.0).await)
}

#[tauri::command]
pub async fn step_up<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<PasswordInput>,
) -> Result<SignInStep, Problem> {
    stepped(&caller, desk.step_up(input.0).await)
}

/// A completed step changes what every window knows of the session.
fn stepped<R: Runtime>(caller: &Caller<R>, step: Result<SignInStep, Problem>) -> Result<SignInStep, Problem> {
    let step = caller.hear(step)?;
    if let SignInStep::Complete { .. } = step {
        caller.tell_session_changed();
    }
    Ok(step)
}

#[tauri::command]
pub async fn lock<R: Runtime>(caller: Caller<R>, desk: AtDesk<'_>) -> Result<(), Problem> {
    desk.lock();
    caller.tell_session_changed();
    Ok(())
}

#[tauri::command]
pub async fn sign_out<R: Runtime>(caller: Caller<R>, desk: AtDesk<'_>) -> Result<bool, Problem> {
    // what is typed in main is for another account
    let closing = windows::all().filter(|window| *window != Window::Main);
    if !leaving::agreed(&caller.app, LeaveReason::SignOut, closing).await {
        return Ok(false);
    }
    desk.sign_out().await?;
    over(&caller);
    Ok(true)
}

#[tauri::command]
pub async fn cancel_subscription<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    input: Input<CancelInput>,
) -> Result<(), Problem> {
    caller.hear(desk.cancel_subscription(input.0).await)?;
    over(&caller);
    Ok(())
}

/// Nobody is signed in any more: main shows sign-in, and says why.
fn over<R: Runtime>(caller: &Caller<R>) {
    caller.tell_session_changed();
    windows::close_all_but_main(&caller.app);
    windows::raise_main(&caller.app);
}

#[cfg(test)]
mod tests {
    use super::changes_the_account;
    use contract::operation::{ChangePassword, EndSession, GetAccount, GetCapabilities, WebviewOperation};
    use contract::{SessionId, account::PasswordChange};
    use postern_contract as contract;
    use serde_json::json;

    #[test]
    fn reading_tells_nobody_and_changing_tells_the_others() {
        assert!(!changes_the_account(&GetAccount { body: () }.into_request()));
        assert!(!changes_the_account(&GetCapabilities { body: () }.into_request()));
        let id: SessionId = "00000000-0000-0000-0000-000000000007".parse().unwrap();
        assert!(changes_the_account(&EndSession { id, body: () }.into_request()));
        let body: PasswordChange =
            serde_json::from_value(json!({"current_password": "a", "new_password": "b"}))
                .expect("a change of password");
        assert!(changes_the_account(&ChangePassword { body }.into_request()));
    }
}
