//! An answer awaited, with what to do once it is there.
//!
//! Its types are forgotten, so that forms and readings, which wait for answers of every kind, are in the page once and not
//! once for each kind: what a window loads before it shows anything stays small.

use crate::bridge::Task;
use postern_contract::Problem;
use std::future::Future;

/// What to do with an answer, or why there is none.
pub type Outcome = Result<Box<dyn FnOnce()>, Problem>;

/// `answer` with `done`, once it is there.
pub fn attempt<A: 'static>(
    answer: impl Future<Output = Result<A, Problem>> + 'static,
    done: impl FnOnce(A) + 'static,
) -> Task<Outcome> {
    after(Box::pin(answer), Box::new(done))
}

fn after<A: 'static>(answer: Task<Result<A, Problem>>, done: Box<dyn FnOnce(A)>) -> Task<Outcome> {
    Box::pin(async move { outcome(answer.await, done) })
}

/// The same where the answer is there already.
pub fn outcome<A: 'static>(answer: Result<A, Problem>, done: impl FnOnce(A) + 'static) -> Outcome {
    answer.map(|answer| Box::new(move || done(answer)) as Box<dyn FnOnce()>)
}
