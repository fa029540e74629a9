//! Tests: what is refused before a password is hashed. The hashing pool is shut, so that whatever does hash is answered
//! `overloaded`.

use super::Handle as _;
use crate::caller::{Anybody, SignedIn, Unlocked};
use crate::clock::{Clock, Hand};
use crate::code::fingerprint;
use crate::delivery::session_limits;
use crate::guess::{self, Door};
use crate::peer::{self, Act, Budget};
use crate::state::Asked;
use crate::store::{Binding, NewAccountRow, NumberPurpose, ProofRow};
use crate::{Backend, Hashing, Settings, SystemRandom};
use contract::account::{NewAccount, PasswordChange, ProvenAddress};
use contract::operation::{ChangePassword, CreateAccount, OpenSession, StepUp};
use contract::session::{Credentials, PasswordAgain};
use contract::verification::Channel;
use contract::{AccountId, AskerId, Problem, ProblemCode, Secret, SessionId};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use uuid::Uuid;

const MINA: AccountId = AccountId(Uuid::from_u128(7));
const ASKER: AskerId = AskerId(Uuid::from_u128(8));
const EMAIL: &str = "mina@harbor.example";

/// A backend that hashes nothing, as a request from this address sees it, and the folder of its database.
async fn backend(most: u32) -> (Backend, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.db");
    let settings = Settings { hashing: Hashing::cheapest(), peer_failures_max: most, ..Settings::default() };
    let clock = Arc::new(Hand(AtomicI64::new(1_795_435_200_000))) as Arc<dyn Clock>;
    let random = Arc::new(SystemRandom);
    let backend = Backend::open_file(settings, &file, Secret::new([1; 32]), clock, random).await.unwrap();
    backend.hasher().shut();
    let from = Some("203.0.113.7".parse().unwrap());
    (backend.asked(Asked { from, ..Asked::default() }), folder)
}

async fn with_mina(backend: &Backend) -> SignedIn {
    let mut tx = backend.store().write().await.unwrap();
    let row = NewAccountRow {
        // nobody's password, in the form of one
        password: format!("$argon2id$v=19$m=8,t=1,p=1${}${}", "A".repeat(22), "A".repeat(43)),
        ..NewAccountRow::of_mina(MINA, backend.now())
    };
    tx.insert_account(&row).await.unwrap();
    let (session, token) = (SessionId(Uuid::from_u128(9)), fingerprint("a token"));
    tx.insert_session(session, MINA, &token, (None, "a desktop"), backend.now()).await.unwrap();
    tx.step_up_session(session, &token, backend.now()).await.unwrap();
    tx.commit().await.unwrap();
    let limits = session_limits(backend.settings(), backend.clock());
    SignedIn::named(backend, token, limits).await.unwrap().unwrap()
}

fn proofs(email: &str, mobile_phone: &str) -> CreateAccount {
    let proven = |address: &str, proof: &str| ProvenAddress {
        address: address.to_owned(),
        proof: fingerprint(proof)[..43].to_owned(),
    };
    let body = NewAccount {
        asker: ASKER,
        name: "Mina Park".to_owned(),
        email: proven(EMAIL, email),
        mobile_phone: proven("+821055501234", mobile_phone),
        task: None,
        password: Secret::from("seven harbor lamps"),
    };
    CreateAccount { body }
}

async fn prove(backend: &Backend, kind: &str, address: &str, proof: &str, by: AskerId, lasts: i64) {
    let row = ProofRow {
        hash: fingerprint(&fingerprint(proof)[..43]),
        binding: Binding::Asker(by),
        purpose: NumberPurpose::SignUp,
        channel: if kind == "email" { Channel::Email } else { Channel::TextMessage },
        address: backend.keys().address(kind, address),
    };
    let mut tx = backend.store().write().await.unwrap();
    tx.insert_proof(&row, None, backend.now() + lasts).await.unwrap();
    tx.commit().await.unwrap();
}

fn code<T>(answer: Result<T, Problem>) -> ProblemCode {
    answer.err().unwrap().code
}

// A1: invented proofs, those of another asker or address, expired ones, and an address that is taken: all are refused without
// a hash and count for the network; only what is proven is hashed
#[tokio::test]
async fn a1_nothing_is_hashed_for_who_has_proven_nothing() {
    let (backend, _folder) = backend(8).await;
    let ask = async |email: &str, phone: &str| code(proofs(email, phone).handle(Anybody, &backend).await);
    let (phone, minute) = ("+821055501234", 60_000);
    prove(&backend, "email", EMAIL, "right", ASKER, minute).await;
    prove(&backend, "text_message", phone, "right phone", ASKER, minute).await;
    prove(&backend, "email", EMAIL, "another's", AskerId(Uuid::from_u128(88)), minute).await;
    prove(&backend, "email", "juno@harbor.example", "of juno", ASKER, minute).await;
    prove(&backend, "email", EMAIL, "expired", ASKER, 0).await;
    assert_eq!(ask("right", "right phone").await, ProblemCode::Overloaded);
    for email in ["invented", "another's", "of juno", "expired", "right phone"] {
        assert_eq!(ask(email, "right phone").await, ProblemCode::ProofRefused, "{email}");
    }
    assert_eq!(ask("right", "invented").await, ProblemCode::ProofRefused);
    with_mina(&backend).await;
    assert_eq!(ask("right", "right phone").await, ProblemCode::ProofRefused);
    assert_eq!(ask("invented", "invented").await, ProblemCode::ProofRefused);
    // eight were refused: no proof helps any more for a while
    for (email, phone) in [("invented", "invented"), ("right", "right phone")] {
        assert_eq!(ask(email, phone).await, ProblemCode::TooManyRequests);
    }
    // a value that breaks a rule says so, whatever the network did
    let mut bad = proofs("right", "right phone");
    bad.body.password = Secret::from("short");
    assert_eq!(code(bad.handle(Anybody, &backend).await), ProblemCode::Rejected);
}

// A1: a guess that comes too early at an address is not hashed either, with an account or without, and counts for the network
#[tokio::test]
async fn a1_no_guess_that_is_too_early_is_hashed() {
    let (backend, _folder) = backend(4).await;
    with_mina(&backend).await;
    for (round, email) in [EMAIL, "nobody@harbor.example"].into_iter().enumerate() {
        let address = Door::Address(backend.keys().address("email", email));
        let mut tx = backend.store().write().await.unwrap();
        for _ in 0..5 {
            guess::failed(&backend, &mut tx, &address).await.unwrap();
        }
        tx.commit().await.unwrap();
        let body = Credentials {
            email: email.to_owned(),
            password: Secret::from("seven harbor lamps"),
            place: None,
            desktop: None,
        };
        for _ in 0..3 {
            let early = OpenSession { body: body.clone() }.handle(Anybody, &backend).await.unwrap_err();
            assert_eq!(early.code, ProblemCode::TooManyRequests);
        }
        let budget = Budget::of(&backend, Act::Failure).unwrap();
        let mut tx = backend.store().glance().await.unwrap();
        assert_eq!(budget.allowed(&backend, &mut tx).await.is_ok(), round == 0);
    }
}

// A1: who hangs up while a password is hashed is counted as refused
#[tokio::test]
async fn a1_a_request_that_is_given_up_counts_for_its_network() {
    let (backend, _folder) = backend(1).await;
    tokio::select! {
        biased;
        () = peer::watched(&backend, std::future::pending()) => {}
        () = std::future::ready(()) => {}
    }
    let budget = Budget::of(&backend, Act::Failure).unwrap();
    let is_full = async || {
        let mut tx = backend.store().glance().await.unwrap();
        budget.allowed(&backend, &mut tx).await.is_err()
    };
    while !is_full().await {
        tokio::task::yield_now().await;
    }
    // and who waits for the answer is counted by what it is
    let (backend, _folder) = self::backend(1).await;
    peer::watched(&backend, std::future::ready(())).await;
    let mut tx = backend.store().glance().await.unwrap();
    assert!(Budget::of(&backend, Act::Failure).unwrap().allowed(&backend, &mut tx).await.is_ok());
}

// A17: within a session that must wait no password is hashed: neither to enter it again nor to change it
#[tokio::test]
async fn a17_a_throttled_session_hashes_nothing() {
    let (backend, _folder) = backend(100).await;
    let step_up = async || {
        let body = PasswordAgain { password: Secret::from("seven harbor lamps") };
        code(StepUp { body }.handle(with_session(&backend).await, &backend).await)
    };
    let change = async || {
        let body = PasswordChange {
            current_password: Secret::from("seven harbor lamps"),
            new_password: Secret::from("eleven harbor lamps"),
        };
        let caller = Unlocked(with_session(&backend).await);
        code(ChangePassword { body }.handle(caller, &backend).await)
    };
    let session = with_mina(&backend).await.session;
    assert_eq!((step_up().await, change().await), (ProblemCode::Overloaded, ProblemCode::Overloaded));
    let mut tx = backend.store().write().await.unwrap();
    for _ in 0..5 {
        guess::failed(&backend, &mut tx, &Door::Session(session.id, MINA)).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(
        (step_up().await, change().await),
        (ProblemCode::TooManyRequests, ProblemCode::TooManyRequests)
    );
}

async fn with_session(backend: &Backend) -> SignedIn {
    let limits = session_limits(backend.settings(), backend.clock());
    SignedIn::named(backend, fingerprint("a token"), limits).await.unwrap().unwrap()
}
