//! One page per task. Each program of the frontend holds the pages of its own windows, and only what it names here is in
//! it: that keeps what a window loads before it shows anything small.

pub mod advising;
pub mod cancel_subscription;
pub mod carrying;
pub mod change_password;
pub mod console;
pub mod create_account;
pub mod files_wait;
pub mod findings;
pub mod login;
pub mod main_window;
pub mod manage_account;
pub mod manage_authentication_key;
pub mod messages;
pub mod offline;
pub mod plans;
pub mod proving;
pub mod second_factor;
pub mod secret_store;
pub mod security_settings;
pub mod settings;
pub mod sign_in;
pub mod store_ways;
pub mod unsaved;
pub mod user_information;
pub mod waiting;
pub mod when;

use manage_account::Holds;
use postern_contract::shell::Window;
use sycamore::prelude::*;

/// The pages of one program: the page of a window, or none where the window is another program's.
pub type Pages = fn(Window) -> Option<View>;

/// Sign-in, the console, and the messages.
pub fn console_page(window: Window) -> Option<View> {
    match window {
        Window::Main => Some(view! { main_window::MainWindow() }),
        Window::Messages => Some(view! { messages::Messages() }),
        _ => None,
    }
}

/// Manage account, whole or one tab of it.
pub fn account_page(window: Window) -> Option<View> {
    let holds = match window {
        Window::ManageAccount => Holds::AllTabs,
        Window::Tab(tab) => Holds::Only(tab),
        _ => return None,
    };
    Some(view! { manage_account::ManageAccount(holds=holds) })
}

/// Settings and prepared changes.
pub fn prepared_page(window: Window) -> Option<View> {
    match window {
        Window::Settings => Some(view! { settings::SettingsWindow() }),
        Window::Plans => Some(view! { plans::PlansWindow() }),
        _ => None,
    }
}
