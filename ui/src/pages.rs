//! One page per task. [`page`] says which one a window shows.

pub mod console;
pub mod main_window;
pub mod second_factor;
pub mod sign_in;

use postern_contract::shell::Window;
use sycamore::prelude::*;

/// The page of a window.
pub fn page(window: Window) -> View {
    match window {
        Window::Main => view! { main_window::MainWindow() },
        Window::ManageAccount | Window::Messages | Window::Tab(_) => view! { console::Console() },
    }
}
