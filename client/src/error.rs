//! Why the desktop's side could not be opened at all. Read by a person at start-up, so it says what happened, what is
//! untouched, and what to do; everything later is a [`postern_contract::Problem`].

use crate::transport::remote::RemoteError;
use std::fmt;
use std::path::PathBuf;

/// Opening failed.
#[derive(Debug)]
pub enum OpenError {
    /// The data folder cannot be made or closed to others.
    Folder(PathBuf, std::io::Error),
    /// The operating system gives no random bytes.
    Randomness,
    /// The embedded backend cannot start.
    Backend(postern_backend::OpenError),
    /// The means for HTTPS cannot be set up.
    Https(RemoteError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, cause) => write!(
                f,
                "Postern cannot use its data folder {}: {cause}. Nothing was changed. \
                 Make the folder writable for you, or set XDG_DATA_HOME to one that is.",
                path.display()
            ),
            Self::Randomness => f.write_str(
                "The operating system gives no random bytes, so no secret can be made. Nothing was changed. \
                 Start Postern again when the system has started completely.",
            ),
            Self::Backend(cause) => write!(
                f,
                "Postern cannot start its own backend: {cause}. \
                 With --backend URL a shared backend can be used meanwhile."
            ),
            Self::Https(cause) => write!(
                f,
                "Postern cannot set up HTTPS: {cause}. Nothing was changed. \
                 Check the system's certificates (package ca-certificates); without --backend Postern needs none.",
            ),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder(_, cause) => Some(cause),
            Self::Randomness => None,
            Self::Backend(cause) => Some(cause),
            Self::Https(cause) => Some(cause),
        }
    }
}
