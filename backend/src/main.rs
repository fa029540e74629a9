//! The account backend as a program: `postern-backend serve --database sqlite:///PATH --listen 127.0.0.1:PORT`.

extern crate postern_contract as contract;

mod key_file;
mod options;

use clap::Parser as _;
use options::{Command, Options, Place, Serve};
use postern_backend::{Backend, Settings, SystemClock, SystemRandom, openapi};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long requests under way may take once the program is told to stop.
const GRACE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let done = match Options::parse().command {
        Command::Openapi => say(&openapi::text()),
        Command::Serve(options) => run(serve(&options)),
        Command::Messages(place) => run(messages(&place)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let _ = writeln!(std::io::stderr(), "postern-backend: {fault}");
            ExitCode::FAILURE
        }
    }
}

type Fault = Box<dyn std::error::Error>;

fn say(text: &str) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn run(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    // a panic's own text may quote what it stumbled over, so only its place is written
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

async fn open(place: &Place, settings: Settings) -> Result<Backend, Fault> {
    let key = key_file::read_or_create(&place.key_file(), &SystemRandom)?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    Ok(Backend::open(settings, &place.database, key, clock, random).await?)
}

/// Works beside a running server: the database takes several processes.
async fn messages(place: &Place) -> Result<(), Fault> {
    let backend = open(place, Settings::default()).await?;
    let messages = backend.messages().await?;
    backend.close().await;
    say(&format!("{}\n", serde_json::to_string_pretty(&messages)?))
}

async fn serve(options: &Serve) -> Result<(), Fault> {
    let listener = TcpListener::bind(options.listen).await.map_err(|fault| {
        format!(
            "cannot listen on {} ({fault}); nothing was changed. Choose another address with --listen, \
             or port 0 for any free one",
            options.listen
        )
    })?;
    let backend = open(&options.place, options.settings()).await?;
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
