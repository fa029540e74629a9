//! From a request to a handler: one route for each operation of the contract, all made by the same generic code, which
//! finds out who asks, reads the request strictly and writes the answer. What an operation does is in `http/<noun>.rs`.
//!
//! Invariant: an operation without a handler, or one whose handler asks for another caller than the contract declares,
//! does not compile.

mod account;
mod activity;
mod answer;
mod arrival;
mod capabilities;
mod challenge;
mod confirmation;
mod export;
mod frame;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod health;
pub(crate) mod insist;
mod introspection;
mod key;
mod once;
mod password;
mod read;
mod security;
mod session;
#[cfg(test)]
mod unhashed;
mod verification;

#[cfg(feature = "server")]
pub(crate) use arrival::{Arrival, NoRoom, Peer};
#[cfg(feature = "server")]
pub(crate) use health::is_asked as is_asked_for_health;

use crate::caller::Caller;
use crate::state::Backend;
use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
#[allow(clippy::wildcard_imports, reason = "the list names them all")]
use contract::operation::*;
use contract::{Access, Method, Problem, ProblemCode};
use std::future::Future;

/// What an operation does.
pub(crate) trait Handle: Operation {
    /// Who may ask.
    type Caller: Caller;
    /// Does it.
    fn handle(
        self,
        caller: Self::Caller,
        backend: &Backend,
    ) -> impl Future<Output = Result<Self::Answer, Problem>> + Send;
}

macro_rules! routes {
    ($($operation:ident,)*) => {
        fn operations(router: Router<Backend>) -> Router<Backend> {
            router$(.route(<$operation as Operation>::DECLARED.path, route::<$operation>()))*
        }
    };
}
contract::with_operations!(routes);

/// The whole API.
pub(crate) fn router(backend: Backend) -> Router {
    let router = operations(Router::new());
    let router = health::routes(router)
        .fallback(async || answer::refuse(ProblemCode::NotFound.into()))
        .method_not_allowed_fallback(async || answer::refuse(ProblemCode::MethodNotAllowed.into()));
    frame::around(router, &backend).with_state(backend)
}

const fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    }
}

fn route<O: Handle>() -> axum::routing::MethodRouter<Backend> {
    const {
        assert!(
            <O::Caller as Caller>::ACCESS as u8 == O::DECLARED.access as u8,
            "the handler asks for another caller than the contract declares"
        );
    }
    on(filter(O::DECLARED.method), serve::<O>)
}

async fn serve<O: Handle>(State(backend): State<Backend>, path: RawPathParams, request: Request) -> Response {
    let backend = backend.asked(read::asked(&request));
    match ask::<O>(&backend, &path, request).await {
        Ok(answer) => answer::success(O::DECLARED.success, &answer),
        Err(problem) => answer::refuse(problem),
    }
}

async fn ask<O: Handle>(
    backend: &Backend,
    path: &RawPathParams,
    request: Request,
) -> Result<O::Answer, Problem> {
    let (head, body) = request.into_parts();
    // where anybody may ask, what is sent to prove who asks is not even looked at
    let bearer = if O::DECLARED.access == Access::Open { None } else { read::bearer(&head.headers)? };
    let caller = insist::insist(backend, || O::Caller::identify(backend, bearer.clone())).await?;
    let body = read::body::<O::Body>(&head.headers, body).await?;
    let id = path.iter().next().map(|(_, id)| id);
    let operation = O::read(&read::line(&head, id)?, body)?;
    if O::DECLARED.once {
        return once::done(operation, caller, &bearer, backend, &once::key(&head.headers)?).await;
    }
    insist::handle(&operation, caller, &bearer, backend).await
}
