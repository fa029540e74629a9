//! `messages`: what was sent or would have been. Works beside a running server: the database takes several processes.

use super::{Fault, open, say};
use postern_backend::config::file::Configuration;

/// Prints them as JSON.
pub async fn messages(configuration: &Configuration) -> Result<(), Fault> {
    let backend = open(configuration, configuration.settings()).await?;
    let messages = backend.messages().await;
    backend.close().await;
    say(&format!("{}\n", serde_json::to_string_pretty(&messages?)?))
}
