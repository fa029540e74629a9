//! The section `[http]`: where the server listens, whom it believes, and what it grants whoever connects.

use super::Settings;
use super::finding::Notes;
use crate::serve::{Certificate, Forwarded, Limits, Serving};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Where the server listens, whom it believes, and what it grants whoever connects. All limits hold for each replica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port to listen on; port 0 takes any free one.
    #[schemars(with = "String", extend("format" = "socket-address"))]
    pub listen: SocketAddr,
    /// Address and port on which `/metrics` is shown, in the clear: a loopback address or one of an inner network, like
    /// `127.0.0.1:9464`. Not set: metrics are shown nowhere. They are never shown on `listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "socket-address"))]
    pub metrics_listen: Option<SocketAddr>,
    /// The certificate. Not set: plain HTTP, for a proxy in front or for this machine alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "HttpTls")]
    pub tls: Option<HttpTls>,
    /// Networks or addresses of proxies in front, like `10.0.0.0/8` or `::1`. Only a connection from one of them is believed
    /// when it says where a request came from, and which id it has; whatever such a proxy passes on counts as having come
    /// over TLS.
    pub trusted_proxies: Vec<Network>,
    /// The header in which those proxies say it. Choose the one that they overwrite or add to; the other is never looked at.
    pub forwarded_header: ForwardedHeader,
    /// Connections at once.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections: u32,
    /// Connections at once of one client address (of IPv6, of one /64); trusted proxies may have as many as there are.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections_per_client: u32,
    /// Requests at once; one more is answered 503 with `Retry-After`.
    #[schemars(range(min = 1, max = 100_000))]
    pub requests: u32,
    /// Seconds a TLS handshake may take.
    #[schemars(range(min = 1, max = 300))]
    pub handshake_seconds: u32,
    /// Seconds the head of a request may take to arrive.
    #[schemars(range(min = 1, max = 300))]
    pub head_seconds: u32,
    /// Seconds the body of a request may take to arrive.
    #[schemars(range(min = 1, max = 300))]
    pub body_seconds: u32,
    /// Seconds a request may take altogether; then it is answered 503.
    #[schemars(range(min = 1, max = 300))]
    pub request_seconds: u32,
    /// Seconds a connection may be quiet between an answer and the next request. Longer than the proxy in front keeps its
    /// own, so that it is the proxy that closes.
    #[schemars(range(min = 1, max = 3_600))]
    pub idle_seconds: u32,
    /// Seconds from being told to stop until connections are refused, in which `/readyz` already answers 503: as long as
    /// whoever spreads requests over replicas needs to see it.
    #[schemars(range(min = 0, max = 300))]
    pub notice_seconds: u32,
    /// Seconds that requests under way may take after that.
    #[schemars(range(min = 1, max = 600))]
    pub grace_seconds: u32,
}

/// The certificate that clients see. Read again on SIGHUP: new connections get the new one, and one that cannot be used
/// changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpTls {
    /// A PEM file: the certificate first, then those that vouch for it.
    pub certificate: PathBuf,
    /// A PEM file with the certificate's private key, without a pass phrase, that its owner alone may read.
    pub key: PathBuf,
    /// The host names and IP addresses by which clients reach this server, like `accounts.harbor.example`: the certificate is
    /// checked against each. Not set: it must name some host.
    #[serde(default)]
    pub names: Vec<String>,
}

impl HttpTls {
    pub(super) fn files(&self) -> Certificate {
        Certificate { chain: self.certificate.clone(), key: self.key.clone(), names: self.names.clone() }
    }
}

/// A network like `10.0.0.0/8`, or a single address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("format" = "network"))]
pub struct Network(pub String);

/// A header in which proxies say where a request came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most proxies write.
    #[default]
    XForwardedFor,
    /// `Forwarded`. Source: RFC 7239.
    Forwarded,
}

impl Default for Http {
    fn default() -> Self {
        let Serving { listen, limits, .. } = Serving::default();
        let seconds = |limit: Duration| u32::try_from(limit.as_secs()).unwrap_or(u32::MAX);
        let count = |most: usize| u32::try_from(most).unwrap_or(u32::MAX);
        Self {
            listen,
            metrics_listen: None,
            tls: None,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            connections: count(limits.connections),
            connections_per_client: count(limits.connections_per_client),
            requests: count(limits.requests),
            handshake_seconds: seconds(limits.handshake),
            head_seconds: seconds(limits.head),
            body_seconds: seconds(limits.body),
            request_seconds: seconds(Settings::default().request_time_limit),
            idle_seconds: seconds(limits.idle),
            notice_seconds: seconds(limits.notice),
            grace_seconds: seconds(limits.grace),
        }
    }
}

impl Http {
    /// What the server is told.
    pub fn serving(&self) -> Serving {
        let seconds = |given: u32| Duration::from_secs(given.into());
        let count = |most: u32| usize::try_from(most).unwrap_or(usize::MAX);
        Serving {
            listen: self.listen,
            metrics: self.metrics_listen,
            tls: self.tls.as_ref().map(HttpTls::files),
            trusted_proxies: self.trusted_proxies.iter().filter_map(|text| network(&text.0)).collect(),
            forwarded: match self.forwarded_header {
                ForwardedHeader::XForwardedFor => Forwarded::XForwardedFor,
                ForwardedHeader::Forwarded => Forwarded::Rfc7239,
            },
            limits: Limits {
                connections: count(self.connections),
                connections_per_client: count(self.connections_per_client),
                requests: count(self.requests),
                handshake: seconds(self.handshake_seconds),
                head: seconds(self.head_seconds),
                body: seconds(self.body_seconds),
                idle: seconds(self.idle_seconds),
                notice: seconds(self.notice_seconds),
                grace: seconds(self.grace_seconds),
            },
        }
    }

    /// How long one request may take.
    pub fn request_time_limit(&self) -> Duration {
        Duration::from_secs(self.request_seconds.into())
    }

    /// What holds between its values.
    pub(super) fn rules(&self, notes: &mut Notes) {
        if self.body_seconds > self.request_seconds {
            notes.error(
                "http.body_seconds",
                format!("{} seconds", self.body_seconds),
                &format!("at most `request_seconds`, which is {}", self.request_seconds),
                "shorten it, or lengthen `request_seconds`",
            );
        }
        if self.grace_seconds < self.request_seconds {
            notes.warning(
                "http.grace_seconds",
                format!("{} seconds", self.grace_seconds),
                &format!("at least `request_seconds`, which is {}", self.request_seconds),
                "lengthen it, so that a request under way is never cut off when the server stops",
            );
        }
        if self.metrics_listen == Some(self.listen) && self.listen.port() != 0 {
            notes.error(
                "http.metrics_listen",
                format!("{}, which is `listen` too", self.listen),
                "an address or port of its own, since metrics are not for those who use the API",
                "choose another port, like 9464",
            );
        }
        if let Some(metrics) = self.metrics_listen.filter(|address| is_public(address.ip())) {
            notes.warning(
                "http.metrics_listen",
                format!("{metrics}, which others may reach"),
                "an address of this machine or of a private network: metrics are answered to whoever asks",
                "choose one like 127.0.0.1:9464",
            );
        }
        if let Some(all) = self.trusted_proxies.iter().find(|proxy| is_everybody(&proxy.0)) {
            notes.warning(
                "http.trusted_proxies",
                format!("{}, which is everybody", all.0),
                "the addresses of the proxies in front alone",
                "name those: whoever is believed chooses the address that budgets and limits count by",
            );
        }
        if self.tls.is_none() && !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
            notes.warning(
                "http.listen",
                format!("{} without TLS and without a trusted proxy", self.listen),
                "a section `[http.tls]`, or a loopback address, or a proxy with TLS in front named in `trusted_proxies`",
                "add one of these: passwords and tokens would cross the network in the clear",
            );
        }
    }
}

/// Whether an address may be reached from outside of the machine and its private networks.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !(address.is_loopback() || address.is_private() || address.is_link_local()),
        IpAddr::V6(address) => {
            !(address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local())
        }
    }
}

/// Whether a network holds every address there is.
fn is_everybody(text: &str) -> bool {
    network(text).is_some_and(|network| network.prefix_len() == 0)
}

/// A network, or a single address as one.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether a text is a network or an address.
pub(super) fn is_network(text: &str) -> bool {
    network(text).is_some()
}
