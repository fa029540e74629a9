//! The counts themselves, in the form that Prometheus reads. Labels are words of our own: an operation's name, a status, a
//! channel. Nothing that anybody sends becomes one, so neither can their number grow nor anything personal be in them.

use axum::http::Method;
use contract::operation::{Declared, OPERATIONS};
use contract::verification::Channel;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Upper bounds of the duration classes in seconds: from a key check to the time limit of a request.
const CLASSES: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    operation: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Sending {
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    reason: &'static str,
}

/// What is counted since the start, and how much there is of what comes and goes.
#[derive(Debug)]
pub(crate) struct Measures {
    requests: Family<Request, Counter>,
    durations: Family<Operation, Histogram>,
    conflicts: Counter,
    given_up: Counter,
    sent: Family<Sending, Counter>,
    connections: Gauge,
    accepted: Counter,
    turned_away: Family<Refusal, Counter>,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(CLASSES)),
            conflicts: Counter::default(),
            given_up: Counter::default(),
            sent: Family::default(),
            connections: Gauge::default(),
            accepted: Counter::default(),
            turned_away: Family::default(),
        }
    }
}

impl Measures {
    /// A request was answered. `path` is the route's template.
    pub(crate) fn answered(&self, method: &Method, path: &str, status: u16, took: Duration) {
        let operation = name(method, path);
        self.requests.get_or_create(&Request { operation, status }).inc();
        self.durations.get_or_create(&Operation { operation }).observe(took.as_secs_f64());
    }

    /// The database refused a transaction because of another, and the operation runs again.
    pub(crate) fn conflicted(&self) {
        self.conflicts.inc();
    }

    /// An operation met so many conflicts that it was refused.
    pub(crate) fn gave_up(&self) {
        self.given_up.inc();
    }

    /// A message was handed over, or not: `outcome` is a word of the delivery's own.
    pub(crate) fn sent(&self, channel: Channel, outcome: &'static str) {
        let channel = match channel {
            Channel::Email => "email",
            Channel::TextMessage => "text_message",
        };
        self.sent.get_or_create(&Sending { channel, outcome }).inc();
    }

    /// A connection began.
    pub(crate) fn connected(&self) {
        self.accepted.inc();
        self.connections.inc();
    }

    /// A connection ended.
    pub(crate) fn disconnected(&self) {
        self.connections.dec();
    }

    /// A connection or a request was refused before anybody looked at what it wants, or a connection was ended early.
    pub(crate) fn turned_away(&self, reason: &'static str) {
        self.turned_away.get_or_create(&Refusal { reason }).inc();
    }

    /// Shows all of them.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let http = registry.sub_registry_with_prefix("http");
        http.register("requests", "Requests answered", self.requests.clone());
        http.register_with_unit(
            "request_duration",
            "How long requests took to be answered",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(
            "database_conflicts",
            "Transactions the database refused because of another; their operations ran again",
            self.conflicts.clone(),
        );
        registry.register(
            "database_conflicts_given_up",
            "Operations refused because of too many conflicts",
            self.given_up.clone(),
        );
        registry.register("messages_sent", "Messages handed over, or not, by channel", self.sent.clone());
        registry.register("connections", "Connections that are open", self.connections.clone());
        registry.register("connections_accepted", "Connections that were opened", self.accepted.clone());
        registry.register(
            "turned_away",
            "Connections and requests refused at a limit, and connections ended early, by reason",
            self.turned_away.clone(),
        );
    }
}

/// The operation that a route is, by the name of the contract; the others by their path.
fn name(method: &Method, path: &str) -> &'static str {
    let is = |declared: &&Declared| declared.path == path && declared.method.as_str() == method.as_str();
    match OPERATIONS.iter().find(is) {
        Some(declared) => declared.name,
        None => match path {
            "/livez" => "livez",
            "/readyz" => "readyz",
            "/openapi.json" => "openapi",
            _ => "other",
        },
    }
}
