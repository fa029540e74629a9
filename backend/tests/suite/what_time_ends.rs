//! Everything that ends by the backend's clock, to the second, and what outlives a restart.

use crate::world::{PASSWORD, Person, World, challenge, refused, token};
use contract::account::AccountChange;
use contract::message::{Content, NumberStanding};
use contract::operation::AnswerChallenge;
use contract::operation::{
    ChangeAccount, ChangeSecurity, ConfirmVerification, GetAccount, GetSecurity, GetSession, ResendChallenge,
    StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode};
use postern_backend::{Hashing, Settings};

const EMAIL: &str = "mina@harbor.example";

async fn start(world: &World, person: &Person, address: &str) -> Result<ConfirmVerification, Problem> {
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: address.to_owned(),
    };
    let id = world.ask(StartVerification { body }, Some(&person.token)).await?.id;
    let body = Confirmation { number: world.number(address).await, asker: None };
    Ok(ConfirmVerification { id, body })
}

async fn standing(world: &World) -> NumberStanding {
    let messages = world.backend.messages().await.unwrap().messages;
    match &messages[0].content {
        Content::Number { standing, .. } => *standing,
        other => panic!("{other:?}"),
    }
}

// OTP-2: a number is good for ten minutes by the server's clock
#[tokio::test]
async fn otp_2_a_number_lives_ten_minutes() {
    let world = World::new().await;
    let person = world.person(EMAIL, "+821055501234").await;
    let confirm = start(&world, &person, "pier@harbor.example").await.unwrap();
    world.clock().advance(599);
    world.ask(confirm, Some(&person.token)).await.unwrap();
    assert!(matches!(standing(&world).await, NumberStanding::Used { .. }));
    let person = Person { token: token(world.step_up(&person.token, PASSWORD).await.unwrap()), ..person };
    let confirm = start(&world, &person, "quay@harbor.example").await.unwrap();
    world.clock().advance(600);
    let late = refused(world.ask(confirm, Some(&person.token)).await);
    assert_eq!(late.code, ProblemCode::NumberExpired);
    assert_eq!(standing(&world).await, NumberStanding::Dead);
}

// OTP-5: a new number kills the old one, comes after a minute, and goes on with the count of tries
#[tokio::test]
async fn otp_5_a_resend_never_resets_the_count() {
    let world = World::new().await;
    let person = world.person(EMAIL, "+821055501234").await;
    let old = start(&world, &person, "pier@harbor.example").await.unwrap();
    let mut wrong = old.clone();
    wrong.body.number = World::wrong(&old.body.number);
    for left in [4, 3, 2, 1] {
        let refusal = refused(world.ask(wrong.clone(), Some(&person.token)).await);
        assert_eq!((refusal.code, refusal.tries_left), (ProblemCode::NumberWrong, Some(left)));
    }
    world.clock().advance(59);
    let early = refused(start(&world, &person, "pier@harbor.example").await);
    assert_eq!((early.code, early.retry_after_seconds), (ProblemCode::TooManyRequests, Some(1)));
    world.clock().advance(1);
    let new = start(&world, &person, "pier@harbor.example").await.unwrap();
    let replaced = refused(world.ask(old, Some(&person.token)).await);
    assert_eq!(replaced.code, ProblemCode::NumberExpired);
    let mut wrong = new.clone();
    wrong.body.number = World::wrong(&new.body.number);
    assert_eq!(refused(world.ask(wrong, Some(&person.token)).await).tries_left, Some(0));
    assert_eq!(refused(world.ask(new, Some(&person.token)).await).code, ProblemCode::NumberExhausted);
    // a fresh number would be dead at once: it is said when a living one can be had
    world.clock().advance(61);
    let wait = refused(start(&world, &person, "pier@harbor.example").await);
    assert_eq!((wait.code, wait.retry_after_seconds), (ProblemCode::TooManyRequests, Some(539)));
}

// OTP-8: ten numbers to one address in ten minutes, whoever asks
#[tokio::test]
async fn otp_8_an_address_is_sent_to_ten_times_in_ten_minutes() {
    let world = World::new().await;
    let ask = async || {
        let purpose = Purpose::SignUp { asker: world.asker() };
        let body = VerificationRequest { purpose, channel: Channel::Email, address: EMAIL.to_owned() };
        world.ask(StartVerification { body }, None).await
    };
    for _ in 0..10 {
        ask().await.unwrap();
        world.clock().advance(10);
    }
    let flooded = refused(ask().await);
    assert_eq!((flooded.code, flooded.retry_after_seconds), (ProblemCode::TooManyRequests, Some(500)));
    world.clock().advance(500);
    ask().await.unwrap();
}

// SES-2: an hour without use, a day altogether, ten minutes unlocked
#[tokio::test]
async fn ses_2_a_session_ends_idle_and_ends_in_any_case() {
    let world = World::new().await;
    let person = world.person(EMAIL, "+821055501234").await;
    let see = async || world.ask(GetSession { body: () }, Some(&person.token)).await;
    world.clock().advance(599);
    assert_eq!(see().await.unwrap().unlocked_for_seconds, 1);
    world.clock().advance(1);
    let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
    let change = ChangeAccount { if_match, body: AccountChange::default() };
    let locked = refused(world.ask(change, Some(&person.token)).await);
    assert_eq!(locked.code, ProblemCode::StepUpRequired);
    for _ in 0..23 {
        world.clock().advance(3599);
        see().await.unwrap();
    }
    // 600 s and 23 uses an hour apart: the day is what ends next
    assert_eq!(see().await.unwrap().ends_in_seconds, 86_400 - 600 - 23 * 3599);
    world.clock().advance(86_400 - 600 - 23 * 3599);
    assert_eq!(refused(see().await).code, ProblemCode::Unauthenticated);

    let other = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    world.clock().advance(3600);
    let idle = refused(world.ask(GetSession { body: () }, Some(&other)).await);
    assert_eq!(idle.code, ProblemCode::Unauthenticated);
}

// PW-5: dearer parameters reach a stored password at its next sign-in; sessions outlive the restart
#[tokio::test]
async fn pw_5_a_password_is_hashed_anew_when_parameters_rise() {
    let world = World::new().await;
    let person = world.person(EMAIL, "+821055501234").await;
    let hashing = Hashing { memory_kib: 64, passes: 2, ..Hashing::cheapest() };
    let world = world.reopen(Settings { hashing, ..Settings::default() }).await;
    world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    assert!(!world.leaks(&["m=64,t=2"]));
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
    assert!(world.leaks(&["m=64,t=2"]));
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
}

// OTP-4, OTP-5: a second factor counts its tries over every resend, and answers once
#[tokio::test]
async fn otp_5_a_second_factor_keeps_its_count() {
    let world = World::new().await;
    let person = world.person(EMAIL, "+821055501234").await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::Email };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    assert_eq!(asked.sent_to, "m••••@harbor.example");
    let answer = async |number: String| {
        let body = Number { number };
        world.ask(AnswerChallenge { id: asked.id, body }, None).await
    };
    let first = world.number(EMAIL).await;
    for _ in 0..4 {
        refused(answer(World::wrong(&first)).await);
    }
    world.clock().advance(60);
    let resent = world.ask(ResendChallenge { id: asked.id, body: () }, None).await.unwrap();
    assert_eq!((resent.id, resent.number.tries_left), (asked.id, 1));
    answer(world.number(EMAIL).await).await.unwrap();
    for _ in 0..2 {
        // answered: neither the number nor the challenge opens another session
        assert_eq!(refused(answer(world.number(EMAIL).await).await).code, ProblemCode::NumberExpired);
        world.clock().advance(61);
        let over = refused(world.ask(ResendChallenge { id: asked.id, body: () }, None).await);
        assert_eq!(over.code, ProblemCode::NumberExpired);
    }
}
