//! `messages`: what was sent or would have been. Works beside a running server: the database takes several processes.

use super::{Fault, open_beside, say};
use postern_backend::config::file::Configuration;

/// Prints them as JSON.
pub async fn messages(configuration: &Configuration) -> Result<(), Fault> {
    let backend = open_beside(configuration).await?;
    let messages = backend.posted().await;
    backend.close().await;
    let messages = serde_json::json!({ "messages": messages? });
    say(&format!("{}\n", serde_json::to_string_pretty(&messages)?))
}
