//! The wall clock is set back, forward and back again, and by a second: what has expired stays so, nobody waits longer
//! than the wait, and all else goes on.

use crate::world::{PASSWORD, Person, World, challenge, fast, refused, token};
use contract::account::{AccountChange, ProvenAddress};
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, AnswerChallenge, ChangeAccount, ChangeSecurity, ConfirmVerification, GetAccount, GetSecurity,
    GetSession, GetWhoAmI, StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{KeyId, Moment, Problem, ProblemCode, Secret};
use postern_backend::Clock as _;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

on_both_databases! {
    clk_1_nothing_that_expired_is_revived,
    clk_1_a_day_ahead_and_back,
    clk_1_nobody_waits_for_ever,
    clk_1_a_leap_second_is_nothing,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";
const WRONG: &str = "not the password at all";
const HOUR: i64 = 3600;

async fn number_for(world: &World, person: &Person, address: &str) -> ConfirmVerification {
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: address.to_owned(),
    };
    let id = world.ask(StartVerification { body }, Some(&person.token)).await.unwrap().id;
    ConfirmVerification { id, body: Confirmation { number: world.number(address).await, asker: None } }
}

async fn change_email(world: &World, person: &Person, to: ProvenAddress) -> Option<Problem> {
    let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = AccountChange { email: Some(to), ..AccountChange::default() };
    world.ask(ChangeAccount { if_match, body }, Some(&person.token)).await.err()
}

async fn key_until(world: &World, person: &Person, expires_at: Moment) -> Secret<String> {
    let secret = KeySecret::from_random(&[3; 32]);
    let sha256 = Sha256::digest(secret.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let hint = secret.hint().to_owned();
    let body = NewKey { label: "Robot".to_owned(), sha256, hint, expires_at: Some(expires_at) };
    world.ask(AddKey { id: KeyId(uuid::Uuid::from_u128(3)), body }, Some(&person.token)).await.unwrap();
    Secret::from(secret.expose())
}

async fn is_over(world: &World, token: &Secret<String>) -> bool {
    match world.ask(GetWhoAmI { body: () }, Some(token)).await {
        Ok(_) => false,
        Err(problem) => {
            assert_eq!(problem.code, ProblemCode::Unauthenticated);
            true
        }
    }
}

// CLK-1: numbers, proofs, keys, unlocked sessions and sessions that are over stay so when the clock is set back, whether
// anybody saw that they were over or not, and over a restart too
async fn clk_1_nothing_that_expired_is_revived(mut world: World) {
    let mut person = world.person(EMAIL, PHONE).await;
    let ends = Moment::from_millisecond(world.clock().now().as_millisecond() + 900_000);
    let key = key_until(&world, &person, ends).await;
    let proof =
        world.prove(Purpose::ChangeContact, Channel::Email, "pier@harbor.example", Some(&person.token)).await;
    world.clock().advance(61);
    let seen = number_for(&world, &person, "quay@harbor.example").await;
    world.clock().advance(600);
    let late = async |world: &World, token: &Secret<String>| {
        refused(world.ask(seen.clone(), Some(token)).await).code
    };
    assert_eq!(late(&world, &person.token).await, ProblemCode::NumberExpired);
    world.clock().set(-HOUR);
    assert_eq!(late(&world, &person.token).await, ProblemCode::NumberExpired);
    let session = world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    assert_eq!(session.unlocked_for_seconds, 0);

    person.token = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    // behind, time passes a twentieth more slowly
    world.clock().advance(300);
    assert!(is_over(&world, &key).await);
    assert_eq!(change_email(&world, &person, proof.clone()).await.unwrap().code, ProblemCode::ProofRefused);
    for back in [-HOUR, -24 * HOUR] {
        world.clock().set(back);
        world = world.reopen(fast()).await;
        assert!(is_over(&world, &key).await);
        assert_eq!(late(&world, &person.token).await, ProblemCode::NumberExpired);
        let again = change_email(&world, &person, proof.clone()).await.unwrap();
        assert_eq!(again.code, ProblemCode::ProofRefused);
    }
    world.clock().advance(HOUR * 20 / 19 + 1);
    assert!(is_over(&world, &person.token).await);
    world.clock().set(-HOUR);
    assert!(is_over(&world, &person.token).await);
    world.reopen(fast()).await.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
}

// CLK-1: the clock runs a day ahead for a while: what ended by it stays ended, and what begins afterwards lives as long
// as it should and no longer
async fn clk_1_a_day_ahead_and_back(world: World) {
    let before = world.person(EMAIL, PHONE).await;
    world.clock().set(24 * HOUR);
    assert!(is_over(&world, &before.token).await);
    let meanwhile = token(world.sign_in(EMAIL, PASSWORD, "meanwhile").await.unwrap());
    world.clock().set(-24 * HOUR);
    assert!(is_over(&world, &before.token).await);
    let after = token(world.sign_in(EMAIL, PASSWORD, "afterwards").await.unwrap());
    for token in [&meanwhile, &after] {
        assert!(!is_over(&world, token).await);
    }
    world.clock().advance(HOUR);
    assert!(!is_over(&world, &after).await);
    world.clock().advance(HOUR * 20 / 19 + 1);
    for token in [&meanwhile, &after] {
        assert!(is_over(&world, token).await);
    }
}

// CLK-1: a clock that was years ahead is not believed for ever: whoever was signed in signs in anew, and nobody waits.
// A database that several serve goes by its server's clock instead, and never begins anew
#[tokio::test]
async fn clk_1_years_ahead_and_back() {
    let world = World::new().await;
    world.person(EMAIL, PHONE).await;
    world.clock().set(10 * 366 * 24 * HOUR);
    let meanwhile = token(world.sign_in(EMAIL, PASSWORD, "meanwhile").await.unwrap());
    for _ in 0..7 {
        refused(world.sign_in(EMAIL, WRONG, "stranger").await);
    }
    world.clock().set(-10 * 366 * 24 * HOUR);
    let world = world.reopen(fast()).await;
    assert!(is_over(&world, &meanwhile).await);
    let wait = refused(world.sign_in(EMAIL, PASSWORD, "desk").await).retry_after_seconds.unwrap();
    assert!(wait <= 3, "{wait}");
    world.clock().advance(wait.into());
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();
}

// CLK-1: set back in the middle of a wait, the wait is no longer than it was; budgets of sending free themselves too
async fn clk_1_nobody_waits_for_ever(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    for _ in 0..5 {
        refused(world.sign_in(EMAIL, WRONG, "stranger").await);
    }
    let wait = async || refused(world.sign_in(EMAIL, PASSWORD, "desk").await).retry_after_seconds;
    assert_eq!(wait().await, Some(1));
    world.clock().set(-24 * HOUR);
    assert_eq!(wait().await, Some(1));
    world.clock().advance(2);
    world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap();

    let ask = async || {
        let purpose = Purpose::SignUp { asker: world.asker() };
        let body = VerificationRequest { purpose, channel: Channel::Email, address: EMAIL.to_owned() };
        world.ask(StartVerification { body }, None).await
    };
    let sent = async || {
        let mut sent = 0;
        while ask().await.is_ok() {
            sent += 1;
        }
        sent
    };
    assert!((9..=10).contains(&sent().await));
    world.clock().set(-HOUR);
    assert!(refused(ask().await).retry_after_seconds.unwrap() <= 600);
    world.clock().advance(600 * 20 / 19 + 1);
    assert_eq!(sent().await, 10);
}

// CLK-1: a second that comes twice, or not at all, ends nothing and revives nothing
async fn clk_1_a_leap_second_is_nothing(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    for (leap, passes, opens) in [(-1, 599, true), (1, 598, true), (-1, 633, false), (1, 600, false)] {
        let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
        let number = world.number(PHONE).await;
        world.clock().set(leap);
        world.clock().advance(passes);
        let answer = AnswerChallenge { id: asked.id, body: Number { number } };
        match world.ask(answer, None).await {
            Ok(_) => assert!(opens, "{leap} {passes}"),
            Err(problem) => assert_eq!((problem.code, opens), (ProblemCode::NumberExpired, false)),
        }
    }
}

/// What puts a program under a clock of ours, which is as far off as the file says.
#[cfg(unix)]
fn under_a_clock(file: &std::path::Path) -> Vec<String> {
    let library = ["x86_64", "aarch64"]
        .map(|machine| format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"))
        .into_iter()
        .find(|library| std::path::Path::new(library).is_file())
        .expect("the Debian package faketime");
    vec![
        "env".to_owned(),
        format!("LD_PRELOAD={library}"),
        format!("FAKETIME_TIMESTAMP_FILE={}", file.display()),
        "FAKETIME_NO_CACHE=1".to_owned(),
        // durations stay true
        "DONT_FAKE_MONOTONIC=1".to_owned(),
    ]
}

// CLK-1: the program under a clock that is really set while it serves, and between two starts
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clk_1_the_program_under_a_clock_that_jumps() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clock");
    let set = |seconds: i64| {
        let new = folder.path().join("new");
        std::fs::write(&new, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(new, &file).unwrap();
    };
    set(0);
    let around = under_a_clock(&file);
    let around: Vec<&str> = around.iter().map(String::as_str).collect();
    let mut world = World::program_within(&around).await;
    let before = world.person(EMAIL, PHONE).await;
    assert!(!is_over(&world, &before.token).await);
    set(24 * HOUR);
    assert!(is_over(&world, &before.token).await);
    let after = token(world.sign_in(EMAIL, PASSWORD, "afterwards").await.unwrap());
    for off in [0, -HOUR] {
        set(off);
        assert!(is_over(&world, &before.token).await && !is_over(&world, &after).await);
    }
    for _ in 0..5 {
        refused(world.sign_in(EMAIL, WRONG, "stranger").await);
    }
    set(-24 * HOUR);
    // a wait of a second is over within seconds, whatever the clock says
    let patient = async {
        loop {
            match world.sign_in(EMAIL, PASSWORD, "desk").await {
                Ok(signed_in) => break token(signed_in),
                Err(problem) => assert!(problem.retry_after_seconds.is_some_and(|wait| wait <= 3)),
            }
        }
    };
    let last = tokio::time::timeout(std::time::Duration::from_secs(20), patient).await.unwrap();
    world.serving().stop();
    set(-HOUR);
    world.serving().start_again();
    assert!(is_over(&world, &before.token).await);
    for token in [&after, &last] {
        assert!(!is_over(&world, token).await);
    }
    assert!(!world.served_by().log().contains("panic"));
}
