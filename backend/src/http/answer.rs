//! Writes answers. A refusal travels inside the backend as its [`Problem`], and becomes JSON in [`super::frame`], which
//! knows the request's id.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use contract::operation::Answer;
use contract::{Problem, ProblemCode};

/// The media type of a refusal. Source: RFC 9457 section 3.
pub(super) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An operation's answer with its declared status.
pub(super) fn success<A: Answer>(status: u16, answer: &A) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    if let Some(tag) = answer.etag().and_then(|tag| HeaderValue::from_str(tag.as_str()).ok()) {
        response.headers_mut().insert(ETAG, tag);
    }
    if response.status() == StatusCode::NO_CONTENT {
        return response;
    }
    match serde_json::to_vec(answer) {
        Ok(bytes) => {
            *response.body_mut() = Body::from(bytes);
            response.headers_mut().insert(CONTENT_TYPE, JSON);
            response
        }
        Err(_) => refuse(crate::error::internal("an answer could not be written")),
    }
}

/// A refusal that still needs its request's id.
pub(super) fn refuse(problem: Problem) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(&problem);
    response.extensions_mut().insert(problem);
    response
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The refusal on the wire.
pub(super) fn write(problem: &Problem, step_up_seconds: u32, response: &mut Response) {
    *response.status_mut() = status(problem);
    *response.body_mut() = Body::from(serde_json::to_vec(problem).unwrap_or_default());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, PROBLEM_JSON);
    if let Some(challenge) = challenge(problem.code, step_up_seconds) {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// How to come back with better credentials. Source: RFC 6750 section 3, RFC 9470 section 3.
fn challenge(code: ProblemCode, step_up_seconds: u32) -> Option<HeaderValue> {
    match code {
        ProblemCode::Unauthenticated => Some(HeaderValue::from_static("Bearer")),
        ProblemCode::StepUpRequired => HeaderValue::from_str(&format!(
            "Bearer error=\"insufficient_user_authentication\", max_age={step_up_seconds}"
        ))
        .ok(),
        _ => None,
    }
}
