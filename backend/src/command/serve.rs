//! `serve`: the API until the program is told to stop.

use super::{Fault, open, say};
use postern_backend::config::file::Configuration;
use postern_backend::serve::Server;

/// Serves until it is told to stop.
pub async fn serve(configuration: &Configuration) -> Result<(), Fault> {
    let server = Server::bind(configuration.http.serving()).await?;
    let backend = open(configuration, configuration.settings()).await?;
    say(&format!("listening on {}\n", server.address()))?;
    server.run(backend.clone()).await;
    backend.close().await;
    tracing::info!("stopped");
    Ok(())
}
