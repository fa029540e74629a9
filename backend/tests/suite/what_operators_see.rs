//! What whoever runs the program sees of it: metrics on an address of their own, and word to the supervisor.
#![cfg(target_os = "linux")]

use crate::post_office::{PostOffice, eventually};
use crate::postgres;
use crate::wire::{get, header, metrics_of, say, status, value};
use crate::world::{PASSWORD, World, refused};
use contract::account::AccountChange;
use contract::operation::{ChangeAccount, GetAccount, StartVerification};
use contract::verification::{Channel, Purpose, VerificationRequest};
use serde_json::json;
use sqlx::{AnyConnection, Connection as _};
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_count_what_goes_on_and_name_nobody() {
    let world = World::program(&["http.metrics_listen = \"127.0.0.1:0\""]).await;
    let metrics = metrics_of(&world.served_by().log());
    let person = world.person("canary.park@harbor.example", "+821055501234").await;
    refused(world.sign_in(&person.email, "a guess that is wrong", "Canary place").await);
    say(world.served_by().address(), "127.0.0.1", &get("/v1/canary", "")).await;

    let answer = say(&metrics, "127.0.0.1", &get("/metrics", "")).await;
    assert_eq!(status(&answer), 200);
    assert!(header(&answer, "content-type").unwrap().starts_with("application/openmetrics-text"));
    let (_, text) = answer.split_once("\r\n\r\n").unwrap();
    let requests = |operation: &str, status: u16| {
        value(text, &format!("postern_http_requests_total{{operation=\"{operation}\",status=\"{status}\"}}"))
    };
    assert_eq!(requests("CreateAccount", 201), Some(1.0));
    assert_eq!(requests("OpenSession", 200), Some(1.0));
    assert_eq!(requests("OpenSession", 403), Some(1.0));
    assert_eq!(requests("other", 404), Some(1.0));
    let seconds = "postern_http_request_duration_seconds";
    assert_eq!(value(text, &format!("{seconds}_count{{operation=\"OpenSession\"}}")), Some(2.0));
    assert!(value(text, &format!("{seconds}_sum{{operation=\"OpenSession\"}}")).unwrap() > 0.0);
    for (series, expected) in [
        ("postern_hashing_in_use", 0.0),
        ("postern_hashing_waiting", 0.0),
        ("postern_database_up", 1.0),
        ("postern_database_conflicts_given_up_total", 0.0),
    ] {
        assert_eq!(value(text, series), Some(expected), "{series}\n{text}");
    }
    assert!(value(text, "postern_connections_accepted_total").unwrap() >= 4.0);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(value(text, &format!("postern_build_info{{version=\"{version}\"}}")), Some(1.0), "{text}");
    for series in
        ["cpu_seconds_total", "resident_memory_bytes", "virtual_memory_bytes", "threads", "open_fds"]
    {
        assert!(value(text, &format!("process_{series}")).unwrap() > 0.0, "{series}\n{text}");
    }
    let open = value(text, "process_open_fds").unwrap();
    assert!(value(text, "process_max_fds").unwrap() >= open, "{text}");
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    assert!((0.0..=since).contains(&value(text, "process_start_time_seconds").unwrap()), "{text}");
    // two numbers for signing up; no notice yet
    let states = ["queued", "waiting", "sent", "dead"];
    let held: f64 = states
        .iter()
        .filter_map(|state| value(text, &format!("postern_outbox_messages{{state=\"{state}\"}}")))
        .sum();
    assert!(held >= 2.0, "{text}");
    assert!(value(text, "postern_outbox_oldest_seconds").is_some(), "{text}");
    assert!(text.ends_with("# EOF\n"));
    for private in ["canary", "Canary", "harbor", "55501234", PASSWORD, "127.0.0", person.token.expose()] {
        assert!(!text.contains(private), "{private}: {text}");
    }

    // on the address of the API there is no such page, and on this one there is no other
    let elsewhere = say(world.served_by().address(), "127.0.0.1", &get("/metrics", "")).await;
    assert_eq!(status(&elsewhere), 404);
    assert_eq!(status(&say(&metrics, "127.0.0.1", &get("/v1/capabilities", "")).await), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_is_told_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let told = UnixDatagram::bind(&socket).unwrap();
    told.set_read_timeout(Some(crate::wire::LONG)).unwrap();
    let hear = || {
        let mut bytes = [0; 64];
        let length = told.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    let name = format!("NOTIFY_SOCKET={}", socket.display());
    let database = folder.path().join("accounts.db");
    let mut program = crate::stage::Program::start_within(&["env", &name], &database, &[], "info");
    assert_eq!(hear(), "READY=1");
    program.stop();
    assert_eq!(hear(), "STOPPING=1");
}

/// What the metrics say.
async fn shown(world: &World) -> String {
    say(&metrics_of(&world.served_by().log()), "127.0.0.1", &get("/metrics", "")).await
}

async fn ask_number(world: &World, phone: &str) {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel: Channel::TextMessage, address: phone.to_owned() };
    world.ask(StartVerification { body }, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_messages_is_counted() {
    let office = PostOffice::gateway(&[]);
    office.answer(&[json!({ "status": 400 }), json!({ "status": 503 })]);
    let url = format!("text_message.url = \"http://127.0.0.1:{}/\"", office.port);
    let body = "text_message.body = '{\"to\": \"{to}\", \"text\": \"{text}\", \"id\": \"{id}\"}'";
    let more = ["http.metrics_listen = \"127.0.0.1:0\"", &url, body, "text_message.per_minute = 1000"];
    let world = World::program(&more).await;
    // one after the other, so that each is given the answer that was meant for it
    let outcomes = [("dead", "dead"), ("put_off", "waiting"), ("sent", "sent")];
    for (n, (outcome, state)) in outcomes.into_iter().enumerate() {
        ask_number(&world, &format!("+8210555{n:05}")).await;
        let sent = format!("postern_messages_sent_total{{channel=\"text_message\",outcome=\"{outcome}\"}}");
        let held = format!("postern_outbox_messages{{state=\"{state}\"}}");
        eventually(&sent, async || {
            let text = shown(&world).await;
            let known =
                value(&text, &sent).is_some_and(|count| count >= 1.0) && value(&text, &held).is_some();
            known.then_some(())
        })
        .await;
    }
    let text = shown(&world).await;
    assert_eq!(value(&text, "postern_outbox_messages{state=\"dead\"}"), Some(1.0), "{text}");
}

// another who writes the same row commits first: that is a conflict, after which the operation is done again
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicts_in_the_database_are_counted() {
    let server = Arc::new(postgres::Server::fresh(""));
    let metrics = ["http.metrics_listen = \"127.0.0.1:0\""];
    let world = World::program_at(&server, &metrics).await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let conflicts = async || value(&shown(&world).await, "postern_database_conflicts_total").unwrap();
    let before = conflicts().await;
    let database = postgres::Database::alone(&server);
    sqlx::any::install_default_drivers();
    let mut other = AnyConnection::connect(&database.url()).await.unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::raw_sql("UPDATE account SET task = 'other'").execute(&mut *held).await.unwrap();
    let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
    let body = AccountChange { task: Some("mine".to_owned()), ..AccountChange::default() };
    let change = world.ask(ChangeAccount { if_match, body }, Some(&person.token));
    let waits = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted";
    let first = async {
        eventually("it waits", async || (database.sql(waits).trim() != "0").then_some(())).await;
        held.commit().await.unwrap();
    };
    let (changed, ()) = tokio::join!(change, first);
    assert_eq!(changed.unwrap().task.as_deref(), Some("mine"));
    assert!(conflicts().await > before);
}
