//! One page per task. [`page`] says which one a window shows.

pub mod advising;
pub mod cancel_subscription;
pub mod change_password;
pub mod console;
pub mod create_account;
pub mod login;
pub mod main_window;
pub mod manage_account;
pub mod manage_authentication_key;
pub mod messages;
pub mod proving;
pub mod second_factor;
pub mod secret_store;
pub mod security_settings;
pub mod sign_in;
pub mod store_ways;
pub mod user_information;

use manage_account::Holds;
use postern_contract::shell::Window;
use sycamore::prelude::*;

/// The page of a window.
pub fn page(window: Window) -> View {
    match window {
        Window::Main => view! { main_window::MainWindow() },
        Window::ManageAccount => view! { manage_account::ManageAccount(holds=Holds::AllTabs) },
        Window::Tab(tab) => view! { manage_account::ManageAccount(holds=Holds::Only(tab)) },
        Window::Messages => view! { messages::Messages() },
        Window::Settings | Window::Plans => View::new(),
    }
}
