//! The question before a window closes with changes that are not saved.

use std::borrow::Cow;

/// What is about to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// The window closes.
    Close,
    /// The person signs out.
    SignOut,
    /// The application ends.
    Quit,
    /// The window shows something else.
    Page,
}

/// The heading of the question.
pub fn leave(leave: Leave) -> Cow<'static, str> {
    match leave {
        Leave::Close => "Save your changes before closing?",
        Leave::SignOut => "Save your changes before signing out?",
        Leave::Quit => "Save your changes before quitting Postern?",
        Leave::Page => "Save your changes?",
    }
    .into()
}

/// What is not saved.
pub fn unsaved(names: &[&str]) -> String {
    format!("Not saved yet: {}. Discarded changes cannot be restored.", names.join(", "))
}

/// Why it is not saved, where something in the form is in the way.
pub fn not_saved_yet(name: &str) -> String {
    format!("{name} is not saved. Choose Keep editing to see what is missing.")
}

/// The description of a tab with changes.
pub const fn tab_changed() -> &'static str {
    "Not saved yet"
}
