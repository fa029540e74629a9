//! Canceling: the whole account or nothing of it, and afterwards nothing of the person in any file.

#[cfg(unix)]
use crate::depth::rounds;
#[cfg(unix)]
use crate::seed::chance;
use crate::what_a_kill_leaves::report;
use crate::world::{PASSWORD, Person, World, refused, token};
use contract::KeyId;
use contract::ProblemCode;
use contract::account::AccountChange;
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, CancelSubscription, ChangeAccount, GetAccount, GetSession, StartVerification,
};
use contract::session::Cancellation;
use contract::verification::{Channel, Purpose, VerificationRequest};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(unix)]
use std::time::Duration;

on_both_stages! {
    del_1_nothing_of_the_person_is_left,
    del_1_of_many_at_once_one_ends_it,
}

/// The longest a program lives once it is to cancel, in microseconds: somewhat more than it takes.
#[cfg(unix)]
const LONGEST: u32 = 40_000;
const EMAIL: &str = "mina.park@harbor.example";
const PHONE: &str = "+821055501234";
const CANCEL: CancelSubscription = CancelSubscription { body: Cancellation { agree: true } };

fn add_key(n: u8) -> AddKey {
    static MADE: AtomicU64 = AtomicU64::new(1);
    let body = NewKey {
        label: format!("Canary robot {n}"),
        // no hash is registered by two accounts
        sha256: format!("{:064x}", MADE.fetch_add(1, Ordering::SeqCst)),
        hint: KeySecret::from_random(&[n; 32]).hint().to_owned(),
        expires_at: None,
    };
    AddKey { id: KeyId(uuid::Uuid::from_u128(u128::from(n))), body }
}

/// Somebody who has left traces everywhere.
async fn lived_in(world: &World) -> Person {
    lived_in_as(world, EMAIL).await
}

/// The same under this address.
async fn lived_in_as(world: &World, email: &str) -> Person {
    let person = world.person(email, PHONE).await;
    let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = AccountChange { task: Some("Canary task".to_owned()), ..AccountChange::default() };
    world.ask(ChangeAccount { if_match, body }, Some(&person.token)).await.unwrap();
    world.ask(add_key(1), Some(&person.token)).await.unwrap();
    let asked = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: "canary@pier.example".to_owned(),
    };
    world.ask(StartVerification { body: asked }, Some(&person.token)).await.unwrap();
    refused(world.sign_in(email, "not the password at all", "Canary place").await);
    world.sign_in(email, PASSWORD, "Canary place").await.unwrap();
    person
}

const TRACES: &[&str] =
    &[EMAIL, PHONE, "Mina Park", "Canary task", "Canary robot", "canary@pier", "Canary place", "harbor-desk"];

// DEL-1: without agreement nothing; with it everything, in the database and its log; over for every session; a
// pseudonymous line stays; the addresses are free again
async fn del_1_nothing_of_the_person_is_left(world: World) {
    let person = lived_in(&world).await;
    let id = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().id.to_string();
    let elsewhere = token(world.sign_in(EMAIL, PASSWORD, "rack 4").await.unwrap());
    assert!(world.leaks(&["Canary task"]) && world.leaks(&[EMAIL]) && world.leaks(&[&id]));
    let unsure = CancelSubscription { body: Cancellation { agree: false } };
    assert_eq!(refused(world.ask(unsure, Some(&person.token)).await).code, ProblemCode::Rejected);
    let locked = refused(world.ask(CANCEL, Some(&elsewhere)).await);
    assert_eq!(locked.code, ProblemCode::StepUpRequired);
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();

    world.ask(CANCEL, Some(&person.token)).await.unwrap();
    for session in [&person.token, &elsewhere] {
        let over = refused(world.ask(GetSession { body: () }, Some(session)).await);
        assert_eq!(over.code, ProblemCode::Unauthenticated);
        assert_eq!(refused(world.ask(CANCEL, Some(session)).await).code, ProblemCode::Unauthenticated);
    }
    let gone = refused(world.sign_in(EMAIL, PASSWORD, "desk").await);
    assert_eq!(gone.code, ProblemCode::CredentialsRefused);
    let world = world.restart().await;
    for trace in TRACES.iter().copied().chain([id.as_str()]) {
        assert!(!world.leaks(&[trace]), "{trace}");
    }
    assert!(world.leaks(&["subscription_canceled"]));
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
}

// DEL-1: canceled by many at once while others still write: one is acknowledged, and none of the writes comes after it
async fn del_1_of_many_at_once_one_ends_it(world: World) {
    let world = Arc::new(world);
    let person = lived_in(&world).await;
    let mut tasks = Vec::new();
    for n in 2..12_u8 {
        let (world, person) = (Arc::clone(&world), person.clone());
        tasks.push(tokio::spawn(async move {
            if n % 2 == 0 {
                return world.ask(CANCEL, Some(&person.token)).await;
            }
            let _ = world.ask(add_key(n), Some(&person.token)).await;
            Err(ProblemCode::Unauthenticated.into())
        }));
    }
    let mut canceled = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => canceled += 1,
            Err(problem) => assert_eq!(problem.code, ProblemCode::Unauthenticated),
        }
    }
    assert_eq!(canceled, 1);
    let world = Arc::into_inner(world).unwrap().restart().await;
    for trace in TRACES {
        assert!(!world.leaks(&[trace]), "{trace}");
    }
}

// DEL-1: killed at a random moment while it cancels: after the restart the account is there with everything, and can be
// canceled, or not at all; no trace is left in the database, its log, or what the program wrote about itself
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn del_1_a_killed_program_canceled_wholly_or_not_at_all() {
    let mut world = World::program(&[]).await;
    let (rounds, mut acknowledged, mut whole) = (rounds(8, 50), 0, 0);
    for round in 0..rounds {
        world.look_in().await;
        // what failed at an address counts on after its account is gone
        let email = EMAIL.replace("mina", &format!("mina{round}"));
        let person = lived_in_as(&world, &email).await;
        world.look_away().await;
        let serving = Arc::new(world);
        let canceling = {
            let (world, token) = (Arc::clone(&serving), person.token.clone());
            tokio::spawn(async move { world.try_ask(CANCEL, &token).await })
        };
        let lives = Duration::from_micros(u64::from(chance(LONGEST)));
        assert!(tokio::time::timeout(lives, std::future::pending::<()>()).await.is_err());
        serving.served_by().interrupt();
        let promised = canceling.await.unwrap();
        acknowledged += u32::from(promised);
        world = Arc::into_inner(serving).unwrap();
        let log = world.served_by().log();
        world = world.restart().await;
        match world.sign_in(&email, PASSWORD, "desk").await {
            Ok(session) => {
                assert!(!promised, "acknowledged and undone");
                whole += 1;
                let keys = contract::operation::ListKeys { body: () };
                assert_eq!(world.ask(keys, Some(&token(session))).await.unwrap().keys.len(), 1);
                assert!(world.leaks(&["Canary task"]));
                world.ask(CANCEL, Some(&person.token)).await.unwrap();
            }
            // not even if it was killed between the erasure and emptying the log
            Err(problem) => assert_eq!(problem.code, ProblemCode::CredentialsRefused),
        }
        for trace in TRACES.iter().copied().chain([email.as_str()]) {
            assert!(!world.leaks(&[trace]) && !log.contains(trace), "{trace}");
        }
    }
    report(&format!(
        "DEL-1 SQLite: {rounds} kills, {acknowledged} acknowledged, {whole} wholly there afterwards, 0 in part"
    ));
}
