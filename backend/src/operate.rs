//! What an operator does beside any request: the acts behind the program's commands, as functions of the backend.

mod accounts;
#[cfg(feature = "server")]
pub mod backup;
#[cfg(feature = "server")]
mod placing;
mod service;
mod standing;

pub use crate::draft::Draft;
#[cfg(feature = "server")]
pub use crate::store::{database_refusal, is_keyed};
pub use accounts::{Listed, NotCreated};
pub use service::Service;
