//! What the way to one remote backend is made of, as values: the configuration and the tests fill it in.

use super::pin::Pin;
use super::{CONNECT_LIMIT, TOTAL_LIMIT};
use reqwest::Url;
use std::path::PathBuf;
use std::time::Duration;

/// The way to a backend.
#[derive(Debug, Clone)]
pub struct Way {
    /// Where it is: scheme, host and port, which [`crate::options::backend_url`] has accepted.
    pub origin: Url,
    /// PEM files with certificates that are trusted beside the operating system's, for this backend and a proxy before it
    /// that is reached over TLS.
    pub ca: Vec<PathBuf>,
    /// Where it names any: the backend's own certificate must have one of these public keys, whoever has signed it.
    pub pins: Vec<Pin>,
    /// The proxy that carries requests; none goes straight. The environment's proxies never count, and none does on the way
    /// to a backend that is reached without TLS.
    pub proxy: Option<Url>,
    /// How long things may take.
    pub limits: Limits,
}

impl Way {
    /// Straight to `origin`, trusting what the operating system trusts.
    pub fn to(origin: Url, limits: Limits) -> Self {
        Self { origin, ca: Vec::new(), pins: Vec::new(), proxy: None, limits }
    }

    /// Whether the backend is on this very computer, so that no network is needed to reach it.
    pub fn is_here(&self) -> bool {
        let host = self.origin.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the answer is complete.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: CONNECT_LIMIT, total: TOTAL_LIMIT }
    }
}
