//! Configuration prepared before there is a network: what counts on this desktop, where each value comes from, and what is
//! wrong with a file.
//!
//! A file is read into [`file::File`] (or [`policy_file::PolicyFile`]), the two shapes that the reference page and the schemas
//! are made from. Files become [`layer::Layer`]s, the strongest first; an [`Effective`] holds them merged, key by key.
//! [`Configured`] keeps one that is always current, and changes the user's file.
//!
//! Nothing here fails for want of a good file: what cannot be used is left out and said.

pub(crate) mod around;
mod backend;
pub mod candidate;
mod change;
mod configured;
mod effective;
pub mod file;
pub mod finding;
mod fixed;
mod follow;
mod forms;
mod gather;
mod kept;
pub mod layer;
pub mod manual;
mod places;
mod policy;
mod policy_entries;
pub mod policy_file;
pub mod preferences;
mod show;
mod trusted;
pub(crate) mod validate;

pub use crate::transport::pin::Pin;
pub use around::{bytes, check_file, check_policy, read_bytes, read_file, read_text};
pub use backend::Backend;
pub use configured::Configured;
pub use effective::Effective;
pub use follow::Following;
pub(crate) use gather::version;
pub use places::{Machine, Places, Preferences};
pub use policy::{Countersigner, Policy, Signer};
pub use policy_entries::{IgnoredFile, Level, PolicyEntry};

#[cfg(test)]
mod tests;
