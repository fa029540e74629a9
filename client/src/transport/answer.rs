//! Reading an answer: only what a backend of ours could have said, and no more of it than it could have said.

use super::fault::{self, Cause};
use super::{ANSWER_MAX, WireAnswer, media_type};
use postern_contract::{ProblemCode, Secret};
use reqwest::{Response, StatusCode, Url, header};
use zeroize::Zeroizing;

/// Reads an answer piece by piece, so that an endless one is left after [`ANSWER_MAX`].
pub async fn read(mut response: Response, origin: &Url, by_proxy: bool) -> Result<WireAnswer, ProblemCode> {
    let status = response.status();
    let media_type = text(&response, header::CONTENT_TYPE).map(media_type);
    if let Some(foreign) = foreign(&response, media_type.as_deref(), origin, by_proxy) {
        return Err(foreign);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    while let Some(piece) = response.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + piece.len() > ANSWER_MAX {
            return Err(ProblemCode::NotOurBackend);
        }
        bytes.extend_from_slice(&piece);
    }
    let bytes = Secret::new(std::mem::take(&mut *bytes));
    Ok(WireAnswer { status: status.as_u16(), media_type, bytes })
}

/// What a head says that no backend of ours has sent.
fn foreign(
    response: &Response,
    media_type: Option<&str>,
    origin: &Url,
    by_proxy: bool,
) -> Option<ProblemCode> {
    let status = response.status();
    let ours = matches!(media_type, Some("application/json" | "application/problem+json"));
    match status {
        StatusCode::NETWORK_AUTHENTICATION_REQUIRED => Some(ProblemCode::CaptivePortal),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED if by_proxy => Some(ProblemCode::ProxyRefused),
        status if status.is_redirection() => Some(if leads_elsewhere(response, origin) {
            ProblemCode::CaptivePortal
        } else {
            ProblemCode::NotOurBackend
        }),
        // nothing is asked for in a packed form, and unpacking is how small answers become large
        _ if response.headers().contains_key(header::CONTENT_ENCODING) => Some(ProblemCode::NotOurBackend),
        StatusCode::NO_CONTENT => None,
        _ if ours => None,
        // what stands before the backend says that there is nothing behind it
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            Some(ProblemCode::BackendUnreachable)
        }
        status if status.is_success() && media_type == Some("text/html") => Some(ProblemCode::CaptivePortal),
        _ => Some(ProblemCode::NotOurBackend),
    }
}

/// Whether a redirect leads to another origin than the one that was asked.
fn leads_elsewhere(response: &Response, origin: &Url) -> bool {
    let to = text(response, header::LOCATION).and_then(|to| origin.join(to).ok());
    to.is_some_and(|to| to.origin() != origin.origin())
}

fn text(response: &Response, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

/// What it means that an answer that had begun did not end.
fn broken(error: &reqwest::Error) -> ProblemCode {
    if error.is_timeout() {
        return ProblemCode::BackendTimeout;
    }
    match fault::cause(error) {
        Cause::NotHttp => ProblemCode::NotOurBackend,
        _ => ProblemCode::BackendUnreachable,
    }
}
