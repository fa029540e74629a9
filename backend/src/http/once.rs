//! Carries `Idempotency-Key` from the wire to [`crate::once`].

use super::{Handle, insist};
use crate::caller::{Bearer, Caller as _};
use crate::once::{Wish, begin, look};
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
    let wish = &Wish::of(backend, caller.account(), key, &operation)?;
    if caller.account().is_none() {
        return by_a_stranger(operation, caller, bearer, backend, wish).await;
    }
    if let Some(answer) = insist::insist(backend, || begin(backend, wish)).await? {
        return answer;
    }
    let backend = backend.wishing(wish.clone());
    let mut held = Held(Some(backend.clone()));
    let answer = insist::handle(&operation, caller, bearer, &backend).await;
    held.0 = None;
    if answer.is_err() {
        backend.release().await;
    }
    answer
}

/// Does it with the claim in the same transaction, so that a refusal commits nothing.
async fn by_a_stranger<O: Handle>(
    operation: O,
    caller: O::Caller,
    bearer: &Bearer,
    backend: &Backend,
    wish: &Wish,
) -> Result<O::Answer, Problem> {
    let before = || look(backend, wish);
    if let Some(answer) = insist::insist(backend, before).await? {
        return answer;
    }
    let answer = insist::handle(&operation, caller, bearer, &backend.wishing(wish.clone())).await;
    match answer {
        // another attempt may have done it meanwhile, and been in the way of this one
        Err(refusal) => insist::insist(backend, before).await?.unwrap_or(Err(refusal)),
        done => done,
    }
}
