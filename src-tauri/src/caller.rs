//! Which window calls a command. Tauri's capability files have already refused the wrong ones; this asks the contract's
//! own list a second time, so that one mistake in a file is not enough.

use contract::shell::{COMMANDS, Tab, Window, event};
use contract::{Problem, ProblemCode};
use postern_contract as contract;
use tauri::ipc::{CommandArg, CommandItem, InvokeError};
use tauri::{AppHandle, Manager, Runtime};

use crate::announce;

/// The window that calls.
pub struct Caller<R: Runtime> {
    /// Which window it is.
    pub window: Window,
    /// The application it belongs to.
    pub app: AppHandle<R>,
}

impl<'de, R: Runtime> CommandArg<'de, R> for Caller<R> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let webview = command.message.webview_ref();
        let window = admit(command.name, webview.label())?;
        Ok(Self { window, app: webview.app_handle().clone() })
    }
}

/// The window of that label, if the contract lets it call that command.
pub fn admit(command: &str, label: &str) -> Result<Window, Problem> {
    let window = Window::from_label(label).ok_or(ProblemCode::WindowRefused)?;
    let allowed = COMMANDS.iter().any(|row| row.name == command && row.windows.contains(&kind(window)));
    if allowed { Ok(window) } else { Err(ProblemCode::WindowRefused.into()) }
}

/// The word of [`COMMANDS`] for a window.
const fn kind(window: Window) -> &'static str {
    match window {
        Window::Main => "main",
        Window::ManageAccount => "manage-account",
        Window::Messages => "messages",
        Window::Settings => "settings",
        Window::Plans => "plans",
        Window::Tab(_) => "tab",
    }
}

impl<R: Runtime> Caller<R> {
    /// The tab that the caller shows, where its label says so.
    pub const fn own_tab(&self) -> Option<Tab> {
        match self.window {
            Window::Tab(tab) => Some(tab),
            Window::Main | Window::ManageAccount | Window::Messages | Window::Settings | Window::Plans => {
                None
            }
        }
    }

    /// Passes an answer on; where the session turned out to be over, every window learns it.
    pub fn hear<T>(&self, answer: Result<T, Problem>) -> Result<T, Problem> {
        if let Err(Problem { code: ProblemCode::Unauthenticated, .. }) = &answer {
            self.tell_session_changed();
        }
        answer
    }

    /// Somebody signed in or out, or entered the password again.
    pub fn tell_session_changed(&self) {
        announce::all(&self.app, event::SESSION_CHANGED, ());
    }

    /// The account changed by this window; the others show what they show anew.
    pub fn tell_account_changed(&self) {
        announce::all(&self.app, event::ACCOUNT_CHANGED, self.window.label());
    }
}

#[cfg(test)]
mod tests {
    use super::admit;
    use postern_contract::ProblemCode;
    use postern_contract::shell::{Tab, Window};

    #[test]
    fn a_window_reaches_its_own_commands_only() {
        // IPC-1
        assert_eq!(admit("sign_in", "main"), Ok(Window::Main));
        assert_eq!(admit("add_key", "tab-change-password"), Ok(Window::Tab(Tab::ChangePassword)));
        for (command, label) in
            [("sign_in", "messages"), ("list_messages", "main"), ("add_key", "elsewhere"), ("none", "main")]
        {
            assert_eq!(admit(command, label).map_err(|p| p.code), Err(ProblemCode::WindowRefused));
        }
    }
}
