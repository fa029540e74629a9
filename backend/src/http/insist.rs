//! Insists on an answer where the database refuses an attempt for no fault of its own: the whole operation is done again
//! from finding out who asks, as often as [`crate::again`] allows.

use super::Handle;
use crate::again::{self, Attempts, Verdict};
use crate::caller::{Bearer, Caller};
use crate::state::Backend;
use contract::Problem;

/// Handles an operation for a caller who is known already.
pub(super) async fn handle<O: Handle>(
    operation: &O,
    caller: O::Caller,
    bearer: &Bearer,
    backend: &Backend,
) -> Result<O::Answer, Problem> {
    let backend = &backend.hashing_once();
    let mut known = Some(caller);
    insist(backend, || {
        let (known, operation) = (known.take(), operation.clone());
        async move {
            let caller = match known {
                Some(caller) => caller,
                None => O::Caller::identify(backend, bearer.clone()).await?,
            };
            operation.handle(caller, backend).await
        }
    })
    .await
}

/// Does it, and does it again where that is worthwhile.
pub(crate) async fn insist<T, F: Future<Output = Result<T, Problem>>>(
    backend: &Backend,
    mut once: impl FnMut() -> F,
) -> Result<T, Problem> {
    let mut attempts = Attempts::default();
    loop {
        let (outcome, verdict) = again::attempt(once()).await;
        if verdict == Verdict::Lost {
            backend.store().look_around();
        }
        if outcome.is_ok() || verdict == Verdict::Stands {
            return outcome;
        }
        backend.measures().conflicted();
        if !attempts.next(backend.random()).await {
            backend.measures().gave_up();
            return outcome;
        }
    }
}
