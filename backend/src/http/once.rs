//! Carries `Idempotency-Key` from the wire to [`crate::once`].

use super::{Handle, insist};
use crate::caller::{Bearer, Caller as _};
use crate::once::{Begun, begin};
use crate::state::Backend;
use axum::http::{HeaderMap, HeaderName};
use contract::{Problem, ProblemCode, Rule};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key.
const KEY_MAX: usize = 64;

/// The key under which a request is done once: 1–64 visible ASCII characters, taken as they are.
pub(super) fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let wrong = |rule| Problem::field(ProblemCode::Malformed, IDEMPOTENCY_KEY.as_str(), rule);
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = values.next().ok_or_else(|| wrong(Rule::Missing))?;
    if values.next().is_some() {
        return Err(wrong(Rule::Duplicate));
    }
    let visible = value.as_bytes().iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok("") => Err(wrong(Rule::Missing)),
        Ok(text) if visible && text.len() <= KEY_MAX => Ok(text.to_owned()),
        _ => Err(wrong(Rule::WrongType)),
    }
}

/// Lets go of the claim if whoever asked is gone before there is an answer.
struct Held(Option<Backend>);

impl Drop for Held {
    fn drop(&mut self) {
        if let (Some(backend), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { backend.release().await });
        }
    }
}

/// Does it, unless it was done.
pub(super) async fn done<O: Handle>(
    operation: O,
    caller: O::Caller,
    bearer: &Bearer,
    backend: &Backend,
    key: &str,
) -> Result<O::Answer, Problem> {
    let (account, asked) = (caller.account(), &operation);
    let wish = match insist::insist(backend, || begin(backend, account, key, asked)).await? {
        Begun::Answered(answer) => return answer,
        Begun::Mine(wish) => wish,
    };
    let backend = backend.wishing(wish);
    let mut held = Held(Some(backend.clone()));
    let answer = insist::handle(&operation, caller, bearer, &backend).await;
    held.0 = None;
    if answer.is_err() {
        backend.release().await;
    }
    answer
}
