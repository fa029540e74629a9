//! Request framing and what is logged of it: ambiguous requests are refused and their connection closed, and no value of a
//! client makes a line long.
#![cfg(unix)]

use crate::wire::{header, say, status};
use crate::world::World;
use axum::body::Body;
use axum::http::Request;

const FROM: &str = "127.0.0.1";

// API-4: the second request on the connection is never answered: where the first ends, is not agreed on
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_an_ambiguous_request_is_refused_and_its_connection_closed() {
    let world = World::program(&[]).await;
    let to = world.served_by().address();
    let host = "host: accounts.example\r\n";
    let json = "content-type: application/json\r\n";
    let next = "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";
    for head in [
        "GET /livez HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /livez HTTP/1.1\r\n{host}{host}\r\n"),
        format!("GET /livez HTTP/1.1\r\n{host}host: other.example\r\n\r\n"),
        "GET /livez HTTP/1.1\r\nhost: a b\r\n\r\n".to_owned(),
        "GET /livez HTTP/1.1\r\nhost: mina@accounts.example\r\n\r\n".to_owned(),
        "GET http://accounts.example/livez HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET http://mina@accounts.example/livez HTTP/1.1\r\n{host}\r\n"),
        format!("GET http://accounts.example/livez HTTP/1.1\r\n{host}{host}\r\n"),
        format!("GET /livez HTTP/1.0\r\n{host}{host}\r\n"),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}content-length: 2\r\ncontent-length: 2\r\n\r\n{{}}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\n{host}{json}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}"
        ),
        format!("POST /v1/sessions HTTP/1.1\r\n{host}{json}{json}content-length: 2\r\n\r\n{{}}"),
        format!(
            "GET /v1/session HTTP/1.1\r\n{host}authorization: Bearer a\r\nauthorization: Bearer a\r\n\r\n"
        ),
        format!("GET /v1/account HTTP/1.1\r\n{host}if-match: \"1\"\r\nIf-Match: \"2\"\r\n\r\n"),
        format!(
            "POST /v1/accounts HTTP/1.1\r\n{host}{json}idempotency-key: a\r\nidempotency-key: b\r\ncontent-length: 2\r\n\r\n{{}}"
        ),
    ] {
        let answer = say(to, FROM, &format!("{head}{next}")).await;
        assert_eq!(status(&answer.replacen("HTTP/1.0", "HTTP/1.1", 1)), 400, "{head}: {answer}");
        assert_eq!(header(&answer, "connection"), Some("close"), "{head}: {answer}");
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{head}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_a_plain_request_is_answered() {
    let world = World::program(&[]).await;
    let to = world.served_by().address();
    let end = "connection: close\r\n\r\n";
    for (head, expected) in [
        (format!("GET /livez HTTP/1.1\r\nhost: accounts.example:8443\r\n{end}"), 200),
        (format!("GET /livez HTTP/1.1\r\nhost: [2001:db8::1]\r\n{end}"), 200),
        (format!("GET http://accounts.example/livez HTTP/1.1\r\nhost: accounts.example\r\n{end}"), 200),
        (format!("GET /livez HTTP/1.0\r\n{end}"), 200),
        (
            format!(
                "POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: Chunked\r\n{end}2\r\n{{}}\r\n0\r\n\r\n"
            ),
            422,
        ),
    ] {
        let answer = say(to, FROM, &head).await.replacen("HTTP/1.0", "HTTP/1.1", 1);
        let refused = expected == 422;
        assert!(status(&answer) == expected || (refused && status(&answer) != 200), "{head}: {answer}");
        assert!(!answer.contains("urn:postern:problem:internal"), "{answer}");
    }
    // two requests one after the other, each whole
    let both =
        "GET /livez HTTP/1.1\r\nhost: a\r\n\r\nGET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert_eq!(say(to, FROM, both).await.matches("HTTP/1.1 200").count(), 2);
}

// API-4: in-process too, where no connection is
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_a_header_that_stands_twice_is_refused_in_process() {
    let world = World::new().await;
    for name in ["authorization", "content-type", "if-match", "idempotency-key"] {
        let request = Request::get("/v1/account").header(name, "a").header(name, "a");
        let response = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 400, "{name}");
    }
}

// LOG-1: methods, paths, queries, headers and names, each as long as a head may be
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a12_no_value_of_a_client_makes_a_line_long() {
    let world = World::program_logging(&[], "info").await;
    let to = world.served_by().address();
    let before = world.served_by().log().len();
    let long = "A".repeat(30_000);
    let heads = [
        format!("{long} /livez HTTP/1.1\r\nhost: a\r\n"),
        format!("GET /{long} HTTP/1.1\r\nhost: a\r\n"),
        format!("GET /v1/account/keys/{long} HTTP/1.1\r\nhost: a\r\n"),
        format!("GET /livez?{long} HTTP/1.1\r\nhost: a\r\n"),
        format!("GET http://{long}/livez HTTP/1.1\r\nhost: a\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: {long}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: a\r\nuser-agent: {long}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: a\r\nx-request-id: {long}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: a\r\nx-forwarded-for: {long}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: a\r\nforwarded: for={long}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: a\r\naccept-language: {long}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: a\r\n{long}: a\r\n"),
    ];
    for head in &heads {
        say(to, FROM, &format!("{head}connection: close\r\n\r\n")).await;
    }
    let lines = world.served_by().log().split_off(before);
    assert!(lines.contains("method=\"OTHER\""), "{lines}");
    assert!(
        lines.lines().all(|line| line.len() < 1024) && !lines.contains("AAAAAAAA"),
        "{} bytes",
        lines.len()
    );
}
