//! What comes from one network address has budgets of its own, whichever accounts it is about, told with `Retry-After`.
#![cfg(unix)]

use crate::world::{Database, PASSWORD, World, refused};
use contract::operation::{OpenSession, StartVerification};
use contract::session::{Credentials, SignIn};
use contract::verification::{Channel, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Secret};
use std::sync::Arc;
use tokio::task::JoinSet;

const EMAIL: &str = "mina@harbor.example";

async fn sign_in(world: &World, email: &str, desktop: Option<Secret<String>>) -> Result<SignIn, Problem> {
    let body =
        Credentials { email: email.to_owned(), password: Secret::from(PASSWORD), place: None, desktop };
    world.ask(OpenSession { body }, None).await
}

// OTP-8: one guess at each of many accounts is many guesses; a known desktop behind the same address is let in
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_8_one_place_does_not_try_every_account() {
    let world = World::program(&["budgets.refusals_from_one_place = 5"]).await;
    world.create(EMAIL, "+821055501234", PASSWORD).await.unwrap();
    let SignIn::Complete { desktop, .. } = sign_in(&world, EMAIL, None).await.unwrap() else {
        panic!("the second factor is asked for")
    };
    for n in 0..5 {
        let refusal = refused(sign_in(&world, &format!("nobody-{n}@harbor.example"), None).await);
        assert_eq!(refusal.code, ProblemCode::CredentialsRefused);
    }
    for email in ["another@harbor.example", EMAIL] {
        let full = refused(sign_in(&world, email, None).await);
        assert_eq!(full.code, ProblemCode::TooManyRequests);
        assert!((1..=120).contains(&full.retry_after_seconds.unwrap()));
    }
    sign_in(&world, EMAIL, desktop).await.unwrap();
}

/// How many of fifty wrong sign-ins at once, each at another account, are compared where a place has five.
async fn compared_at_once(database: Database) -> u32 {
    let world = Arc::new(World::program_on(database, &["budgets.refusals_from_one_place = 5"], "info").await);
    let mut asked = JoinSet::new();
    for n in 0..50 {
        let world = Arc::clone(&world);
        asked.spawn(async move {
            refused(sign_in(&world, &format!("nobody-{n}@harbor.example"), None).await).code
        });
    }
    asked.join_all().await.iter().map(|code| u32::from(*code == ProblemCode::CredentialsRefused)).sum()
}

// OTP-8: asked all at once, no more than the budget is compared
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_8_a_place_has_its_budget_however_much_it_asks_at_once() {
    for database in [Database::Sqlite, Database::Postgres] {
        assert_eq!(compared_at_once(database).await, 5);
    }
}

// OTP-8: a guess that comes too early counts for the place all the same
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_8_a_guess_that_is_too_early_counts_for_the_place() {
    let world = World::program(&["budgets.refusals_from_one_place = 8"]).await;
    world.create(EMAIL, "+821055501234", PASSWORD).await.unwrap();
    // five without a wait at one address; from then on it waits a second, later three and more, whoever asks
    for _ in 0..8 {
        let refusal = refused(world.sign_in(EMAIL, "wrong", "stranger").await);
        assert!(refusal.retry_after_seconds.is_none_or(|seconds| seconds <= 5));
    }
    let full = refused(sign_in(&world, "another@harbor.example", None).await);
    assert_eq!(full.code, ProblemCode::TooManyRequests);
    assert!(full.retry_after_seconds.unwrap() > 5);
}

// OTP-8: nor does one place send numbers to everybody
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_8_one_place_does_not_send_to_everybody() {
    let world = World::program(&["budgets.numbers_asked_from_one_place = 4"]).await;
    let ask = async |n: u32| {
        let purpose = Purpose::SignUp { asker: world.asker() };
        let address = format!("person-{n}@harbor.example");
        let body = VerificationRequest { purpose, channel: Channel::Email, address };
        world.ask(StartVerification { body }, None).await
    };
    for n in 0..4 {
        ask(n).await.unwrap();
    }
    let full = refused(ask(4).await);
    assert_eq!(full.code, ProblemCode::TooManyRequests);
    assert!((1..=150).contains(&full.retry_after_seconds.unwrap()));
    assert_eq!(world.backend.messages().await.unwrap().messages.len(), 4);
}
