//! What must be done once although it may be sent twice: the same wish goes out under the same `Idempotency-Key` until
//! its answer is known, so a number whose answer was lost on the way is not sent again by pressing the button again.

use crate::connection;
use crate::hex;
use postern_contract::operation::Operation;
use postern_contract::{Problem, ProblemCode};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long the same request is still the same wish. As long as a number may not be sent again in any case; who asks
/// later means another one.
const SAME_WISH: Duration = Duration::from_mins(1);
/// Wishes remembered; the oldest goes.
const REMEMBERED: usize = 16;

/// The wishes whose answers are not known.
#[derive(Debug, Default)]
pub struct Wishes(Mutex<Vec<Open>>);

#[derive(Debug)]
struct Open {
    /// Fingerprint of operation, path and body.
    of: [u8; 32],
    since: Instant,
    key: String,
}

/// One wish on its way.
#[derive(Debug, Clone)]
pub struct Wish {
    of: [u8; 32],
    /// What is sent as `Idempotency-Key`.
    pub key: String,
}

impl Wish {
    /// A wish that nobody had before; none for an operation that needs none.
    pub fn fresh<O: Operation>(operation: &O) -> Result<Option<Self>, Problem> {
        if !O::DECLARED.once {
            return Ok(None);
        }
        let body = serde_json::to_vec(operation.body()).map_err(|_| Problem::new(ProblemCode::Malformed))?;
        let mut of = Sha256::new();
        of.update(O::DECLARED.name);
        of.update(operation.line().path);
        of.update([0]);
        of.update(zeroize::Zeroizing::new(body).as_slice());
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|_| Problem::new(ProblemCode::Internal))?;
        Ok(Some(Self { of: of.finalize().into(), key: hex::encode(&random) }))
    }

    /// The wish that was noted under this key before; none for an operation that needs none.
    pub fn kept<O: Operation>(operation: &O, key: &str) -> Result<Option<Self>, Problem> {
        Ok(Self::fresh(operation)?.map(|wish| Self { key: key.to_owned(), ..wish }))
    }
}

impl Wishes {
    /// The wish that this request is: the one it was a moment ago, where that one's answer is not known.
    pub fn of<O: Operation>(&self, operation: &O) -> Result<Option<Wish>, Problem> {
        let Some(mut wish) = Wish::fresh(operation)? else { return Ok(None) };
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|earlier| earlier.since.elapsed() < SAME_WISH);
        if let Some(same) = open.iter().find(|earlier| earlier.of == wish.of) {
            wish.key.clone_from(&same.key);
            return Ok(Some(wish));
        }
        if open.len() == REMEMBERED {
            open.remove(0);
        }
        open.push(Open { of: wish.of, since: Instant::now(), key: wish.key.clone() });
        Ok(Some(wish))
    }

    /// Notes an answer. One that says nothing of the wish's fate leaves it open.
    pub fn answered<T>(&self, wish: &Wish, answer: &Result<T, Problem>) {
        if answer.as_ref().is_err_and(|problem| is_open(problem.code)) {
            return;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|open| open.key != wish.key);
    }
}

/// Whether after such a problem it is not known, or not yet decided, what became of a request. Whatever is wrong with the way
/// says nothing of it.
fn is_open(code: ProblemCode) -> bool {
    connection::is_of_the_way(code)
        || matches!(code, ProblemCode::RequestInFlight | ProblemCode::Overloaded | ProblemCode::Internal)
}

#[cfg(test)]
mod tests {
    use super::{SAME_WISH, Wishes};
    use postern_contract::operation::{GetAccount, StartVerification};
    use postern_contract::verification::{Channel, Purpose, VerificationRequest};
    use postern_contract::{Problem, ProblemCode};

    fn send(address: &str) -> StartVerification {
        let purpose = Purpose::ChangeContact;
        let body = VerificationRequest { purpose, channel: Channel::Email, address: address.to_owned() };
        StartVerification { body }
    }

    // API-3
    #[tokio::test(start_paused = true)]
    async fn api_3_a_wish_is_the_same_until_its_answer_is_known() {
        let wishes = Wishes::default();
        let key = |address: &str| wishes.of(&send(address)).unwrap().unwrap();
        let first = key("pier@harbor.example");
        let lost: Result<(), _> = Err(Problem::new(ProblemCode::BackendTimeout));
        wishes.answered(&first, &lost);
        assert_eq!(key("pier@harbor.example").key, first.key);
        assert_ne!(key("quay@harbor.example").key, first.key);
        wishes.answered(&first, &Ok(()));
        let second = key("pier@harbor.example");
        assert_ne!(second.key, first.key);
        tokio::time::advance(SAME_WISH).await;
        assert_ne!(key("pier@harbor.example").key, second.key);
        assert!(wishes.of(&GetAccount { body: () }).unwrap().is_none());
    }
}
