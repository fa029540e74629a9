//! Somebody without an account cannot find out who has one: not by an answer, and not by how long it takes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what must hold")]

mod world;

use contract::message::Content;
use contract::operation::{ConfirmVerification, StartVerification};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode};
use postern_contract as contract;
use std::time::{Duration, Instant};
use world::{PASSWORD, World, refused};

const KNOWN: &str = "mina@harbor.example";
const UNKNOWN: &str = "nobody@harbor.example";

fn without_id(problem: Problem) -> Problem {
    Problem { request_id: None, ..problem }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

// ENUM-1: an unknown address and a wrong password: the same answer in the same time
#[tokio::test]
async fn enum_1_unknown_and_wrong_are_one_answer_in_one_time() {
    let world = World::new().await;
    world.create(KNOWN, "+821055501234", PASSWORD).await.unwrap();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for turn in 0..200 {
        // in turn, so that whatever else the machine does falls on both
        let order = if turn % 2 == 0 { [KNOWN, UNKNOWN] } else { [UNKNOWN, KNOWN] };
        let mut answers = Vec::new();
        for email in order {
            #[allow(clippy::disallowed_methods, reason = "what is tested is how long it takes")]
            let began = Instant::now();
            answers
                .push(without_id(refused(world.sign_in(email, "not the password at all", "stranger").await)));
            if email == KNOWN { &mut known } else { &mut unknown }.push(began.elapsed());
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].code, ProblemCode::CredentialsRefused);
    }
    let (known, unknown) = (median(&mut known), median(&mut unknown));
    assert!(known.abs_diff(unknown) < Duration::from_millis(2), "known {known:?}, unknown {unknown:?}");
}

// ENUM-1: sign-up with a known address is answered as any; its owner is told, and no number opens anything
#[tokio::test]
async fn enum_1_sign_up_does_not_say_who_has_an_account() {
    let world = World::new().await;
    world.create(KNOWN, "+821055501234", PASSWORD).await.unwrap();
    world.clock.advance(3600);
    let mut refusals = Vec::new();
    for (channel, address) in [
        (Channel::Email, KNOWN),
        (Channel::Email, UNKNOWN),
        (Channel::TextMessage, "010-5550-1234"),
        (Channel::TextMessage, "010-5550-9999"),
    ] {
        let asker = world.asker();
        let body =
            VerificationRequest { purpose: Purpose::SignUp { asker }, channel, address: address.to_owned() };
        let sent = world.ask(StartVerification { body }, None).await.unwrap();
        assert_eq!((sent.number.valid_for_seconds, sent.number.tries_left), (600, 5));
        let confirmation = Confirmation { number: "000000".to_owned(), asker: Some(asker) };
        let confirm = ConfirmVerification { id: sent.id, body: confirmation };
        refusals.push(without_id(refused(world.ask(confirm, None).await)));
    }
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
    let told: Vec<_> = world.backend.messages().await.unwrap().messages;
    let told = told.iter().filter(|message| message.content == Content::AlreadyRegistered);
    let mut told: Vec<_> = told.map(|message| message.to.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["+821055501234", KNOWN]);
}
