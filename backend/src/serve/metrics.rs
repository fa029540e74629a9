//! `/metrics` in the text format of Prometheus, on an address of its own: what goes on inside is not for those who may use
//! the API. Numbers that stand somewhere already are looked up when they are asked for.

use super::Limits;
use crate::state::Backend;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
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
/// The media type. Source: OpenMetrics 1.0.0, section "Overall Structure".
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The one page.
pub(super) fn router(backend: &Backend) -> Router {
    let backend = backend.clone();
    Router::new().route("/metrics", get(move || show(backend.clone())))
}

async fn show(backend: Backend) -> Response {
    let mut registry = Registry::with_prefix("postern");
    backend.measures().register(&mut registry);
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => ([(CONTENT_TYPE, OPENMETRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
