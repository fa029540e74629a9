//! Guessing meets a wait that grows with every failure, over all challenges and factors of an account, and is kept where
//! a restart does not lose it.

use crate::world::{PASSWORD, Person, World, challenge, fast, refused, token};
use contract::account::PasswordChange;
use contract::operation::{
    AnswerChallenge, ChangePassword, ChangeSecurity, CloseSession, ConfirmVerification, EndSession,
    GetSecurity, GetSession, StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Secret};

on_both_databases! {
    otp_6_mistyping_costs_no_wait,
    otp_6_no_wait_is_for_ever,
    otp_6_a_factor_does_not_shut_another,
    otp_6_a_person_inside_is_not_locked_out_from_outside,
    otp_6_replicas_count_together,
    otp_6_a_stolen_session_does_not_keep_its_owner_out,
    otp_6_other_names_give_no_more_numbers_to_guess,
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

// OTP-6: a person who mistypes is not disturbed
async fn otp_6_mistyping_costs_no_wait(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
        }
        world.sign_in(EMAIL, PASSWORD, "harbor-desk").await.unwrap();
    }
}

// OTP-6: the wait grows, survives a restart, is not made longer by guessing into it, holds for the right password too,
// and ends
#[tokio::test]
async fn otp_6_the_wait_grows_and_ends() {
    let mut world = World::new().await;
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..5 {
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
    for seconds in [1, 3, 5, 10, 30, 60, 300, 900, 900, 900] {
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
    world.clock().advance(900);
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
    // the right password began the count anew
    for _ in 0..5 {
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
}

// OTP-6: strangers get no further than forty within weeks, and even then nobody is locked out for ever
async fn otp_6_no_wait_is_for_ever(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let (mut compared, mut seconds) = (0, 0_i64);
    while seconds < 28 * 86_400 {
        let problem = guess(&world).await;
        compared += i32::from(problem.code == ProblemCode::CredentialsRefused);
        let wait = i64::from(problem.retry_after_seconds.unwrap_or_default());
        assert!(wait <= 30 * 86_400);
        seconds += wait;
        world.clock().advance(wait);
    }
    assert_eq!(compared, 40);
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
}

// OTP-6: passwords and numbers have a count each, over all challenges, so that whoever only guesses passwords holds up
// nobody who knows it; a right password alone begins neither anew
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
    for left in [4, 3] {
        let wrong = refused(world.ask(answer(&second, &World::wrong(&number)), None).await);
        assert_eq!((wrong.code, wrong.tries_left), (ProblemCode::NumberWrong, Some(left)));
    }
    let early = refused(world.ask(answer(&second, &number), None).await);
    assert_eq!((early.code, early.retry_after_seconds), (ProblemCode::TooManyRequests, Some(1)));
    world.clock().advance(1);
    // what came too early was not a try
    let wrong = refused(world.ask(answer(&second, &World::wrong(&number)), None).await);
    assert_eq!(wrong.tries_left, Some(2));
    world.clock().advance(3);
    world.ask(answer(&second, &number), None).await.unwrap();
    // both factors were right: both begin anew
    for _ in 0..5 {
        assert_eq!(guess(&world).await.code, ProblemCode::CredentialsRefused);
    }
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

// OTP-6: whoever asks for numbers again and again under other names guesses at one address all the same
async fn otp_6_other_names_give_no_more_numbers_to_guess(world: World) {
    let address = "new@harbor.example";
    let start = async || {
        let asker = world.asker();
        let purpose = Purpose::SignUp { asker };
        let body = VerificationRequest { purpose, channel: Channel::Email, address: address.to_owned() };
        let id = world.ask(StartVerification { body }, None).await.unwrap().id;
        let number = world.number(address).await;
        let confirm = move |number: String| ConfirmVerification {
            id,
            body: Confirmation { asker: Some(asker), number },
        };
        (confirm, number)
    };
    for wrong in [3, 2] {
        let (confirm, number) = start().await;
        for _ in 0..wrong {
            let refusal = refused(world.ask(confirm(World::wrong(&number)), None).await);
            assert_eq!(refusal.code, ProblemCode::NumberWrong);
        }
    }
    let (confirm, number) = start().await;
    let early = refused(world.ask(confirm(number.clone()), None).await);
    assert_eq!((early.code, early.retry_after_seconds), (ProblemCode::TooManyRequests, Some(1)));
    world.clock().advance(1);
    world.ask(confirm(number), None).await.unwrap();
    // it was right: the count begins anew
    let (confirm, number) = start().await;
    for _ in 0..2 {
        let refusal = refused(world.ask(confirm(World::wrong(&number)), None).await);
        assert_eq!(refusal.code, ProblemCode::NumberWrong);
    }
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
