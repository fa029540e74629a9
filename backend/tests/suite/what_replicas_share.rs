//! Several backends on one database: what one does, the others know at once, since the database is all they share. And
//! what many writers at once meet: an answer, and never a fault.

use crate::depth::rounds;
use crate::world::{PASSWORD, Person, World, refused, token};
use contract::account::AccountChange;
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, ChangeAccount, CloseSession, DeleteKey, EndSession, GetAccount, GetSession, GetWhoAmI,
    ListSessions, Operation, StartVerification,
};
use contract::verification::{Channel, Purpose, VerificationRequest};
use contract::{KeyId, Problem, ProblemCode, Secret};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

on_both_stages! {
    db_5_sixty_four_writers_meet_no_fault,
}

/// Runs each of these functions with a world of its own on either database, in-process.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::new().await).await;
            })+
        }
        #[cfg(unix)]
        mod replicas_on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::world::World::on(crate::world::Database::Postgres).await).await;
            })+
        }
    };
}

on_both_databases! {
    ses_3_a_session_ended_on_one_replica_is_over_on_the_other,
    key_3_a_key_deleted_on_one_replica_is_over_on_the_other,
}

// SES-3: signed out, revoked, or replaced by a step-up
async fn ses_3_a_session_ended_on_one_replica_is_over_on_the_other(here: World) {
    let there = here.replica().await;
    let me = here.person("mina@harbor.example", "+821055501234").await;
    let over = async |on: &World, session: &Secret<String>| {
        let refusal = refused(on.ask(GetSession { body: () }, Some(session)).await);
        assert_eq!(refusal.code, ProblemCode::Unauthenticated);
    };
    for _ in 0..3 {
        let other = token(there.sign_in(&me.email, PASSWORD, "rack 4").await.unwrap());
        here.ask(GetSession { body: () }, Some(&other)).await.unwrap();
        let sessions = there.ask(ListSessions { body: () }, Some(&me.token)).await.unwrap().sessions;
        let id = sessions.iter().find(|session| !session.here).unwrap().id;
        here.ask(EndSession { id, body: () }, Some(&me.token)).await.unwrap();
        over(&there, &other).await;

        let other = token(here.sign_in(&me.email, PASSWORD, "rack 5").await.unwrap());
        there.ask(CloseSession { body: () }, Some(&other)).await.unwrap();
        over(&here, &other).await;

        let other = token(here.sign_in(&me.email, PASSWORD, "rack 6").await.unwrap());
        let newer = token(there.step_up(&other, PASSWORD).await.unwrap());
        over(&here, &other).await;
        here.ask(CloseSession { body: () }, Some(&newer)).await.unwrap();
        over(&there, &newer).await;
    }
}

/// A key of the person, and its secret.
async fn key(world: &World, person: &Person, n: u8) -> (KeyId, Secret<String>) {
    let secret = KeySecret::from_random(&[n; 32]);
    let digest: [u8; 32] = Sha256::digest(secret.expose()).into();
    let halves = digest.chunks(16).map(|half| u128::from_be_bytes(half.try_into().unwrap()));
    let sha256 = halves.fold(String::new(), |text, half| format!("{text}{half:032x}"));
    let id = KeyId(uuid::Uuid::from_u128(u128::from(n)));
    let body =
        NewKey { label: format!("Robot {n}"), sha256, hint: secret.hint().to_owned(), expires_at: None };
    world.ask(AddKey { id, body }, Some(&person.token)).await.unwrap();
    (id, Secret::from(secret.expose()))
}

// KEY-3: deleted here, it is refused there with the next request
async fn key_3_a_key_deleted_on_one_replica_is_over_on_the_other(here: World) {
    let there = here.replica().await;
    let me = here.person("mina@harbor.example", "+821055501234").await;
    for n in 1..4 {
        let (id, secret) = key(&here, &me, n).await;
        assert_eq!(there.ask(GetWhoAmI { body: () }, Some(&secret)).await.unwrap().key, Some(id));
        here.ask(DeleteKey { id, body: () }, Some(&me.token)).await.unwrap();
        let refusal = refused(there.ask(GetWhoAmI { body: () }, Some(&secret)).await);
        assert_eq!(refusal.code, ProblemCode::Unauthenticated);
    }
}

/// Asks until it is not told that the backend is busy; how often it was told.
async fn until_served<O: Operation>(
    world: &World,
    operation: O,
    token: Option<&Secret<String>>,
) -> (Result<O::Answer, Problem>, u32) {
    for told in 0..200 {
        match world.ask(operation.clone(), token).await {
            Err(problem) if problem.code == ProblemCode::Overloaded => {
                assert!(problem.retry_after_seconds.is_some());
            }
            answer => return (answer, told),
        }
        tokio::task::yield_now().await;
    }
    panic!("never served");
}

// DB-5: sixty-four at once, each with rows of its own and rows that all share: no fault, and all of it is done
async fn db_5_sixty_four_writers_meet_no_fault(world: World) {
    let world = Arc::new(world);
    let me = world.person("mina@harbor.example", "+821055501234").await;
    let acts = rounds(2, 20);
    let writers: Vec<_> = (0..64_u32)
        .map(|n| {
            let (world, me) = (Arc::clone(&world), me.clone());
            tokio::spawn(async move {
                let mut told = 0;
                for act in 0..acts {
                    // everybody's budget of sendings, and the order of the outbox
                    let purpose = Purpose::SignUp { asker: world.asker() };
                    let address = format!("writer{n}.{act}@harbor.example");
                    let body = VerificationRequest { purpose, channel: Channel::Email, address };
                    let (sent, busy) = until_served(&world, StartVerification { body }, None).await;
                    told += busy;
                    if let Err(problem) = sent {
                        assert_eq!(problem.code, ProblemCode::TooManyRequests, "{problem}");
                    }
                    if n % 8 != 0 {
                        continue;
                    }
                    // one account's version: whoever comes second is told, and asks again
                    loop {
                        let (account, busy) =
                            until_served(&world, GetAccount { body: () }, Some(&me.token)).await;
                        told += busy;
                        let account = account.unwrap();
                        let task = Some(format!("{n}.{act}"));
                        let body = AccountChange { task, ..AccountChange::default() };
                        let change = ChangeAccount { if_match: account.etag, body };
                        let (changed, busy) = until_served(&world, change, Some(&me.token)).await;
                        told += busy;
                        match changed {
                            Ok(_) => break,
                            Err(problem) => assert_eq!(problem.code, ProblemCode::PreconditionFailed),
                        }
                    }
                }
                told
            })
        })
        .collect();
    let mut told = 0;
    for writer in writers {
        told += writer.await.unwrap();
    }
    // every eighth changed the account, on top of one another
    let account = world.ask(GetAccount { body: () }, Some(&me.token)).await.unwrap();
    assert_eq!(account.etag.version(), Some(1 + i64::from(8 * acts)));
    // doing it again is the backend's own business: of sixty-four who act, one may be left over
    assert!(told <= acts, "told {told} times that the backend is busy");
}
