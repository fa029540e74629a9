//! What an operator does beside any request: the acts behind the program's commands, as functions of the backend.

mod service;
mod standing;

pub use service::Service;
