//! Requests that are done once, however often they are repeated: whoever repeats one under its key gets the answer that
//! was lost on the way. Source: draft-ietf-httpapi-idempotency-key-header-07.
//!
//! An attempt of somebody who is signed in first claims the request in a transaction of its own, so that nobody else
//! begins it, here or at another replica. Its answer is then written in the very transaction that does what was asked.
//! An attempt of somebody unknown claims and answers in that one transaction: what is refused then costs no commit, so
//! that strangers cannot keep the disk busy. Two of them at once are in each other's way, and the one that comes too
//! late looks for the answer of the other.
//!
//! Invariant: what was done has its answer kept, and what has no answer kept was not done, whenever the power fails. An
//! attempt that was held up beyond its lease cannot commit once another has taken over.
//!
//! Kept are successes, and refusals that left something behind: a try that was counted. Any other refusal releases the
//! claim, since asking again does no harm and may be what helps (sign in first, wait, the backend is busy); so nobody
//! fills the database with refusals either. An answer is kept for 24 hours, sealed under the backend's key, and only given
//! to whoever sends the whole request again.

use crate::again::persist;
use crate::error::internal;
use crate::random::uuid;
use crate::sealed::{seal, unseal};
use crate::state::Backend;
use crate::store::{Claim, Claimed, Tx};
use contract::operation::Operation;
use contract::{AccountId, Problem, ProblemCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long a claim stands without an answer, in milliseconds: longer than a request takes, and no longer than somebody
/// waits whose backend was killed at work. Where it was too short after all, the slower of the two attempts is undone.
const LEASE: i64 = 10_000;
/// How long letting go of a claim is tried, where other transactions are in the way or the database is away.
const RELEASE_LIMIT: Duration = Duration::from_millis(LEASE.unsigned_abs());
/// How long the answer waits for it.
const RELEASE_WAIT: Duration = Duration::from_secs(1);

/// A request that this attempt is to do once.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    subject: String,
    request: String,
    by: Uuid,
    account: Option<AccountId>,
}

impl Wish {
    /// The request that `key` stands for.
    pub(crate) fn of<O: Operation>(
        backend: &Backend,
        account: Option<AccountId>,
        key: &str,
        operation: &O,
    ) -> Result<Self, Problem> {
        let who = account.map(|id| id.to_string()).unwrap_or_default();
        let subject = backend.keys().wish(&["subject", O::DECLARED.name, &who, key]);
        let text =
            serde_json::to_string(operation).map_err(|_| internal("a request could not be written"))?;
        let request = backend.keys().wish(&["request", &Zeroizing::new(text)]);
        Ok(Self { subject, request, by: uuid(backend.random())?, account })
    }

    fn claim(&self, backend: &Backend) -> Claim<'_> {
        let (subject, request, by, account) = (&self.subject, &self.request, self.by, self.account);
        Claim { subject, request, by, account, now: backend.now(), lease: LEASE }
    }

    /// What was answered to it; none where it was not done yet.
    fn answered<A: DeserializeOwned>(
        &self,
        backend: &Backend,
        claimed: Claimed,
    ) -> Option<Result<A, Problem>> {
        match claimed {
            Claimed::Mine => None,
            Claimed::Answered(sealed) => Some(read(backend, &self.subject, &sealed).unwrap_or_else(Err)),
            Claimed::InFlight => Some(Err(in_flight())),
            Claimed::Reused => Some(Err(ProblemCode::IdempotencyKeyReused.into())),
        }
    }
}

/// What became of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome<A> {
    Done(A),
    Refused(Problem),
}

/// Claims a request in a transaction of its own, or says what was answered to it.
pub(crate) async fn begin<A: DeserializeOwned>(
    backend: &Backend,
    wish: &Wish,
) -> Result<Option<Result<A, Problem>>, Problem> {
    let mut tx = backend.store().write().await?;
    let claimed = tx.claim_wish(&wish.claim(backend)).await?;
    if claimed == Claimed::Mine {
        tx.commit().await?;
    }
    Ok(wish.answered(backend, claimed))
}

/// What was answered to a request, without claiming it.
pub(crate) async fn look<A: DeserializeOwned>(
    backend: &Backend,
    wish: &Wish,
) -> Result<Option<Result<A, Problem>>, Problem> {
    let before = backend.store().glance().await?.wish_before(&wish.claim(backend)).await?;
    Ok(before.and_then(|claimed| wish.answered(backend, claimed)))
}

fn in_flight() -> Problem {
    Problem::new(ProblemCode::RequestInFlight).retry_after(1)
}

fn read<A: DeserializeOwned>(
    backend: &Backend,
    subject: &str,
    sealed: &str,
) -> Result<Result<A, Problem>, Problem> {
    let text = unseal(backend.keys().answer(), subject.as_bytes(), sealed);
    match text.and_then(|text| serde_json::from_slice(&text).ok()) {
        Some(Outcome::Done(answer)) => Ok(Ok(answer)),
        Some(Outcome::Refused(problem)) => Ok(Err(problem)),
        None => Err(internal("a kept answer could not be read")),
    }
}

impl Backend {
    /// Commits what was done and, where the request is one that is done once, its answer with it.
    pub(crate) async fn acknowledge<A: Serialize>(&self, mut tx: Tx, answer: A) -> Result<A, Problem> {
        self.keep(&mut tx, &Outcome::Done(&answer)).await?;
        self.commit_and_deliver(tx).await?;
        Ok(answer)
    }

    /// Commits what a refusal leaves behind (a try that was counted), and the refusal itself with it.
    pub(crate) async fn refuse<T>(&self, mut tx: Tx, refusal: Problem) -> Result<T, Problem> {
        self.keep(&mut tx, &Outcome::<()>::Refused(refusal.clone())).await?;
        self.commit_number(tx).await?;
        Err(refusal)
    }

    /// The account that comes into being takes the answer with it when it goes.
    pub(crate) async fn adopt_wish(&self, tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
        let Some(wish) = self.wish() else { return Ok(()) };
        self.hold(tx, wish).await?;
        Ok(tx.adopt_wish(&wish.subject, wish.by, account).await?)
    }

    /// Claims in the transaction that answers, where nobody is known who could have claimed before it.
    async fn hold(&self, tx: &mut Tx, wish: &Wish) -> Result<(), Problem> {
        if wish.account.is_some() {
            return Ok(());
        }
        match tx.claim_wish(&wish.claim(self)).await? {
            Claimed::Mine => Ok(()),
            _ => Err(in_flight()),
        }
    }

    async fn keep<A: Serialize>(&self, tx: &mut Tx, outcome: &Outcome<A>) -> Result<(), Problem> {
        let Some(wish) = self.wish() else { return Ok(()) };
        self.hold(tx, wish).await?;
        let text = serde_json::to_vec(outcome).map_err(|_| internal("an answer could not be written"))?;
        let text = Zeroizing::new(text);
        let sealed = seal(self.keys().answer(), self.random(), wish.subject.as_bytes(), &text)?;
        if tx.answer_wish(&wish.subject, wish.by, &sealed).await? { Ok(()) } else { Err(in_flight()) }
    }

    /// Lets go of the claim, unless an answer is kept already.
    pub(crate) async fn release(&self) {
        let Some(wish) = self.wish() else { return };
        let (store, random) = (self.store().clone(), self.random_to_keep());
        let (subject, by) = (wish.subject.clone(), wish.by);
        // for as long as the claim would stand, apart from whoever waits for an answer
        let releasing = tokio::spawn(async move {
            let released = persist(&store, &*random, RELEASE_LIMIT, || async {
                let mut tx = store.write().await?;
                tx.release_wish(&subject, by).await?;
                tx.commit().await
            });
            if released.await.is_err() {
                tracing::warn!("a claim could not be released: it ends by itself");
            }
        });
        let _ = tokio::time::timeout(RELEASE_WAIT, releasing).await;
    }
}

#[cfg(test)]
mod tests {
    use super::{LEASE, Wish, begin};
    use crate::clock::{Clock, Hand};
    use crate::config::Settings;
    use crate::random::SystemRandom;
    use crate::state::Backend;
    use crate::store::NewAccountRow;
    use contract::activity::Event;
    use contract::operation::StartVerification;
    use contract::verification::{Channel, NumberState, Purpose, VerificationRequest, VerificationSent};
    use contract::{AccountId, Problem, ProblemCode, Secret, VerificationId};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    const MINA: AccountId = AccountId(uuid::Uuid::from_u128(7));

    async fn with_an_account(url: &str, clock: &Arc<Hand>) -> Backend {
        let (key, clock) = (Secret::new([9; 32]), Arc::clone(clock) as Arc<dyn Clock>);
        let backend =
            Backend::open(Settings::default(), url, key, clock, Arc::new(SystemRandom)).await.unwrap();
        let mut tx = backend.store().write().await.unwrap();
        tx.insert_account(&NewAccountRow::of_mina(MINA, backend.now())).await.unwrap();
        tx.commit().await.unwrap();
        backend
    }

    /// An attempt of hers at one and the same request.
    fn attempt(backend: &Backend) -> Wish {
        let (purpose, channel) = (Purpose::ChangeContact, Channel::Email);
        let body = VerificationRequest { purpose, channel, address: "pier@harbor.example".to_owned() };
        Wish::of(backend, Some(MINA), "wish", &StartVerification { body }).unwrap()
    }

    async fn claim(backend: &Backend, wish: &Wish) -> Option<Result<VerificationSent, ProblemCode>> {
        let begun = begin::<VerificationSent>(backend, wish).await.unwrap();
        begun.map(|answer| answer.map_err(|problem| problem.code))
    }

    /// Does what was asked, which leaves an entry, and answers.
    async fn finish(
        backend: &Backend,
        wish: &Wish,
        event: Event,
        id: u128,
    ) -> Result<VerificationSent, Problem> {
        let mut tx = backend.store().write().await.unwrap();
        tx.record(MINA, event, None, backend.now(), 10).await.unwrap();
        let number = NumberState { valid_for_seconds: 1, tries_left: 1, resend_in_seconds: 1 };
        let answer = VerificationSent { id: VerificationId(uuid::Uuid::from_u128(id)), number };
        backend.wishing(wish.clone()).acknowledge(tx, answer).await
    }

    // API-3: while one attempt is at work another is told so, up to the end of its lease; then another takes over, and the
    // one before can no longer commit
    #[tokio::test]
    async fn api_3_a_claim_holds_for_its_lease_and_then_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/accounts.db", folder.path().display());
        let clock = Arc::new(Hand(AtomicI64::new(1_795_435_200_000)));
        let backend = with_an_account(&url, &clock).await;
        let (first, second, third) = (attempt(&backend), attempt(&backend), attempt(&backend));
        assert_eq!(claim(&backend, &first).await, None);
        assert_eq!(claim(&backend, &second).await, Some(Err(ProblemCode::RequestInFlight)));
        clock.0.fetch_add(LEASE - 1, Ordering::SeqCst);
        assert_eq!(claim(&backend, &second).await, Some(Err(ProblemCode::RequestInFlight)));
        clock.0.fetch_add(1, Ordering::SeqCst);
        assert_eq!(claim(&backend, &second).await, None);

        let late = finish(&backend, &first, Event::KeyAdded, 1).await.unwrap_err();
        assert_eq!((late.code, late.status), (ProblemCode::RequestInFlight, 409));
        // nor does it let go of what is not its own any more
        backend.wishing(first.clone()).release().await;
        assert_eq!(claim(&backend, &third).await, Some(Err(ProblemCode::RequestInFlight)));
        let done = finish(&backend, &second, Event::KeyDeleted, 2).await.unwrap();
        for wish in [&first, &second, &third] {
            assert_eq!(claim(&backend, wish).await, Some(Ok(done.clone())));
        }
        let mut tx = backend.store().read().await.unwrap();
        let entries = tx.activity(MINA, None, 10).await.unwrap();
        let events: Vec<_> = entries.iter().map(|(_, entry)| entry.event).collect();
        assert_eq!(events, [Event::KeyDeleted]);
        drop(tx);
        backend.close().await;
    }
}
