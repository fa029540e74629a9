//! How the API is served: who may connect, for how long, over what. One loop accepts ([`accept`]), one task carries each
//! connection ([`connection`]) and hands its requests ([`request`]) to the router. All time-outs are monotonic time, so that
//! setting the clock neither ends nor prolongs anything.

mod accept;
mod connection;
mod error;
mod framing;
mod metrics;
mod origin;
mod own;
mod pace;
mod process_metrics;
mod request;
mod signals;
mod sparing;
mod supervisor;
mod tls;

pub use error::ServeError;
pub(crate) use tls::certificate_flaws;

use crate::measure::Measures;
use crate::state::Backend;
use accept::Door;
use ipnet::IpNet;
use origin::Trust;
use signals::{Signals, Told};
use sparing::Sparing;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tls::Tls;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// What an operator decides about it.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where the metrics are shown; nowhere if there is none.
    pub metrics: Option<SocketAddr>,
    /// The certificate to show; without one, the API is served in the clear, for a proxy in front or for this machine.
    pub tls: Option<Certificate>,
    /// Networks of proxies whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// In which header they say it.
    pub forwarded: Forwarded,
    /// How much and how long.
    pub limits: Limits,
}

/// A certificate and its key, as PEM files.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The certificate, and after it those up to the one that clients know.
    pub chain: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The names and addresses by which clients reach the server; none where they are not known.
    pub names: Vec<String>,
}

/// The header in which trusted proxies say where a request came from. It is one, since the other is then whatever a
/// stranger has put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forwarded {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Rfc7239,
}

/// How much and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once of one network address (IPv6: of one /64), trusted proxies excepted.
    pub connections_per_client: usize,
    /// Requests at once; one more is answered `overloaded`.
    pub requests: usize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long a request's head may take, from its first byte to its last.
    pub head: Duration,
    /// How long a request's body may take.
    pub body: Duration,
    /// How long a connection may be quiet between an answer and the next request.
    pub idle: Duration,
    /// How long `/readyz` says no before connections are refused, once the program is told to stop.
    pub notice: Duration,
    /// How long requests under way may take from then on.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2048,
            connections_per_client: 256,
            requests: 512,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            idle: Duration::from_secs(75),
            notice: Duration::ZERO,
            grace: Duration::from_secs(35),
        }
    }
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8737)),
            metrics: None,
            tls: None,
            trusted_proxies: Vec::new(),
            forwarded: Forwarded::default(),
            limits: Limits::default(),
        }
    }
}

/// What every connection of one listener shares.
struct House {
    router: axum::Router,
    limits: Limits,
    trust: Arc<Trust>,
    /// One permit for each request that may be worked on.
    room: Arc<Semaphore>,
    measures: Arc<Measures>,
    /// Failed handshakes, for the log.
    handshakes: Sparing,
}

/// Listening, but not answering yet.
pub struct Server {
    serving: Serving,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    tls: Option<Arc<Tls>>,
    signals: Signals,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("serving", &self.serving).finish_non_exhaustive()
    }
}

impl Server {
    /// Takes the addresses and reads the certificate. From here on, signals are this server's.
    pub async fn bind(serving: Serving) -> Result<Self, ServeError> {
        let signals = Signals::listen()?;
        let tls = serving.tls.clone().map(Tls::open).transpose()?.map(Arc::new);
        let listener = listen(serving.listen).await?;
        let metrics = match serving.metrics {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        Ok(Self { serving, listener, metrics, tls, signals })
    }

    /// Returns once the program is told to stop, for as long as it does not run yet. What it is told otherwise is told of
    /// what it is about to read anyway.
    pub async fn told_to_stop(&mut self) {
        while self.signals.next().await != Told::Stop {}
    }

    /// Where it listens, as a base address.
    pub fn address(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.listener.local_addr().unwrap_or(self.serving.listen))
    }

    /// Answers requests until the program is told to stop, and then as long as requests are under way.
    pub async fn run(mut self, backend: Backend) {
        let limits = accept::affordable(self.serving.limits);
        let trust = Trust { proxies: self.serving.trusted_proxies, forwarded: self.serving.forwarded };
        let house = |router, limits: Limits| House {
            router,
            limits,
            trust: Arc::new(trust.clone()),
            room: Arc::new(Semaphore::new(limits.requests)),
            measures: Arc::clone(backend.measures()),
            handshakes: Sparing::default(),
        };
        let (stop, stopping) = watch::channel(false);
        if let Some(listener) = self.metrics.take() {
            if let Ok(address) = listener.local_addr() {
                tracing::info!(%address, "metrics are shown on http");
            }
            let house = house(metrics::router(&backend), metrics::LIMITS);
            tokio::spawn(Door::new(listener, None, house).keep(stopping.clone()));
        }
        let door = Door::new(self.listener, self.tls.clone(), house(backend.router(), limits));
        let mut door = tokio::spawn(door.keep(stopping));
        supervisor::ready();
        loop {
            match self.signals.next().await {
                Told::Stop => break,
                Told::Reload => {
                    if let Some(tls) = &self.tls {
                        tls.reload();
                    } else {
                        tracing::info!("there is no certificate to read again");
                    }
                }
            }
        }
        supervisor::stopping();
        backend.leave();
        tracing::info!("told to stop: requests under way are finished");
        if limits.notice > Duration::ZERO {
            // until whoever spreads requests over replicas has seen that this one leaves; told again, it is not waited for
            let _ = tokio::time::timeout(limits.notice, self.signals.next()).await;
        }
        stop.send_replace(true);
        if tokio::time::timeout(limits.grace, &mut door).await.is_err() {
            tracing::warn!("requests were still under way when the grace ended");
        }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|fault| ServeError::Listen(address, fault))
}
