//! What comes from one network address has budgets of its own, whichever accounts it is about, told with `Retry-After`.
#![cfg(unix)]

use crate::world::{PASSWORD, World, refused};
use contract::operation::{OpenSession, StartVerification};
use contract::session::{Credentials, SignIn};
use contract::verification::{Channel, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Secret};

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
