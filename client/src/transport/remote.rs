//! A backend elsewhere, over HTTPS. The one place where an HTTP client is made, with its limits: no proxy that was not
//! configured, no redirect followed, no answer larger than it may be.

use super::{
    ANSWER_MAX, CONNECT_LIMIT, Calling, TOTAL_LIMIT, Transport, WireAnswer, WireRequest, media_type,
};
use postern_contract::{Method, Problem, ProblemCode, Secret};
use reqwest::{Client, Response, Url, header, redirect};
use std::time::Duration;
use zeroize::Zeroizing;

/// A backend at a URL.
#[derive(Debug, Clone)]
pub struct Remote {
    origin: Url,
    client: Client,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
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

impl Remote {
    /// A way to the backend at `origin`, which [`crate::options::backend_url`] has accepted.
    pub fn new(origin: Url, limits: Limits) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(limits.connect)
            .timeout(limits.total)
            .build()?;
        Ok(Self { origin, client })
    }

    async fn carry(&self, request: WireRequest) -> Result<WireAnswer, Problem> {
        let url = self.origin.join(&request.target()).map_err(|_| Problem::new(ProblemCode::Malformed))?;
        let mut builder = self.client.request(method(request.method), url);
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        if let Some(token) = &request.bearer {
            builder = builder.bearer_auth(token.expose());
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.expose().clone());
        }
        let response = builder.send().await.map_err(|error| fault(&error))?;
        read(response).await
    }
}

impl Transport for Remote {
    fn call(&self, request: WireRequest) -> Calling<'_> {
        Box::pin(self.carry(request))
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// Reads an answer piece by piece, so that an endless one is left after [`ANSWER_MAX`].
async fn read(mut response: Response) -> Result<WireAnswer, Problem> {
    let status = response.status();
    let media_type =
        response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(media_type);
    if status.is_redirection() || media_type.as_deref() == Some("text/html") {
        return Err(Problem::new(ProblemCode::NotOurBackend));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    while let Some(piece) = response.chunk().await.map_err(|error| fault(&error))? {
        if bytes.len() + piece.len() > ANSWER_MAX {
            return Err(Problem::new(ProblemCode::NotOurBackend));
        }
        bytes.extend_from_slice(&piece);
    }
    let bytes = Secret::new(std::mem::take(&mut *bytes));
    Ok(WireAnswer { status: status.as_u16(), media_type, bytes })
}

/// What a fault of the connection means. An answer that is not HTTP at all did not come from a backend of ours.
fn fault(error: &reqwest::Error) -> Problem {
    let code = if error.is_timeout() {
        ProblemCode::BackendTimeout
    } else if speaks_something_else(error) {
        ProblemCode::NotOurBackend
    } else {
        ProblemCode::BackendUnreachable
    };
    tracing::info!(code = code.as_str(), "a request did not come through");
    Problem::new(code)
}

fn speaks_something_else(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse) {
            return true;
        }
        cause = error.source();
    }
    false
}
