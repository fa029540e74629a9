//! The end of the program, under load: whoever spreads requests sees it coming, every answer that was begun is whole, and
//! whoever comes too late is refused before anything is begun.
#![cfg(unix)]

use crate::post_office::eventually;
use crate::postgres;
use crate::stage::configuration;
use crate::wire::{LONG, connect, get, rest, say, status};
use crate::world::{PASSWORD, World};
use axum::body::Body;
use axum::http::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use sqlx::migrate::Migrate as _;
use sqlx::{AnyConnection, Connection as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

fn tell_to_stop(world: &World) {
    let process = world.served_by().process().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
}

/// Asks on one connection after the other until nobody is there any more.
async fn keep_asking(address: String, answered: Arc<AtomicU32>) {
    loop {
        let Ok(stream) = TcpStream::connect(&address).await else { return };
        let Ok((mut sender, connection)) = http1::handshake(TokioIo::new(stream)).await else { continue };
        tokio::spawn(connection);
        loop {
            let request = Request::get("/openapi.json").header("host", &address).body(Body::empty()).unwrap();
            // no answer was begun: the connection was closed before
            let Ok(answer) = sender.send_request(request).await else { break };
            assert!(answer.status().is_success() || answer.status() == 503);
            let bytes = axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await;
            let bytes = bytes.expect("an answer that was begun is whole");
            serde_json::from_slice::<serde_json::Value>(&bytes).expect("and can be read");
            answered.fetch_add(1, Ordering::SeqCst);
        }
    }
}

// API-6: SIGTERM under load
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_no_answer_is_half_when_it_stops() {
    let mut world = World::program(&[]).await;
    world.create("mina@harbor.example", "+821055501234", PASSWORD).await.unwrap();
    let address = world.served_by().address().to_owned();
    let answered = Arc::new(AtomicU32::new(0));
    let asking: Vec<_> =
        (0..8).map(|_| tokio::spawn(keep_asking(address.clone(), Arc::clone(&answered)))).collect();
    let until = Instant::now() + LONG;
    while answered.load(Ordering::SeqCst) < 100 {
        assert!(Instant::now() < until, "it answers");
        tokio::task::yield_now().await;
    }
    // one whose connection is open and whose request has not begun does not hold the end up
    let waiting = connect(&address, "127.0.0.1").await.unwrap();
    tell_to_stop(&world);
    for one in asking {
        tokio::time::timeout(LONG, one).await.expect("it refuses in the end").unwrap();
    }
    assert!(world.serving().ended_well());
    assert!(connect(&address, "127.0.0.1").await.is_err(), "nobody listens any more");
    assert!(world.served_by().log().contains("stopped"));
    drop(waiting);
}

/// Waits until the program has logged this.
async fn logged(world: &World, line: &str) {
    eventually(line, async || world.served_by().log().contains(line).then_some(())).await;
}

// API-6: requests under way are finished, however long they take
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_what_was_begun_is_finished() {
    let mut world = World::program(&[]).await;
    world.create("mina@harbor.example", "+821055501234", PASSWORD).await.unwrap();
    let address = world.served_by().address().to_owned();
    let body = format!(r#"{{"email":"mina@harbor.example","password":"{PASSWORD}"}}"#);
    let head = format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let mut begun = Vec::new();
    for _ in 0..16 {
        let mut stream = connect(&address, "127.0.0.1").await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // it is read as soon as somebody is at work on the request
        let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        begun.push(stream);
    }
    tell_to_stop(&world);
    logged(&world, "told to stop").await;
    for stream in &mut begun {
        stream.write_all(body.as_bytes()).await.unwrap();
    }
    for stream in &mut begun {
        let answer = rest(stream).await;
        assert_eq!(status(&answer), 200);
        let (head, said) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", said.len())), "{answer}");
        serde_json::from_str::<serde_json::Value>(said).expect("an answer that was begun is whole");
    }
    assert!(world.serving().ended_well());
}

// API-6: a start that waits for another replica's migrations ends when it is told to
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_a_start_that_waits_for_the_database_can_be_stopped() {
    let database = postgres::Database::fresh();
    sqlx::any::install_default_drivers();
    let mut migrating = AnyConnection::connect(&database.url()).await.unwrap();
    migrating.lock().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = format!("key.file = \"{}\"", folder.path().join("key").display());
    let configuration = configuration(&database.url(), &[&key]);
    let program = Command::new(env!("CARGO_BIN_EXE_postern-backend"))
        .args(["serve", "--config"])
        .arg(configuration.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = program.id().to_string();
    let waits = "SELECT COUNT(*) FROM pg_locks JOIN pg_database ON oid = database \
                 WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted";
    eventually("it waits", async || (database.sql(waits).trim() == "1").then_some(())).await;
    let tell = |signal: &str| Command::new("kill").args([signal, &process]).status().unwrap();
    // what it would read again it has not read yet
    assert!(tell("-HUP").success() && tell("-TERM").success());
    let ended = tokio::task::spawn_blocking(move || program.wait_with_output().unwrap());
    let ended = timeout(LONG, ended).await;
    if ended.is_err() {
        tell("-KILL");
    }
    let ended = ended.expect("it ends").unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.success() && ended.stdout.is_empty(), "{said}");
    assert!(said.contains("told to stop before the database was ready"), "{said}");
    migrating.close().await.unwrap();
}

// API-6: whoever spreads requests over replicas sees the end coming while requests are still answered
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_it_says_that_it_leaves_before_it_does() {
    let mut world = World::program(&["http.notice_seconds = 300"]).await;
    let address = world.served_by().address().to_owned();
    assert_eq!(status(&say(&address, "127.0.0.1", &get("/readyz", "")).await), 200);
    tell_to_stop(&world);
    let until = Instant::now() + LONG;
    while status(&say(&address, "127.0.0.1", &get("/readyz", "")).await) != 503 {
        assert!(Instant::now() < until, "it says no");
    }
    for (path, expected) in [("/v1/capabilities", 200), ("/livez", 200), ("/readyz", 503)] {
        assert_eq!(status(&say(&address, "127.0.0.1", &get(path, "")).await), expected, "{path}");
    }
    // told again, it does not wait
    tell_to_stop(&world);
    assert!(world.serving().ended_well());
}
