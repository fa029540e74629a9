//! The account backend of Postern: axum over sqlx, a library and a small binary.
//!
//! The desktop calls [`Backend::router`] inside its own process, without a port; the binary serves the same router. One
//! request goes `http` (reads it strictly, finds out who asks) → a handler in `http/<noun>.rs` → one transaction of
//! `store`, into which messages are queued → `delivery`. `http` never sees sqlx and `store` never sees axum.

extern crate postern_contract as contract;

mod address;
mod again;
mod caller;
#[cfg(feature = "reading")]
pub mod certificate;
pub mod clock;
mod code;
pub mod config;
mod delivery;
mod draft;
mod erasure;
pub mod error;
mod guess;
mod http;
mod key_check;
mod language;
#[cfg(feature = "server")]
pub mod log;
mod measure;
pub mod memory;
mod messages;
mod notice;
mod number;
mod once;
#[cfg(feature = "server")]
pub mod openapi;
pub mod operate;
mod password;
#[cfg(feature = "prompt")]
pub mod password_prompt;
mod peer;
pub mod random;
mod sealed;
mod seen;
#[cfg(feature = "server")]
pub mod serve;
mod state;
mod steady;
mod store;
#[cfg(feature = "server")]
mod words;

#[cfg(feature = "fuzz")]
pub use http::fuzz;

pub use address::{mobile_phone, phone_masked, phone_shown};
pub use clock::{Clock, SystemClock};
pub use config::{Hashing, Settings};
pub use contract::rules::canonical_email;
pub use delivery::settings;
pub use error::OpenError;
pub use messages::{Carriage, PostedMessage};
pub use password::advise as advise_password;
pub use random::{Exhausted, Random, SystemRandom};
pub use state::Backend;
