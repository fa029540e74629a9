//! The administrator's side of Postern without pixels: one [`Desk`] is one backend and at most one signed-in account.
//!
//! The desk holds what a window must never see: the session's token and the secrets of authentication keys, which rest
//! in the [`vault`]. It speaks the contract through a [`transport`], embedded or remote, and cannot tell which. It does
//! not know Tauri: the shell above it is a list of commands that call one method each.

pub mod again;
pub mod ask;
mod base_url;
pub mod bundle;
pub mod config;
pub mod connection;
mod desk;
pub mod durable;
mod error;
mod hex;
pub mod importing;
mod key;
pub mod language;
pub mod links;
pub mod options;
pub mod plan;
mod signed_out;
pub mod snapshot;
pub mod transport;
pub mod vault;
pub mod wish;

pub use desk::Desk;
pub use error::OpenError;
pub use options::Options;
pub use postern_backend::memory;
#[cfg(feature = "prompt")]
pub use postern_backend::password_prompt;
