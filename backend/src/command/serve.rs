//! `serve`: the API until the program is told to stop.

use super::{Fault, open, say};
use postern_backend::config::file::Configuration;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long requests under way may take once the program is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until it is told to stop.
pub async fn serve(configuration: &Configuration) -> Result<(), Fault> {
    let listen = configuration.http.listen;
    let listener = TcpListener::bind(listen).await.map_err(|fault| {
        format!(
            "cannot listen on {listen} ({fault}); nothing was changed. Choose another address as `listen` in the section \
             `[http]` of the configuration, or port 0 for any free one"
        )
    })?;
    let backend = open(configuration, configuration.settings()).await?;
    say(&format!("listening on http://{}\n", listener.local_addr()?))?;

    let (stop, mut stopping) = tokio::sync::watch::channel(false);
    let mut late = stop.subscribe();
    tokio::spawn(async move {
        told_to_stop().await;
        stop.send_replace(true);
    });
    let serving = axum::serve(listener, backend.router())
        .with_graceful_shutdown(async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        })
        .into_future();
    tokio::select! {
        served = serving => served?,
        () = async {
            let _ = late.wait_for(|stop| *stop).await;
            let mut grace = tokio::time::interval(GRACE);
            grace.tick().await;
            grace.tick().await;
        } => tracing::warn!("requests were still under way when the grace ended"),
    }
    backend.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Resolves at the first SIGINT or SIGTERM.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
