//! Why the application could not start: what happened, what still works, what to do. These are the only sentences of the
//! shell, since no window is there to say them.

use std::fmt;

/// A start that failed.
#[derive(Debug)]
pub enum Failure {
    /// No screen to open a window on.
    NoDisplay,
    /// The desk could not be opened.
    Desk(postern_client::OpenError),
    /// The windows could not be made.
    Windows(tauri::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDisplay => f.write_str(
                "postern-desktop: there is no display to open a window on. Nothing was changed. \
                 Start it from a desktop session, or set DISPLAY or WAYLAND_DISPLAY to one.",
            ),
            Self::Desk(error) => write!(f, "postern-desktop: {error}"),
            Self::Windows(error) => write!(
                f,
                "postern-desktop: the windows could not be opened ({error}). Nothing was changed. \
                 Start it again; if it stays so, reinstall WebKitGTK 4.1."
            ),
        }
    }
}

impl std::error::Error for Failure {}
