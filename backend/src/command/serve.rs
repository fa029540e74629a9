//! `serve`: the API until the program is told to stop.

use super::{Fault, open, say};
use postern_backend::config::file::Configuration;
use postern_backend::serve::Server;

/// Serves until it is told to stop.
pub async fn serve(configuration: &Configuration) -> Result<(), Fault> {
    let mut server = Server::bind(configuration.http.serving()).await?;
    // the database may keep it waiting, as long as another replica migrates
    let backend = tokio::select! {
        backend = open(configuration, configuration.settings()) => backend?,
        () = server.told_to_stop() => {
            tracing::info!("told to stop before the database was ready: nothing was served");
            return Ok(());
        }
    };
    if let Err(fault) = say(&format!("listening on {}\n", server.address())) {
        // whoever started it need not listen
        tracing::warn!(%fault, address = server.address(), "where it listens could not be printed");
    }
    server.run(backend.clone()).await;
    backend.close().await;
    tracing::info!("stopped");
    Ok(())
}
