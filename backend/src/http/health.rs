//! For whoever runs the backend: is it alive, may requests be sent to it, and what does it speak.

use super::answer;
#[cfg(feature = "server")]
use crate::openapi;
use crate::state::Backend;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
#[cfg(feature = "server")]
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use contract::{Problem, ProblemCode};
#[cfg(feature = "server")]
use std::sync::LazyLock;

/// Made once: it is asked for by anybody.
#[cfg(feature = "server")]
static DESCRIPTION: LazyLock<String> = LazyLock::new(openapi::text);

pub(super) fn routes(router: Router<Backend>) -> Router<Backend> {
    let router = router.route("/livez", get(async || StatusCode::OK)).route("/readyz", get(ready));
    // the desktop reads no description of itself
    #[cfg(feature = "server")]
    let router = router.route(
        "/openapi.json",
        get(async || ([(CONTENT_TYPE, "application/json")], DESCRIPTION.as_str()).into_response()),
    );
    router
}

/// Whether it is asked for, which must be answered however busy the backend is: a supervisor would end it otherwise.
pub(crate) fn is_asked(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz")
}

/// 200 while the database answers, its schema is this version's or a newer one, and nobody has told the program to stop.
async fn ready(State(backend): State<Backend>) -> Response {
    if backend.is_leaving() {
        return answer::refuse(Problem::new(ProblemCode::Overloaded).retry_after(1));
    }
    match backend.store().ready().await {
        Ok(true) => StatusCode::OK.into_response(),
        Ok(false) | Err(_) => answer::refuse(Problem::new(ProblemCode::Overloaded).retry_after(1)),
    }
}
