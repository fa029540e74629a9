//! Somebody without an account cannot find out who has one: not by an answer, and not by how long it takes.

use crate::world::{PASSWORD, World, refused};
use contract::message::Content;
use contract::operation::{ConfirmVerification, StartVerification};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode};
use postern_backend::{Hashing, Settings};
use std::time::Instant;

on_both_databases! {
    enum_1_unknown_and_wrong_are_one_answer_in_one_time,
    enum_1_guesses_wait_at_any_address,
    enum_1_sign_up_does_not_say_who_has_an_account,
}

const KNOWN: &str = "mina@harbor.example";
const UNKNOWN: &str = "nobody@harbor.example";
const DISABLED: &str = "juno@harbor.example";

fn without_id(problem: Problem) -> Problem {
    Problem { request_id: None, ..problem }
}

/// One measured answer, in microseconds.
async fn timed(world: &World, email: &str, password: &str) -> (f64, Problem) {
    #[allow(clippy::disallowed_methods, reason = "what is tested is how long it takes")]
    let began = Instant::now();
    let problem = refused(world.sign_in(email, password, "stranger").await);
    (began.elapsed().as_secs_f64() * 1e6, without_id(problem))
}

/// Welch's t of two samples, each without its slowest third: what the machine was busy with otherwise.
fn welch(samples: [&mut Vec<f64>; 2]) -> f64 {
    let moments = samples.map(|sample| {
        sample.sort_unstable_by(f64::total_cmp);
        sample.truncate(sample.len() * 2 / 3);
        let size = f64::from(u32::try_from(sample.len()).unwrap());
        let mean = sample.iter().sum::<f64>() / size;
        let variance = sample.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (size - 1.0);
        (mean, variance / size)
    });
    (moments[0].0 - moments[1].0).abs() / (moments[0].1 + moments[1].1).sqrt()
}

// ENUM-1: an unknown address, a wrong password, and the right one of an account that an operator disabled: the same
// answer, whose times no statistic can tell apart. The same statistic does see a request that is not hashed. A busy machine can spoil one round, and a leak shows in each.
async fn enum_1_unknown_and_wrong_are_one_answer_in_one_time(world: World) {
    let hashing = Hashing { memory_kib: 8 * 1024, ..Hashing::cheapest() };
    let world = world.reopen(Settings { hashing, ..Settings::default() }).await;
    world.create(KNOWN, "+821055501234", PASSWORD).await.unwrap();
    let disabled = world.create(DISABLED, "+821055505678", PASSWORD).await.unwrap();
    world.backend.disable_account(disabled.id).await.unwrap();
    let guesses =
        [(KNOWN, "not the password at all"), (UNKNOWN, "not the password at all"), (DISABLED, PASSWORD)];
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (mut times, mut unhashed) = ([const { Vec::new() }; 3], Vec::new());
        for turn in 0..120 {
            // in turn, so that whatever else the machine does falls on all
            let mut answers = Vec::new();
            for place in (0..3).map(|n| (n + turn) % 3) {
                let (email, password) = guesses[place];
                let (time, problem) = timed(&world, email, password).await;
                times[place].push(time);
                answers.push(problem);
            }
            // refused by its rule, before anything is hashed or stored
            unhashed.push(timed(&world, UNKNOWN, "").await.0);
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            assert_eq!(answers[0].code, ProblemCode::CredentialsRefused);
            // until nothing counts any more
            world.clock().advance(90 * 86_400);
        }
        let [mut known, mut unknown, mut disabled] = times;
        let control = welch([&mut known.clone(), &mut unhashed]);
        assert!(control > 4.5, "the statistic sees nothing: {control}");
        let t = welch([&mut known.clone(), &mut disabled]).max(welch([&mut known, &mut unknown]));
        if t < 4.5 {
            return;
        }
        seen.push(t);
    }
    panic!("known, unknown and disabled addresses differ in each round: t = {seen:?}");
}

// ENUM-1, OTP-6: whoever guesses waits as long at an address without an account
async fn enum_1_guesses_wait_at_any_address(world: World) {
    world.create(KNOWN, "+821055501234", PASSWORD).await.unwrap();
    let mut waits = Vec::new();
    for turn in 0..14 {
        let (known, unknown) = (
            timed(&world, KNOWN, "not the password at all").await.1,
            timed(&world, UNKNOWN, "nor this").await.1,
        );
        assert_eq!(known, unknown, "{turn}");
        waits.extend(known.retry_after_seconds);
        world.clock().advance(known.retry_after_seconds.unwrap_or_default().into());
    }
    assert_eq!(waits, [1, 3, 5, 10, 30]);
}

// ENUM-1: sign-up with a known address is answered as any; its owner is told, and no number opens anything
async fn enum_1_sign_up_does_not_say_who_has_an_account(world: World) {
    world.create(KNOWN, "+821055501234", PASSWORD).await.unwrap();
    world.clock().advance(3600);
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
