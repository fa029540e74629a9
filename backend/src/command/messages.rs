//! `messages`: what was sent or would have been. Works beside a running server: the database takes several processes.

use super::{Fault, say};
use postern_backend::Backend;

/// Prints them as JSON.
pub async fn messages(backend: &Backend) -> Result<(), Fault> {
    let messages = serde_json::json!({ "messages": backend.posted().await? });
    say(&format!("{}\n", serde_json::to_string_pretty(&messages)?))
}
