//! What is around every request: its id, its time limit, a net under panics, the log line, and the headers that every
//! answer carries. No personal data is logged: the path's template and not the path, and never a header or a body.

use super::arrival::Arrival;
use super::{answer, health};
use crate::random;
use crate::state::Backend;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, IF_MATCH,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use contract::{Problem, ProblemCode};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A year. Whether it holds for names beneath this one is not for us to say.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Puts the frame around the router.
pub(super) fn around(router: Router<Backend>, backend: &Backend) -> Router<Backend> {
    router.layer(CatchPanicLayer::custom(panicked)).layer(from_fn_with_state(backend.clone(), frame))
}

/// The panic's own words go nowhere: they may hold anything. Its place is in the log, by the program's panic hook.
#[allow(clippy::needless_pass_by_value, reason = "the layer's own signature")]
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    answer::refuse(crate::error::internal("a handler panicked"))
}

async fn frame(State(backend): State<Backend>, mut request: Request, next: Next) -> Response {
    let began = backend.clock().running();
    let Arrival { id, sealed, turned_away, unread } = request.extensions_mut().remove().unwrap_or_default();
    let unread = unread.or_else(|| is_repeated(request.headers()).then_some(StatusCode::BAD_REQUEST));
    let id = id.unwrap_or_else(|| random::uuid(backend.random()).unwrap_or_default().to_string());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("-", MatchedPath::as_str);
    // at the highest level, so that every line of a request has its id whatever the log holds
    let span = tracing::error_span!("request", id = %id, method = logged(&method), path);

    let busy = || answer::refuse(Problem::new(ProblemCode::Overloaded).retry_after(1));
    let mut response = if let Some(status) = unread {
        no_request(status)
    } else if turned_away && !health::is_asked(path) {
        busy()
    } else {
        let limit = backend.settings().request_time_limit;
        let answered = tokio::time::timeout(limit, next.run(request).instrument(span.clone())).await;
        answered.unwrap_or_else(|_| busy())
    };
    let took = backend.clock().running().saturating_sub(began);

    if let Some(mut problem) = response.extensions_mut().remove::<Problem>().or_else(|| foreign(&response)) {
        problem.request_id = Some(id.clone());
        answer::write(&problem, backend.settings().capabilities.step_up_seconds, &mut response);
        span.in_scope(|| tracing::info!(status = problem.status, code = problem.code.as_str(), "refused"));
    } else {
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        span.in_scope(|| tracing::info!(status = response.status().as_u16(), milliseconds, "answered"));
    }
    backend.measures().answered(&method, path, response.status().as_u16(), took);
    let headers = response.headers_mut();
    if unread.is_some() {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if sealed {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// Whether a header that has one value stands twice. Which of them a proxy went by is not known, so neither counts.
fn is_repeated(headers: &HeaderMap) -> bool {
    let single =
        [AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, IF_MATCH, IDEMPOTENCY_KEY];
    single.iter().any(|name| headers.get_all(name).iter().nth(1).is_some())
}

/// A method as it stands in a log line: one that HTTP defines, or `OTHER`, since any word of any length is a method.
fn logged(method: &Method) -> &'static str {
    const DEFINED: [Method; 9] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::CONNECT,
        Method::OPTIONS,
        Method::TRACE,
        Method::PATCH,
    ];
    const NAMES: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    DEFINED.iter().position(|defined| defined == method).map_or("OTHER", |at| NAMES[at])
}

/// What is said of a head that cannot be read, or is too long.
fn no_request(status: StatusCode) -> Response {
    let code = if status == StatusCode::BAD_REQUEST { ProblemCode::Malformed } else { ProblemCode::TooLarge };
    answer::refuse(Problem { status: status.as_u16(), ..Problem::new(code) })
}

/// A refusal that none of our code made, as a problem.
fn foreign(response: &Response) -> Option<Problem> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ProblemCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemCode::UnsupportedMediaType,
        status if status.is_client_error() => ProblemCode::Malformed,
        _ => ProblemCode::Internal,
    };
    Some(Problem::new(code))
}

#[cfg(test)]
mod tests {
    use super::around;
    use crate::random::SystemRandom;
    use crate::{Backend, Hashing, Settings, SystemClock};
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use contract::{Problem, ProblemCode, Secret};
    use std::sync::Arc;
    use std::time::Duration;
    use tower::ServiceExt as _;

    // API-1: panics, time-outs and refusals that are not ours are problems too, and say nothing of the inside
    #[tokio::test]
    async fn api_1_whatever_goes_wrong_is_a_problem_with_an_id() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let settings = Settings {
            hashing: Hashing::cheapest(),
            request_time_limit: Duration::from_millis(50),
            ..Settings::default()
        };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let backend = Backend::open(settings, &url, Secret::new([1; 32]), clock, random).await.unwrap();
        let router = Router::new()
            .route("/panic", get(async || -> StatusCode { panic!("SELECT canary FROM /src/secret.rs") }))
            .route("/stuck", get(async || std::future::pending::<StatusCode>().await))
            .route("/foreign", get(async || (StatusCode::IM_A_TEAPOT, "canary")));
        let router = around(router, &backend).with_state(backend.clone());
        for (path, code) in [
            ("/panic", ProblemCode::Internal),
            ("/stuck", ProblemCode::Overloaded),
            ("/foreign", ProblemCode::Malformed),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), code.status(), "{path}");
            assert_eq!(response.headers()["content-type"], "application/problem+json");
            let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
            let bytes = to_bytes(response.into_body(), 1 << 16).await.unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains("canary"), "{path}");
            let problem: Problem = serde_json::from_slice(&bytes).unwrap();
            assert_eq!((problem.code, problem.request_id), (code, Some(id)));
        }
    }
}
