//! Which page a window shows: it follows from the window's label, so a window is one page for all its life.

use crate::bridge;
use postern_contract::shell::Window;

/// The window this page is in; none where the label is not one of ours.
pub fn window() -> Option<Window> {
    Window::from_label(&bridge::window_label())
}
