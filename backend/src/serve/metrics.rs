//! `/metrics` in the text format of Prometheus, on an address of its own: what goes on inside is not for those who may use
//! the API. Numbers that stand somewhere already are looked up when they are asked for.

use super::{Limits, process_metrics};
use crate::state::Backend;
use crate::store::{OutboxDepth, Unsent};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// A scraper or two.
pub(super) const LIMITS: Limits = Limits {
    connections: 32,
    connections_per_client: 16,
    requests: 4,
    handshake: Duration::from_secs(5),
    head: Duration::from_secs(5),
    body: Duration::from_secs(5),
    idle: Duration::from_mins(2),
    notice: Duration::ZERO,
    grace: Duration::from_secs(5),
};
/// The media type. Source: `OpenMetrics` 1.0.0, section "Overall Structure".
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How long the database may take to be asked.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: String,
}

/// What the database knows of the outbox.
type Stored = (Vec<OutboxDepth>, Vec<Unsent>);

/// The one page.
pub(super) fn router(backend: &Backend) -> Router {
    let backend = backend.clone();
    Router::new().route("/metrics", get(move || show(backend.clone())))
}

async fn show(backend: Backend) -> Response {
    let mut whole = Registry::default();
    process_metrics::register(&mut whole);
    let registry = whole.sub_registry_with_prefix("postern");
    let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The version of the program", build);
    backend.measures().register(registry);
    hashing(&backend, registry);
    let stored = tokio::time::timeout(PATIENCE, stored(&backend)).await;
    database(stored.ok().flatten().as_ref(), registry);
    let mut text = String::new();
    match encode(&mut text, &whole) {
        Ok(()) => ([(CONTENT_TYPE, OPENMETRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn hashing(backend: &Backend, registry: &mut Registry) {
    let (in_use, waiting) = backend.hasher().load();
    let registry = registry.sub_registry_with_prefix("hashing");
    registry.register("in_use", "Password hashes being computed", ConstGauge::new(whole(in_use)));
    registry.register("waiting", "Requests that wait to hash a password", ConstGauge::new(whole(waiting)));
}

/// What the database knows, or nothing where it does not answer.
async fn stored(backend: &Backend) -> Option<Stored> {
    let mut tx = backend.store().read().await.ok()?;
    Some((tx.outbox_depth(backend.now()).await.ok()?, tx.outbox_faults().await.ok()?))
}

fn database(stored: Option<&Stored>, registry: &mut Registry) {
    let up = i64::from(stored.is_some());
    registry.register("database_up", "Whether the database answers", ConstGauge::new(up));
    let Some((depths, faults)) = stored else { return };
    let messages = Family::<State, Gauge>::default();
    let mut oldest = 0;
    for OutboxDepth { state, count, oldest_seconds, unsent } in depths {
        messages.get_or_create(&State { state: state.clone() }).set(*count);
        if *unsent {
            oldest = oldest.max(*oldest_seconds);
        }
    }
    let waiting = Family::<Reason, Gauge>::default();
    for Unsent { fault, count } in faults {
        waiting.get_or_create(&Reason { reason: fault.clone() }).set(*count);
    }
    let registry = registry.sub_registry_with_prefix("outbox");
    registry.register("waiting", "Messages still to be sent, by why their last try failed", waiting);
    registry.register("messages", "Messages in the outbox, by state", messages);
    registry.register_with_unit(
        "oldest",
        "How long the oldest message that is still to be sent has been waiting",
        Unit::Seconds,
        ConstGauge::new(oldest),
    );
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
