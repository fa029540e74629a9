//! API-3: what sends or creates is done once under its `Idempotency-Key`, whatever becomes of its answer.

use crate::post_office::eventually;
use crate::world::{PASSWORD, World, challenge, refused, request_under};
use contract::account::NewAccount;
use contract::message::Messages;
use contract::operation::{
    ChangeSecurity, ConfirmVerification, CreateAccount, GetSecurity, OPERATIONS, ResendChallenge,
    StartVerification,
};
use contract::security::SecurityChange;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Rule, Secret};
use sqlx::{AnyConnection, Connection as _};
use std::sync::Arc;
use std::time::Duration;

on_both_stages! {
    api_3_every_operation_marked_once_is_repeated_without_a_second_effect,
    api_3_another_request_under_the_same_key_is_refused,
    api_3_twenty_at_once_are_one,
}

on_both_databases! {
    api_3_what_was_worth_asking_again_is_done_then,
    api_3_twenty_over_two_replicas_are_one,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

fn ask_number(world: &World, channel: Channel, address: &str) -> (StartVerification, Purpose) {
    let purpose = Purpose::SignUp { asker: world.asker() };
    (
        StartVerification { body: VerificationRequest { purpose, channel, address: address.to_owned() } },
        purpose,
    )
}

async fn messages(world: &World) -> usize {
    let Messages { messages } = world.backend.messages().await.unwrap();
    messages.len()
}

// API-3: the answer is lost after the commit, and the request comes again: the same answer, one message, one account
async fn api_3_every_operation_marked_once_is_repeated_without_a_second_effect(world: World) {
    let mut repeated = Vec::new();
    // StartVerification: one message, one number
    let purpose = Purpose::SignUp { asker: world.asker() };
    let mut proven = Vec::new();
    for (channel, address) in [(Channel::Email, EMAIL), (Channel::TextMessage, PHONE)] {
        let body = VerificationRequest { purpose, channel, address: address.to_owned() };
        let start = StartVerification { body };
        let before = messages(&world).await;
        let wish = format!("start {address}").replace(' ', "-");
        let first = world.ask_under(&wish, &start, None).await.unwrap();
        let again = world.ask_under(&wish, &start, None).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(messages(&world).await, before + 1);

        // ConfirmVerification: a wrong number costs one try, the right one gives one proof
        let Purpose::SignUp { asker } = purpose else { panic!("a sign-up") };
        let number = world.number(address).await;
        let confirm = |number: &str| ConfirmVerification {
            id: first.id,
            body: Confirmation { number: number.to_owned(), asker: Some(asker) },
        };
        let wish = |n: u8| format!("confirm-{n}-{address}");
        for _ in 0..3 {
            let wrong = refused(world.ask_under(&wish(1), &confirm(&World::wrong(&number)), None).await);
            assert_eq!((wrong.code, wrong.tries_left), (ProblemCode::NumberWrong, Some(4)));
        }
        let proof = world.ask_under(&wish(2), &confirm(&number), None).await.unwrap();
        assert_eq!(world.ask_under(&wish(2), &confirm(&number), None).await.unwrap(), proof);
        proven.push(contract::account::ProvenAddress { address: address.to_owned(), proof: proof.proof });
    }
    repeated.extend(["StartVerification", "ConfirmVerification"]);

    // CreateAccount: one account, though its proofs are used up
    let Purpose::SignUp { asker } = purpose else { panic!("a sign-up") };
    let mobile_phone = proven.pop().unwrap();
    let body = NewAccount {
        asker,
        name: "Mina Park".to_owned(),
        email: proven.pop().unwrap(),
        mobile_phone,
        task: None,
        password: Secret::from(PASSWORD),
    };
    let create = CreateAccount { body };
    let created = world.ask_under("create", &create, None).await.unwrap();
    assert_eq!(world.ask_under("create", &create, None).await.unwrap(), created);
    assert_eq!(world.backend.accounts().await.unwrap(), 1);
    // under another key it is another wish, and its proofs are gone
    assert_eq!(refused(world.ask_under("other", &create, None).await).code, ProblemCode::ProofRefused);
    repeated.push("CreateAccount");

    // ResendChallenge: too early is worth asking again, so no answer is kept
    let me = crate::world::token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let me = crate::world::token(world.step_up(&me, PASSWORD).await.unwrap());
    let if_match = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let resend = ResendChallenge { id: asked.id, body: () };
    for _ in 0..2 {
        let early = refused(world.ask_under("resend", &resend, None).await);
        assert_eq!(early.code, ProblemCode::TooManyRequests);
    }
    repeated.push("ResendChallenge");

    let mut marked: Vec<_> = OPERATIONS.iter().filter(|o| o.once).map(|o| o.name).collect();
    marked.sort_unstable();
    repeated.sort_unstable();
    assert_eq!(marked, repeated);
}

// API-3: a number is sent again once, and what was too early is done when its time has come; a day later a key is free
async fn api_3_what_was_worth_asking_again_is_done_then(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let resend = ResendChallenge { id: asked.id, body: () };
    let early = refused(world.ask_under("resend", &resend, None).await);
    world.clock().advance(early.retry_after_seconds.unwrap().into());
    let before = messages(&world).await;
    let sent = world.ask_under("resend", &resend, None).await.unwrap();
    world.clock().advance(100);
    // the very same answer, its seconds included: nothing was sent anew
    assert_eq!(world.ask_under("resend", &resend, None).await.unwrap(), sent);
    assert_eq!(messages(&world).await, before + 1);

    let (start, _) = ask_number(&world, Channel::Email, "pier@harbor.example");
    let first = world.ask_under("number", &start, None).await.unwrap();
    world.clock().advance(86_399);
    assert_eq!(world.ask_under("number", &start, None).await.unwrap(), first);
    world.clock().advance(1);
    assert_ne!(world.ask_under("number", &start, None).await.unwrap().id, first.id);
}

// API-3: other body 422, missing or odd key 400; a key is its caller's and its operation's own
async fn api_3_another_request_under_the_same_key_is_refused(world: World) {
    let (start, _) = ask_number(&world, Channel::Email, EMAIL);
    let (other, _) = ask_number(&world, Channel::Email, "pier@harbor.example");
    world.ask_under("one", &start, None).await.unwrap();
    for _ in 0..2 {
        let reused = refused(world.ask_under("one", &other, None).await);
        assert_eq!((reused.code, reused.status), (ProblemCode::IdempotencyKeyReused, 422));
    }
    // the same key under another operation is another wish; a refusal that left nothing behind holds no key
    for number in ["000000", "111111"] {
        let body = Confirmation { number: number.to_owned(), asker: Some(world.asker()) };
        let unknown =
            ConfirmVerification { id: "00000000-0000-0000-0000-00000000cafe".parse().unwrap(), body };
        let gone: Problem = refused(world.ask_under("one", &unknown, None).await);
        assert_eq!(gone.code, ProblemCode::NotFound);
    }
    // and under another caller
    let person = world.person("juno@harbor.example", "+821055505678").await;
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: "gate@harbor.example".to_owned(),
    };
    world.ask_under("one", &StartVerification { body }, Some(&person.token)).await.unwrap();

    for (key, rule) in [
        (None, Rule::Missing),
        (Some(String::new()), Rule::Missing),
        (Some("a b".to_owned()), Rule::WrongType),
        (Some("k".repeat(65)), Rule::WrongType),
        (Some("schlüssel".to_owned()), Rule::WrongType),
    ] {
        let mut request = crate::world::request(&start, None);
        request.headers_mut().remove("idempotency-key");
        if let Some(key) = &key {
            request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        }
        let response = world.send(request).await;
        assert_eq!(response.status(), 400, "{key:?}");
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        let problem: Problem = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(problem.rule_of("idempotency-key"), Some(rule), "{key:?}");
    }
}

// API-3, OTP-8: whatever a stranger asks that is refused, nothing is committed: nobody keeps the disk busy beside every
// budget
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_3_a_refusal_to_a_stranger_commits_nothing() {
    const ASKED: u64 = 40;
    // the least that a commit adds to the log: a page of SQLite with its header
    const PAGE: u64 = 4096 + 24;
    let world = World::new().await;
    let log = || std::fs::metadata(world.database().with_extension("db-wal")).unwrap().len();
    let person = world.person(EMAIL, PHONE).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&person.token)).await.unwrap();
    let asked = challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let (start, _) = ask_number(&world, Channel::Email, "pier@harbor.example");
    let before = log();
    world.ask(start.clone(), None).await.unwrap();
    assert!(log() >= before + PAGE, "what is done is committed");
    let unknown = ConfirmVerification {
        id: "00000000-0000-0000-0000-00000000cafe".parse().unwrap(),
        body: Confirmation { number: "000000".to_owned(), asker: Some(world.asker()) },
    };
    let before = log();
    for _ in 0..ASKED {
        let early = refused(world.ask(start.clone(), None).await);
        assert_eq!(early.code, ProblemCode::TooManyRequests);
        let early = refused(world.ask(ResendChallenge { id: asked.id, body: () }, None).await);
        assert_eq!(early.code, ProblemCode::TooManyRequests);
        assert_eq!(refused(world.ask(unknown.clone(), None).await).code, ProblemCode::NotFound);
    }
    // the backend itself may note the time meanwhile
    assert!(log() - before < ASKED * PAGE, "{}", log() - before);
}

// API-3: twenty at once have one effect; each is given the one answer, or told that it is being worked on
async fn api_3_twenty_at_once_are_one(world: World) {
    let (start, _) = ask_number(&world, Channel::Email, EMAIL);
    let worlds = flood(Arc::new(vec![world]), start).await;

    // one account, though its proofs can be used once
    let world = &worlds[0];
    let asker = world.asker();
    let purpose = Purpose::SignUp { asker };
    let body = NewAccount {
        asker,
        name: "Juno Lee".to_owned(),
        email: world.prove(purpose, Channel::Email, "juno@harbor.example", None).await,
        mobile_phone: world.prove(purpose, Channel::TextMessage, PHONE, None).await,
        task: None,
        password: Secret::from(PASSWORD),
    };
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (worlds, create) = (Arc::clone(&worlds), CreateAccount { body: body.clone() });
            tokio::spawn(async move { worlds[0].ask_under("create", &create, None).await })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => created += 1,
            Err(problem) => assert_eq!(problem.code, ProblemCode::RequestInFlight),
        }
    }
    assert!(created > 0);
    assert_eq!(world.backend.accounts().await.unwrap(), 1);
}

// API-3, DB-1: killed anywhere between the request and its answer: whoever asks again gets the answer of what was done, or
// it is done then; never twice
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_3_a_kill_neither_loses_nor_doubles_it() {
    let world = World::program(&[]).await;
    let (mut clock, database) = (crate::faketime::Clock::new(), world.database());
    for round in 0..crate::depth::rounds(6, 100) {
        let address = format!("person-{round}@harbor.example");
        let (start, _) = ask_number(&world, Channel::Email, &address);
        let wish = format!("round-{round}");
        let mut program = clock.start(&database);
        // from before it is read to after it is answered
        let until = Duration::from_millis(u64::from(round * 7 % 30));
        let attempt = program.try_send(request_under(&wish, &start, None));
        let _ = tokio::time::timeout(until, attempt).await;
        program.kill();

        let program = clock.start(&database);
        let ask = async || {
            let response = program.send(request_under(&wish, &start, None)).await;
            let status = response.status().as_u16();
            (status, axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap())
        };
        let mut answered = ask().await;
        if answered.0 == 409 {
            // whoever was killed holds it for a while
            clock.advance(10);
            answered = ask().await;
        }
        assert_eq!(answered.0, 202, "{round}: {}", String::from_utf8_lossy(&answered.1));
        assert_eq!(ask().await, answered, "{round}");
        let messages = world.backend.messages().await.unwrap().messages;
        assert_eq!(messages.iter().filter(|message| message.to == address).count(), 1, "{round}");
    }
}

// API-3: over two replicas too
async fn api_3_twenty_over_two_replicas_are_one(world: World) {
    let replica = world.replica().await;
    let (start, _) = ask_number(&world, Channel::Email, EMAIL);
    flood(Arc::new(vec![world, replica]), start).await;
}

async fn flood(worlds: Arc<Vec<World>>, start: StartVerification) -> Arc<Vec<World>> {
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let (worlds, start) = (Arc::clone(&worlds), start.clone());
            tokio::spawn(async move { worlds[n % worlds.len()].ask_under("one", &start, None).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(sent) => answers.push(sent),
            Err(problem) => {
                assert_eq!(problem.code, ProblemCode::RequestInFlight);
                assert!(problem.retry_after_seconds.is_some());
            }
        }
    }
    let kept = worlds[0].ask_under("one", &start, None).await.unwrap();
    assert!(!answers.is_empty() && answers.iter().all(|answer| *answer == kept));
    assert_eq!(messages(&worlds[0]).await, 1);
    worlds
}

// API-3: somebody signed in whose request is being worked on is told so, up to the end of the lease. Then another attempt
// takes over, and the one before, which was only held up, does nothing any more.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_3_what_is_at_work_is_told_and_what_was_taken_over_is_undone() {
    let database = crate::postgres::Database::fresh();
    let world = Arc::new(World::at(database.url()).await);
    let replica = Arc::new(world.replica().await);
    let person = world.person(EMAIL, PHONE).await;
    let address = "pier@harbor.example";
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: address.to_owned(),
    };
    let start = StartVerification { body };
    let ask = |on: &Arc<World>| {
        let (on, start, token) = (Arc::clone(on), start.clone(), person.token.clone());
        tokio::spawn(async move { on.ask_under("wish", &start, Some(&token)).await })
    };
    // what is asked for is held up after the claim: numbers are not written for now
    let mut other = AnyConnection::connect(&database.url()).await.unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE number IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let waiting = async |so_many: &str| {
        let waits = "SELECT COUNT(*) FROM pg_locks JOIN pg_database ON oid = database \
                     WHERE datname = current_database() AND NOT granted";
        eventually("it waits", async || (database.sql(waits).trim() == so_many).then_some(())).await;
    };
    let first = ask(&world);
    waiting("1").await;
    let told = async || {
        for on in [&world, &replica] {
            let told = refused(ask(on).await.unwrap());
            assert_eq!((told.code, told.status), (ProblemCode::RequestInFlight, 409));
            assert_eq!(told.retry_after_seconds, Some(1));
        }
    };
    told().await;
    world.clock().advance(9);
    told().await;
    world.clock().advance(1);
    let second = ask(&replica);
    waiting("2").await;
    held.rollback().await.unwrap();

    let done = second.await.unwrap().unwrap();
    // it is told that another is at work, or meets what the other has done
    let undone = refused(first.await.unwrap());
    let expected = [ProblemCode::RequestInFlight, ProblemCode::TooManyRequests];
    assert!(expected.contains(&undone.code), "{undone}");
    for on in [&world, &replica] {
        assert_eq!(ask(on).await.unwrap().unwrap(), done);
    }
    let messages = world.backend.messages().await.unwrap().messages;
    assert_eq!(messages.iter().filter(|message| message.to == address).count(), 1);
}
