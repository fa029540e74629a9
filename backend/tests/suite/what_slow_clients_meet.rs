//! Clients that are slow, stuck or too many: they are ended or told so, and nobody else notices.
#![cfg(unix)]

use crate::depth::rounds;
use crate::wire::{LONG, connect, get, header, metrics_of, rest, say, status, value};
use crate::world::World;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, interval, timeout};

const PROBE: &str = "127.0.0.1";

/// Sends a byte now and then until the other side has had enough; how long that took.
async fn drip(to: String, from: String, first: &'static str) -> Duration {
    let mut stream = connect(&to, &from).await.unwrap();
    let began = Instant::now();
    stream.write_all(first.as_bytes()).await.unwrap();
    // the slowness is what is tried here
    let mut slowly = interval(Duration::from_millis(250));
    let mut answer = [0; 512];
    loop {
        tokio::select! {
            _ = slowly.tick() => if stream.write_all(b"x").await.is_err() { return began.elapsed() },
            read = stream.read(&mut answer) => if read.map_or(true, |read| read == 0) { return began.elapsed() },
        }
    }
}

// API-6: a head that comes in drops, from many connections at once, has an end and holds nobody up
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_many_slow_heads_do_not_starve_others() {
    let world = World::program(&["http.head_seconds = 2", "http.idle_seconds = 3"]).await;
    let address = world.served_by().address().to_owned();
    let slow: Vec<_> = (0..rounds(200, 1000))
        .map(|n| {
            // each address may have 256 of them
            let from = format!("127.0.1.{}", 1 + n / 200);
            let begin = if n % 2 == 0 { "GET /v1/capabilities HTTP/1.1\r\nhost: " } else { "P" };
            tokio::spawn(drip(address.clone(), from, begin))
        })
        .collect();
    let mut took = Vec::new();
    while !slow.iter().all(tokio::task::JoinHandle::is_finished) || took.len() < 20 {
        let began = Instant::now();
        let answer = timeout(LONG, say(&address, PROBE, &get("/v1/capabilities", ""))).await.unwrap();
        assert_eq!(status(&answer), 200);
        took.push(began.elapsed());
    }
    took.sort_unstable();
    let slowest_but_one_in_a_hundred = took[(took.len() - 1) * 99 / 100];
    assert!(slowest_but_one_in_a_hundred < Duration::from_secs(1), "{slowest_but_one_in_a_hundred:?}");
    for one in slow {
        let lasted = one.await.unwrap();
        assert!(lasted >= Duration::from_millis(1900) && lasted < LONG, "{lasted:?}");
    }
}

// API-6: so has a body, and it is refused in words; so have silence before the first request and silence after an answer
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_slow_bodies_and_silence_have_an_end() {
    let limits = ["http.head_seconds = 1", "http.body_seconds = 1", "http.idle_seconds = 1"];
    let world = World::program(&limits).await;
    let address = world.served_by().address();
    let half = "POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{";
    let answer = say(address, PROBE, half).await;
    assert_eq!((status(&answer), header(&answer, "content-type")), (400, Some("application/problem+json")));

    let silent = say(address, PROBE, "").await;
    assert_eq!(silent, "");
    let kept = "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";
    let began = Instant::now();
    let answer = say(address, PROBE, kept).await;
    assert_eq!(status(&answer), 200);
    assert!(header(&answer, "connection").is_none() && began.elapsed() >= Duration::from_millis(900));
}

// API-1: what is no request is refused in words too, under an id, with the headers of every answer; an answer that was under
// way before it comes whole
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_1_what_is_no_request_is_a_problem() {
    let world = World::program(&[]).await;
    let address = world.served_by().address();
    let headers = |count: usize| "x: 1\r\n".repeat(count);
    for (sent, expected) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/7.3\r\n\r\n".to_owned(), 400),
        (format!("GET /livez HTTP/1.1\r\nhost: a\r\n{}\r\n", headers(80)), 431),
        (format!("GET /livez HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(40_000)), 431),
    ] {
        let shown: String = sent.chars().take(40).collect();
        let answer = say(address, PROBE, &sent).await;
        assert_eq!(status(&answer), expected, "{shown}");
        for (name, value) in [
            ("content-type", "application/problem+json"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("connection", "close"),
        ] {
            assert_eq!(header(&answer, name), Some(value), "{shown}");
        }
        assert!(header(&answer, "date").is_some(), "{shown}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(header(&answer, "content-length"), Some(body.len().to_string().as_str()), "{shown}");
        let problem: contract::Problem = serde_json::from_str(body).unwrap();
        assert_eq!(problem.status, expected);
        assert_eq!(problem.request_id.as_deref(), header(&answer, "x-request-id"));
        let id = problem.request_id.unwrap();
        assert!(world.served_by().log().contains(&id), "{shown}: {id} is not in the log");
    }
    for first in [
        "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /livez HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n",
    ] {
        let both = say(address, PROBE, &format!("{first}nonsense\r\n\r\n")).await;
        assert_eq!(both.get(9..12), Some("200"), "{both}");
        let second = &both[both.rfind("HTTP/1.1 ").unwrap()..];
        assert_eq!((status(second), header(second, "content-type")), (400, Some("application/problem+json")));
    }
}

// API-6: who never reads what is answered does not hold a connection for ever
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_answers_that_nobody_takes_have_an_end() {
    let world = World::program(&["http.idle_seconds = 1", "http.head_seconds = 1"]).await;
    let address = world.served_by().address();
    let mut stream = connect(address, PROBE).await.unwrap();
    let question = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(100);
    // at some point nobody's buffers hold any more, and then the connection is ended
    let ended = async { while stream.write_all(question.as_bytes()).await.is_ok() {} };
    timeout(LONG, ended).await.expect("it ends");
    assert_eq!(status(&say(address, PROBE, &get("/livez", "")).await), 200);
}

// API-6: connections are counted, altogether and for each address; whoever is one too many is told so
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_one_connection_too_many_is_told_so() {
    let world = World::program(&["http.connections = 4", "http.connections_per_client = 2"]).await;
    let address = world.served_by().address();
    let begun = "GET /v1/capabilities HTTP/1.1\r\nhost: a\r\n";
    let mut held = Vec::new();
    for from in ["127.0.0.2", "127.0.0.2", "127.0.0.3"] {
        let mut stream = connect(address, from).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let refused = say(address, "127.0.0.2", &get("/v1/capabilities", "")).await;
    assert_eq!((status(&refused), header(&refused, "retry-after")), (503, Some("1")));
    assert_eq!(header(&refused, "content-type"), Some("application/problem+json"));
    assert!(refused.contains("\"code\":\"overloaded\"") && header(&refused, "x-request-id").is_some());
    // the last place is for another address, and then there is none
    let mut last = connect(address, "127.0.0.4").await.unwrap();
    last.write_all(begun.as_bytes()).await.unwrap();
    let refused = say(address, "127.0.0.5", &get("/v1/capabilities", "")).await;
    assert_eq!(status(&refused), 503);
    // a supervisor still hears that the program lives
    assert_eq!(status(&say(address, "127.0.0.5", &get("/livez", "")).await), 200);
    // those who are in are served, and what they leave is free again
    for stream in &mut held {
        stream.write_all(b"connection: close\r\n\r\n").await.unwrap();
        assert_eq!(status(&rest(stream).await), 200);
    }
    drop(held);
    let until = Instant::now() + LONG;
    while status(&say(address, "127.0.0.2", &get("/v1/capabilities", "")).await) != 200 {
        assert!(Instant::now() < until, "the places are free again");
    }
}

// API-6: requests that are worked on at once are bounded too, and a body that is still to come takes no place
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_6_one_request_too_many_is_told_so() {
    let world = World::program(&["http.requests = 1", "http.metrics_listen = \"127.0.0.1:0\""]).await;
    let address = world.served_by().address().to_owned();
    let mut slow = connect(&address, PROBE).await.unwrap();
    let begin = "POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n";
    slow.write_all(begin.as_bytes()).await.unwrap();
    assert_eq!(status(&say(&address, PROBE, &get("/v1/capabilities", "")).await), 200);

    let body = r#"{"email":"mina@harbor.example","password":"seven harbor lamps"}"#;
    let question = format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    // fewer than the hashing pool and its queue take, so that it is not they who refuse
    let all: Vec<_> = (0..30)
        .map(|_| {
            let (address, question) = (address.clone(), question.clone());
            tokio::spawn(async move { status(&say(&address, PROBE, &question).await) })
        })
        .collect();
    let (mut answered, mut told) = (0, 0);
    for one in all {
        match one.await.unwrap() {
            403 => answered += 1,
            503 => told += 1,
            other => panic!("{other}"),
        }
    }
    assert!(answered >= 1 && told >= 1, "{answered} answered, {told} told");
    let counted = say(&metrics_of(&world.served_by().log()), PROBE, &get("/metrics", "")).await;
    let turned_away = value(&counted, "postern_turned_away_total{reason=\"requests\"}");
    assert_eq!(turned_away, Some(f64::from(told)), "{counted}");
}
