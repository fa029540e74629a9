//! Guessing meets a wait that grows with every failure, over all challenges and factors of an account, and is kept where
//! a restart does not lose it.

use crate::world::{PASSWORD, Person, World, challenge, fast, refused, token};
use contract::account::PasswordChange;
use contract::activity::Event;
use contract::operation::{
    AnswerChallenge, ChangePassword, ChangeSecurity, CloseSession, EndSession, GetSecurity, GetSession,
    ListActivity, OpenSession,
};
use contract::security::SecurityChange;
use contract::session::{Credentials, Number, SignIn};
use contract::verification::Channel;
use contract::{Problem, ProblemCode, Secret};

on_both_databases! {
    otp_6_mistyping_costs_no_wait,
    otp_6_no_wait_is_for_ever,
    otp_6_a_factor_does_not_shut_another,
    otp_6_a_person_inside_is_not_locked_out_from_outside,
    otp_6_replicas_count_together,
    otp_6_a_stolen_session_does_not_keep_its_owner_out,
    otp_6_a_session_that_fails_too_often_ends,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const WRONG: &str = "not the password at all";

async fn guess(world: &World) -> Problem {
    refused(world.sign_in(EMAIL, WRONG, "stranger").await)
}

async fn two_factor(world: &World, person: &Person) {
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
}

// OTP-6: a person who mistypes is not disturbed: four times anywhere, and again and again at the own desktop
async fn otp_6_mistyping_costs_no_wait(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..4 {
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
    let SignIn::Complete { desktop, .. } = world.sign_in(EMAIL, PASSWORD, "harbor-desk").await.unwrap()
    else {
        panic!("there is no second factor")
    };
    for _ in 0..3 {
        let sign_in = async |password: &str| {
            let (email, password) = (EMAIL.to_owned(), Secret::from(password));
            let body = Credentials { email, password, place: None, desktop: desktop.clone() };
            world.ask(OpenSession { body }, None).await
        };
        for _ in 0..4 {
            assert_eq!(refused(sign_in(WRONG).await).code, ProblemCode::CredentialsRefused);
        }
        sign_in(PASSWORD).await.unwrap();
    }
}

// OTP-6, A6: the wait grows, survives a restart, is not made longer by guessing into it, holds for the right password too,
// and ends; after less than a quarter of an hour of waits a number opens each sign-in, after a restart too
#[tokio::test]
async fn otp_6_the_wait_grows_and_ends() {
    let mut world = World::new().await;
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..5 {
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
    for seconds in [1, 3, 5, 10, 30, 60, 300] {
        for _ in 0..3 {
            let early = guess(&world).await;
            assert_eq!(early.code, ProblemCode::TooManyRequests);
            assert_eq!(early.retry_after_seconds, Some(seconds));
        }
        assert_eq!(refused(world.sign_in(EMAIL, PASSWORD, "desk").await).code, ProblemCode::TooManyRequests);
        world = world.reopen(fast()).await;
        world.clock().advance(i64::from(seconds) - 1);
        assert_eq!(guess(&world).await.retry_after_seconds, Some(1));
        world.clock().advance(1);
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
    let world = world.reopen(fast()).await;
    for password in [WRONG, PASSWORD] {
        assert!(challenge(world.sign_in(EMAIL, password, "desk").await.unwrap()).conditional);
    }
}

// OTP-6: strangers are told of no more than sixty-four passwords in a year whether they are right, and nobody is locked out
async fn otp_6_no_wait_is_for_ever(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let (mut compared, mut seconds) = (0, 0_i64);
    while seconds < 365 * 86_400 {
        let passes = match world.sign_in(EMAIL, WRONG, "stranger").await {
            Ok(asked) => {
                assert!(challenge(asked).conditional);
                86_400
            }
            Err(problem) => {
                compared += i32::from(problem.code == ProblemCode::CredentialsRefused);
                let wait = i64::from(problem.retry_after_seconds.unwrap_or_default());
                assert!(wait <= 900);
                wait
            }
        };
        seconds += passes;
        world.clock().advance(passes);
    }
    assert_eq!(compared, 64);
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let body = Number { number: world.number(EMAIL).await };
    token(world.ask(AnswerChallenge { id: asked.id, body }, None).await.unwrap());
}

// OTP-6, A2: passwords and numbers have a count each, so that whoever only guesses passwords holds up nobody who knows it; a
// number is refused by its own tries alone, and a right password begins no count anew that strangers see
async fn otp_6_a_factor_does_not_shut_another(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    two_factor(&world, &person).await;
    for _ in 0..4 {
        guess(&world).await;
    }
    let first = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let number = world.number(PHONE).await;
    let answer = |asked: &contract::session::Challenge, number: &str| AnswerChallenge {
        id: asked.id,
        body: Number { number: number.to_owned() },
    };
    for left in [4, 3, 2] {
        let wrong = refused(world.ask(answer(&first, &World::wrong(&number)), None).await);
        assert_eq!((wrong.code, wrong.tries_left), (ProblemCode::NumberWrong, Some(left)));
    }
    let second = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let number = world.number(PHONE).await;
    // the right password did not begin the passwords' count anew: this is the fifth
    assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    assert_eq!(guess(&world).await.retry_after_seconds, Some(1));
    for left in [4, 3, 2, 1] {
        let wrong = refused(world.ask(answer(&second, &World::wrong(&number)), None).await);
        assert_eq!((wrong.code, wrong.tries_left), (ProblemCode::NumberWrong, Some(left)));
    }
    world.ask(answer(&second, &number), None).await.unwrap();
    // both factors were right, which no stranger sees
    assert_eq!(guess(&world).await.retry_after_seconds, Some(1));
}

// OTP-6: guessing from outside does not hold up whoever is signed in; guessing inside has its own count
async fn otp_6_a_person_inside_is_not_locked_out_from_outside(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    while guess(&world).await.code == ProblemCode::CredentialsRefused {}
    let me = token(world.step_up(&person.token, PASSWORD).await.unwrap());

    let body = PasswordChange {
        current_password: Secret::from(WRONG),
        new_password: Secret::from("eleven harbor lamps"),
    };
    let change = ChangePassword { body };
    for _ in 0..3 {
        assert_eq!(refused(world.ask(change.clone(), Some(&me)).await).code, ProblemCode::Rejected);
    }
    for _ in 0..2 {
        assert_eq!(refused(world.step_up(&me, WRONG).await).code, ProblemCode::CredentialsRefused);
    }
    for early in [refused(world.step_up(&me, PASSWORD).await), refused(world.ask(change, Some(&me)).await)] {
        assert_eq!((early.code, early.retry_after_seconds), (ProblemCode::TooManyRequests, Some(1)));
    }
    world.ask(GetSession { body: () }, Some(&me)).await.unwrap();
    world.clock().advance(1);
    world.step_up(&me, PASSWORD).await.unwrap();
}

// OTP-6, KEY-3: two that serve one database count together, and what one ends is over at the other at once
async fn otp_6_replicas_count_together(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let replica = world.replica().await;
    for one in [&world, &replica, &world, &replica, &world] {
        assert_eq!(guess(one).await.code, ProblemCode::CredentialsRefused);
    }
    for one in [&world, &replica] {
        assert_eq!(guess(one).await.retry_after_seconds, Some(1));
    }
    replica.ask(CloseSession { body: () }, Some(&person.token)).await.unwrap();
    let over = refused(world.ask(GetSession { body: () }, Some(&person.token)).await);
    assert_eq!(over.code, ProblemCode::Unauthenticated);
}

// OTP-6: whoever guesses in a stolen session shuts the door inside; its owner signs in, steps up and ends the session
async fn otp_6_a_stolen_session_does_not_keep_its_owner_out(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let stolen = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let id = world.ask(GetSession { body: () }, Some(&stolen)).await.unwrap().id;
    loop {
        let refusal = refused(world.step_up(&stolen, WRONG).await);
        let wait = i64::from(refusal.retry_after_seconds.unwrap_or_default());
        if wait >= 900 {
            break;
        }
        world.clock().advance(wait);
    }
    let mine = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let mine = token(world.step_up(&mine, PASSWORD).await.unwrap());
    world.ask(EndSession { id, body: () }, Some(&mine)).await.unwrap();
    let over = refused(world.step_up(&stolen, WRONG).await);
    assert_eq!(over.code, ProblemCode::Unauthenticated);
}

// OTP-6: the twentieth failure in a row ends the session and forgets its desktop; its owner sees it and signs in again
async fn otp_6_a_session_that_fails_too_often_ends(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let stolen = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let (mut compared, mut waited) = (0, 0);
    let over = loop {
        let refusal = refused(world.step_up(&stolen, WRONG).await);
        match refusal.code {
            ProblemCode::CredentialsRefused => compared += 1,
            ProblemCode::TooManyRequests => {
                let wait = refusal.retry_after_seconds.unwrap();
                assert!(wait <= 900);
                waited += wait;
                // so that it does not end for want of use
                world.clock().advance(wait.into());
                world.ask(GetSession { body: () }, Some(&stolen)).await.unwrap();
            }
            code => break code,
        }
    };
    assert_eq!((over, compared), (ProblemCode::Unauthenticated, 20));
    assert_eq!(waited, 1 + 3 + 5 + 10 + 30 + 60 + 300 + 8 * 900);
    let mine = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let trail = world.ask(ListActivity { cursor: None, body: () }, Some(&mine)).await.unwrap().entries;
    let events: Vec<_> = trail.iter().take(3).map(|entry| entry.event).collect();
    assert_eq!(events, [Event::SignedIn, Event::SessionEnded, Event::StepUpRefused]);
}

// OTP-6: the program killed in the middle counts on: four failures before, and the first wait comes after the fifth. A
// slow machine may let a wait of a second or three pass, never all five that a count begun anew would allow.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_6_a_killed_program_counts_on() {
    let world = World::program(&[]).await;
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..4 {
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
    let world = world.restart().await;
    let mut compared = 0;
    while guess(&world).await.code == ProblemCode::CredentialsRefused {
        compared += 1;
        assert!(compared < 5, "the count began anew");
    }
}
