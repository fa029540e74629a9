//! Text messages as a gateway gets them, in a process of its own: what it is told, what its answers mean, how often it is
//! asked at most, and that several who share one outbox ask it once for each message.
#![cfg(unix)]

use crate::post_office::{Call, PostOffice, delivery, eventually};
use crate::world::{Database, World, fast, refused};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Secret};
use postern_backend::settings::{Gateway, GatewayContent, Success};
use postern_backend::{PostedMessage, Settings};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Runs each of these functions on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::Database::Sqlite).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::Database::Postgres).await;
            })+
        }
    };
}

on_both_databases! {
    replicas_share_the_outbox,
    what_a_killed_program_had_claimed_is_taken_over,
    otp_8_a_flood_stays_under_every_budget,
    otp_8_the_gateway_is_asked_so_often_a_minute,
}

const PHONE: &str = "+821055501234";

fn sending(gateway: Gateway) -> Settings {
    Settings { delivery: delivery(None, Some(gateway)), ..fast() }
}

async fn ask(world: &World, phone: &str) -> Result<(), Problem> {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel: Channel::TextMessage, address: phone.to_owned() };
    world.ask(StartVerification { body }, None).await.map(|_| ())
}

fn phone(n: u32) -> String {
    format!("+8210555{n:05}")
}

async fn newest(world: &World) -> PostedMessage {
    world.backend.posted().await.unwrap().remove(0)
}

async fn newest_is(world: &World, state: &str) -> PostedMessage {
    eventually(state, async || Some(newest(world).await).filter(|posted| posted.delivery.state == state))
        .await
}

/// Every message is sent or given up.
async fn all_done(world: &World) -> Vec<PostedMessage> {
    eventually("all to be done", async || {
        let posted = world.backend.posted().await.unwrap();
        posted.iter().all(|posted| posted.delivery.done_at.is_some()).then_some(posted)
    })
    .await
}

fn ids(calls: &[Call]) -> BTreeSet<String> {
    calls.iter().map(Call::id).collect()
}

// OTP-11: over TLS, with the token from its file, one segment, the key twice
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_arrives_by_text_message() {
    let office = PostOffice::gateway(&["--tls"]);
    let file = office.folder.path().join("token");
    std::fs::write(&file, "seven-lamps\n").unwrap();
    let gateway = Gateway {
        url: format!("https://localhost:{}/v1/messages", office.port),
        token: Some(("Authorization".to_owned(), "Bearer ".to_owned(), file)),
        ca_file: Some(office.authority()),
        ..office.texts()
    };
    let world = World::with(sending(gateway.clone())).await;
    ask(&world, PHONE).await.unwrap();
    let posted = newest_is(&world, "sent").await;
    let calls = office.calls();
    assert_eq!(calls.len(), 1);
    let (call, id) = (&calls[0], posted.message.id.0.to_string());
    let number = world.number(PHONE).await;
    assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/v1/messages"));
    assert_eq!(call.headers["authorization"], "Bearer seven-lamps");
    assert_eq!(
        (call.headers["idempotency-key"].as_str(), call.headers["content-type"].as_str()),
        (id.as_str(), "application/json")
    );
    assert_eq!((call.json()["to"].as_str(), call.id()), (Some(PHONE), id));
    let text = call.json()["text"].as_str().unwrap().to_owned();
    assert!(text.contains(&number) && text.is_ascii() && text.len() <= 160, "{text}");

    // a certificate by an authority that nobody named
    let world = World::with(sending(Gateway { ca_file: None, ..gateway })).await;
    ask(&world, PHONE).await.unwrap();
    assert_eq!(newest_is(&world, "waiting").await.delivery.fault.as_deref(), Some("no_connection"));
    assert_eq!(office.calls().len(), 1);
}

// the other kinds of body
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_and_a_plain_text_arrive_whole() {
    for (content, body, expected) in [
        (GatewayContent::Form, "To={to}&Body={text}", "To=%2B821055501234&Body=Postern%3A%20"),
        (GatewayContent::Plain, "{to}\n{text}", "+821055501234\nPostern: "),
    ] {
        let office = PostOffice::gateway(&[]);
        let (body, method) = (body.to_owned(), "PUT".to_owned());
        let world = World::with(sending(Gateway { content, body, method, ..office.texts() })).await;
        ask(&world, PHONE).await.unwrap();
        newest_is(&world, "sent").await;
        let call = office.calls().remove(0);
        assert!(call.method == "PUT" && call.body.starts_with(expected), "{call:?}");
    }
}

// what each answer means; every try has the same key and says the same
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_its_meaning() {
    let office = PostOffice::gateway(&[]);
    let elsewhere = PostOffice::gateway(&[]);
    let moved = format!("http://127.0.0.1:{}/v1/messages", elsewhere.port);
    let gateway = Gateway { timeout: Duration::from_millis(700), ..office.texts() };
    for (answer, state, fault) in [
        (json!({ "status": 400 }), "dead", "refused"),
        (json!({ "status": 413 }), "dead", "refused"),
        (json!({ "status": 422 }), "dead", "refused"),
        // what concerns this server and not the message
        (json!({ "status": 401 }), "waiting", "login_refused"),
        (json!({ "status": 402 }), "waiting", "limit_reached"),
        (json!({ "status": 403 }), "waiting", "login_refused"),
        (json!({ "status": 404 }), "waiting", "gateway_refused"),
        (json!({ "status": 405 }), "waiting", "gateway_refused"),
        (json!({ "status": 307, "headers": { "Location": moved } }), "waiting", "moved"),
        (json!({ "status": 408 }), "waiting", "put_off"),
        (json!({ "status": 409 }), "waiting", "put_off"),
        (json!({ "status": 429 }), "waiting", "put_off"),
        (json!({ "status": 500 }), "waiting", "put_off"),
        (json!({ "status": 503 }), "waiting", "put_off"),
        // U9: it may have been taken, so it is not sent again
        (json!({ "status": 200 }), "dead", "odd_answer"),
        (json!({ "body": "{\"status\": \"rejected\"}" }), "dead", "odd_answer"),
        (json!({ "body": "not JSON" }), "dead", "odd_answer"),
        (json!({ "body": "x".repeat(1 << 20) }), "dead", "odd_answer"),
        (json!("silence"), "waiting", "no_answer"),
        (json!("drop"), "waiting", "broken_off"),
    ] {
        let world = World::with(sending(gateway.clone())).await;
        let before = office.calls().len();
        office.answer(std::slice::from_ref(&answer));
        ask(&world, PHONE).await.unwrap();
        let posted = newest_is(&world, state).await;
        assert_eq!(posted.delivery.fault.as_deref(), Some(fault), "{answer}");
        world.clock().advance(13);
        if state == "waiting" {
            newest_is(&world, "sent").await;
        }
        let calls = office.calls().split_off(before);
        assert_eq!(calls.len(), if state == "waiting" { 2 } else { 1 }, "{answer}");
        assert!(calls.iter().all(|call| call.body == calls[0].body), "{answer}");
    }
    assert!(elsewhere.calls().is_empty(), "no redirect is followed");
}

// U9: without a rule any 2xx is success; with one, the answer decides, as text or at a place in JSON
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u9_an_accepted_message_is_sent_once_however_its_answer_reads() {
    let office = PostOffice::gateway(&[]);
    let text = |pattern: &str| Some(Success::Text(pattern.to_owned()));
    let value = |pointer: &str, value: &str| Some(Success::Value(pointer.to_owned(), value.to_owned()));
    let body = |body: &str| json!({ "status": 200, "body": body });
    for (success, answer, state) in [
        (None, json!({ "status": 204, "body": "" }), "sent"),
        (None, json!({ "status": 203, "body": "whatever" }), "sent"),
        (None, json!({ "status": 299 }), "sent"),
        (None, body("x".repeat(1 << 20).as_str()), "sent"),
        (text("OK"), body("OK"), "sent"),
        (text("OK"), body(" OK\r\n"), "sent"),
        (text("OK*"), body("\u{feff}OK: 17"), "sent"),
        (text("OK*"), body("ERROR:14"), "dead"),
        (text("OK*"), body("NOT OK"), "dead"),
        (text("OK"), json!({ "status": 204, "body": "" }), "dead"),
        (value("/code", "0"), body("\u{feff}{\"code\": 0}"), "sent"),
        (value("/code", "0"), body("{\"code\": \"0\"}"), "sent"),
        (value("/code", "0"), body("{\"code\": 14}"), "dead"),
        (value("/code", "0"), body("OK"), "dead"),
    ] {
        let world =
            World::with(sending(Gateway { success_status: Vec::new(), success, ..office.texts() })).await;
        let before = office.calls().len();
        office.answer(std::slice::from_ref(&answer));
        ask(&world, PHONE).await.unwrap();
        let posted = newest_is(&world, state).await;
        let fault = (state == "dead").then_some("odd_answer");
        assert_eq!((posted.delivery.tries, posted.delivery.fault.as_deref()), (1, fault), "{answer}");
        world.clock().advance(300);
        // what is queued after it has been tried by now, and it has not been again
        ask(&world, &phone(7)).await.unwrap();
        eventually("the next", async || newest(&world).await.delivery.done_at).await;
        let ids = ids(&office.calls()[before..]);
        assert_eq!((office.calls().len() - before, ids.len()), (2, 2), "{answer}");
    }
}

// a gateway that names a time is given it, if it is longer than ours
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_is_honoured() {
    let office = PostOffice::gateway(&[]);
    office.answer(&[json!({ "status": 429, "headers": { "Retry-After": "300" } })]);
    let world = World::with(sending(office.texts())).await;
    ask(&world, PHONE).await.unwrap();
    let posted = newest_is(&world, "waiting").await;
    assert_eq!(posted.delivery.next_try_at.unwrap().as_millisecond(), world.now() + 300_000);
}

// a notice that never goes through is given up after so many tries
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_message_is_tried_for_ever() {
    let office = PostOffice::gateway(&[]);
    let world = World::with(Settings { delivery: delivery(None, Some(office.texts())), ..fast() }).await;
    office.answer(&vec![json!({ "status": 503 }); 5]);
    ask(&world, PHONE).await.unwrap();
    for tries in 1..5 {
        eventually("a try", async || {
            let posted = newest(&world).await;
            (posted.delivery.next_try_at.is_some() && posted.delivery.tries == tries).then_some(())
        })
        .await;
        world.clock().advance(75);
    }
    let dead = newest_is(&world, "dead").await;
    assert_eq!((dead.delivery.tries, dead.delivery.fault.as_deref()), (5, Some("put_off")));
    assert_eq!((office.calls().len(), ids(&office.calls()).len()), (5, 1));
}

// several who share an outbox send each message once
async fn replicas_share_the_outbox(database: Database) {
    let office = PostOffice::gateway(&[]);
    let world = World::with_on(sending(office.texts()), database).await;
    let replicas = [
        world.replica_with(sending(office.texts())).await,
        world.replica_with(sending(office.texts())).await,
    ];
    let messages = crate::depth::rounds(40, 400);
    for n in 0..messages {
        let one = [&world, &replicas[0], &replicas[1]][n as usize % 3];
        ask(one, &phone(n)).await.unwrap();
    }
    let posted = all_done(&world).await;
    assert!(posted.iter().all(|posted| (posted.delivery.state, posted.delivery.tries) == ("sent", 1)));
    let calls = office.calls();
    assert_eq!((calls.len(), ids(&calls).len()), (messages as usize, messages as usize));
}

// one that is killed between sending and marking: its messages are taken over once the claims have ended, and each is
// sent once more at most, under the same key
async fn what_a_killed_program_had_claimed_is_taken_over(database: Database) {
    let office = PostOffice::gateway(&[]);
    office.answer(&[json!({ "wait": "open" }), json!({ "wait": "open" })]);
    let url = format!("text_message.url = \"http://127.0.0.1:{}/\"", office.port);
    let body = r#"text_message.body = '{"to":"{to}","text":"{text}","id":"{id}"}'"#;
    let world = World::program_on(database, &[&url, body, "text_message.timeout_seconds = 2"], "info").await;
    ask(&world, &phone(1)).await.unwrap();
    ask(&world, &phone(2)).await.unwrap();
    eventually("two calls", async || (office.calls().len() == 2).then_some(())).await;
    let world = world.restart().await;
    office.open("open");
    ask(&world, &phone(3)).await.unwrap();
    let posted = all_done(&world).await;
    let mut tries: Vec<_> =
        posted.iter().map(|posted| (posted.delivery.state, posted.delivery.tries)).collect();
    tries.sort_unstable();
    assert_eq!(tries, [("sent", 1), ("sent", 2), ("sent", 2)]);
    let calls = office.calls();
    assert_eq!((calls.len(), ids(&calls).len()), (5, 3));
    // what was not killed in the middle was not held up by what was
    assert_eq!(calls[2].json()["to"], phone(3));
}

/// How many of these were taken, and that each of the others was told when to come back.
fn taken(answers: Vec<Result<(), Problem>>) -> usize {
    let all = answers.len();
    let told = answers.into_iter().filter_map(Result::err).inspect(|problem| {
        assert_eq!(problem.code, ProblemCode::TooManyRequests);
        assert!(problem.retry_after_seconds.is_some_and(|seconds| seconds > 0));
    });
    all - told.count()
}

// OTP-8: a flood from one account, to a thousand addresses, or to one of them, over two replicas: the gateway is asked as
// often as the budget allows and no more, and whoever is refused is told when to come back
async fn otp_8_a_flood_stays_under_every_budget(database: Database) {
    let office = PostOffice::gateway(&[]);
    let flood = crate::depth::rounds(100, 1000);
    let budget = flood / 2;
    let settings = || {
        let mut settings = Settings { sends_altogether_max: budget, ..sending(office.texts()) };
        settings.capabilities.number_resend_seconds = 0;
        settings
    };
    let world = World::on(database).await;
    let person = world.person("mina@harbor.example", PHONE).await;
    let world = world.reopen(settings()).await;
    let replica = world.replica_with(settings()).await;
    let both = [&world, &replica];
    all_done(&world).await;
    let mut before = office.calls().len();
    let mut since = async || {
        all_done(&world).await;
        let calls = office.calls();
        let new = calls[before..].to_vec();
        before = calls.len();
        new
    };

    // one address, asked for by everybody
    let mut answers = Vec::new();
    for n in 0..30 {
        answers.push(ask(both[n % 2], &phone(1)).await);
    }
    assert_eq!((taken(answers), since().await.len()), (10, 10));

    // one account, naming other addresses all the while
    let mut answers = Vec::new();
    for n in 0..60 {
        let purpose = Purpose::ChangeContact;
        let body = VerificationRequest { purpose, channel: Channel::TextMessage, address: phone(100 + n) };
        let one = both[n as usize % 2];
        answers.push(
            one.ask(StartVerification { body }, Some::<&Secret<String>>(&person.token)).await.map(|_| ()),
        );
    }
    // one that the next has replaced already is not sent at all
    let calls = since().await.len();
    assert!(taken(answers) == 30 && (1..=30).contains(&calls), "{calls} calls");

    // as many addresses, one after the other
    let mut answers = Vec::new();
    for n in 0..flood {
        answers.push(ask(both[n as usize % 2], &phone(1000 + n)).await);
    }
    // two were sent when the account was created
    let left = budget as usize - 12;
    let calls = since().await;
    assert_eq!((taken(answers), calls.len(), ids(&calls).len()), (left, left, left));

    // and it is over when the time is
    assert_eq!(refused(ask(&world, &phone(9000)).await).code, ProblemCode::TooManyRequests);
    world.clock().advance(600);
    ask(&world, &phone(9000)).await.unwrap();
    assert_eq!(since().await.len(), 1);
}

// OTP-8: whatever is queued, the gateway is asked so often a minute and no more, by all replicas together
async fn otp_8_the_gateway_is_asked_so_often_a_minute(database: Database) {
    let office = PostOffice::gateway(&[]);
    let slow = || sending(Gateway { per_minute: 5, ..office.texts() });
    let world = World::with_on(slow(), database).await;
    let replica = world.replica_with(slow()).await;
    for n in 0..12 {
        ask([&world, &replica][n as usize % 2], &phone(n)).await.unwrap();
    }
    for (sent, waiting) in [(5, 7), (10, 2), (12, 0)] {
        let counts = eventually("the minute's share", async || {
            let posted = world.backend.posted().await.unwrap();
            let counts = posted.iter().filter(|posted| posted.delivery.state == "sent").count();
            (counts >= sent).then_some((counts, posted.len() - counts))
        })
        .await;
        assert_eq!((counts, office.calls().len()), ((sent, waiting), sent));
        world.clock().advance(61);
    }
}

/// Nothing that is secret stands in what is kept in clear.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_sealed() {
    let office = PostOffice::gateway(&[]);
    office.answer(&[json!({ "status": 503 })]);
    let world = World::with(sending(office.texts())).await;
    ask(&world, PHONE).await.unwrap();
    newest_is(&world, "waiting").await;
    assert!(!world.leaks(&[PHONE, "55501234", "Postern: "]));
}
