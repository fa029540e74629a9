//! How a request reaches a backend. What is above this file cannot tell an embedded backend from a remote one.

mod answer;
pub mod clockwork;
pub mod embedded;
mod fault;
pub mod pin;
pub mod remote;
pub mod surroundings;
pub mod trust;
pub mod unvouched;
pub mod way;

use clockwork::KnownTime;

use postern_contract::operation::{Body, Operation, RequestLine};
use postern_contract::{Method, Problem, ProblemCode, Secret};
use std::pin::Pin;
use std::time::Duration;

/// How long a connection may take to come about.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a request may take as a whole.
pub const TOTAL_LIMIT: Duration = Duration::from_secs(15);
/// The largest answer that is read: far above fifty lines of activity, far below what would hurt.
pub const ANSWER_MAX: usize = 1024 * 1024;

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub struct WireRequest {
    /// The HTTP method.
    pub method: Method,
    /// Path, cursor and `If-Match`.
    pub line: RequestLine,
    /// The body, which may hold a password; none where the operation sends none.
    pub body: Option<Secret<Vec<u8>>>,
    /// The `Idempotency-Key`, where the operation needs one.
    pub wish: Option<String>,
    /// The session's token.
    pub bearer: Option<Secret<String>>,
    /// In which language messages are to be written that it brings about.
    pub language: Option<String>,
}

impl WireRequest {
    /// The request that `operation` makes.
    pub fn of<O: Operation>(operation: &O, bearer: Option<Secret<String>>) -> Result<Self, Problem> {
        let body = if O::Body::PRESENT {
            let bytes =
                serde_json::to_vec(operation.body()).map_err(|_| Problem::new(ProblemCode::Malformed))?;
            Some(Secret::new(bytes))
        } else {
            None
        };
        let (method, line) = (O::DECLARED.method, operation.line());
        Ok(Self { method, line, body, wish: None, bearer, language: None })
    }

    /// Path and query. A cursor is a number, so it needs no escaping.
    pub fn target(&self) -> String {
        match &self.line.cursor {
            Some(cursor) => format!("{}?cursor={cursor}", self.line.path),
            None => self.line.path.clone(),
        }
    }

    /// The headers it needs, each a name and a value. The token is not among them.
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = vec![("accept", "application/json, application/problem+json")];
        if self.body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        if let Some(tag) = &self.line.if_match {
            headers.push(("if-match", tag));
        }
        if let Some(key) = &self.wish {
            headers.push(("idempotency-key", key));
        }
        if let Some(language) = &self.language {
            headers.push(("accept-language", language));
        }
        headers
    }
}

/// An answer as it came over the wire. May hold a token, so it does not print.
#[derive(Debug, Clone)]
pub struct WireAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type without its parameters, in lower case.
    pub media_type: Option<String>,
    /// The body.
    pub bytes: Secret<Vec<u8>>,
}

/// A call on its way.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<WireAnswer, Problem>> + Send + 'a>>;

/// A way to a backend.
pub trait Transport: Send + Sync + 'static {
    /// Carries one request. Fails with one of the codes of [`postern_contract::connection::Connection::trouble`]; any
    /// status that a backend of ours may answer is an answer.
    fn call(&self, request: WireRequest) -> Calling<'_>;

    /// Hears what became of a request in the end, its answer read: none where it was answered by the contract.
    fn heard(&self, _problem: Option<&Problem>) {}

    /// What the backend said of the time, where it is another's.
    fn time(&self) -> Option<&KnownTime> {
        None
    }
}

/// The media type of a `Content-Type` header: `application/json; charset=utf-8` is `application/json`.
pub fn media_type(header: &str) -> String {
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
