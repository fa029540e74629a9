//! What arrives broken, oversized or hostile is answered with a problem that names the field, and changes nothing.

use crate::world::{PASSWORD, World};
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use contract::operation::{GetAccount, ListKeys, OPERATIONS};
use contract::{Media, Problem, ProblemCode, Rule, Secret, Section};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

on_both_stages! {
    api_1_every_refusal_is_a_problem,
    api_4_no_operation_takes_a_broken_body,
    bad_input_is_told_its_field,
}

const JSON: &str = "application/json";
const NOBODYS_ID: &str = "00000000-0000-0000-0000-00000000cafe";

/// A request as it is on the wire.
struct Wire<'a> {
    method: &'a str,
    path: &'a str,
    kind: Option<&'a str>,
    token: Option<&'a Secret<String>>,
    body: Vec<u8>,
}

/// Sends it; checks what holds for each refusal, whatever it is about.
async fn refusal(world: &World, wire: Wire<'_>) -> (Problem, HeaderMap) {
    let said = format!("{} {}", wire.method, wire.path);
    let mut request = Request::builder().method(wire.method).uri(wire.path).header("if-match", "\"1\"");
    if let Some(kind) = wire.kind {
        request = request.header("content-type", kind);
    }
    if wire.method == "POST" {
        request = request.header("idempotency-key", wish());
    }
    if let Some(token) = wire.token {
        request = request.header("authorization", format!("Bearer {}", token.expose()));
    }
    let response = world.send(request.body(Body::from(wire.body)).unwrap()).await;
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 16).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(head.status.is_client_error(), "{said}: {} {text}", head.status);
    assert_eq!(head.headers["content-type"], "application/problem+json", "{said}");
    assert_eq!(head.headers["cache-control"], "no-store", "{said}");
    assert_eq!(head.headers["x-content-type-options"], "nosniff", "{said}");
    assert!(!head.headers.contains_key("server"), "{said}");
    for inside in ["sqlite", "SELECT", "sqlx", "panicked", ".rs", "/src", "serde", "line 1"] {
        assert!(!text.contains(inside), "{said}: {text}");
    }
    let problem: Problem = serde_json::from_str(&text).unwrap();
    assert_eq!(problem.status, head.status.as_u16());
    assert_eq!(problem.kind, format!("urn:postern:problem:{}", problem.code.as_str()));
    assert_eq!(problem.request_id.as_deref(), Some(head.headers["x-request-id"].to_str().unwrap()));
    assert!(text.len() < 2048, "{said}: {} bytes", text.len());
    (problem, head.headers)
}

/// A key that no request had before.
fn wish() -> String {
    static WISHES: AtomicU64 = AtomicU64::new(0);
    format!("wire-{}", WISHES.fetch_add(1, Ordering::SeqCst))
}

fn plain<'a>(method: &'a str, path: &'a str) -> Wire<'a> {
    Wire { method, path, kind: None, token: None, body: Vec::new() }
}

// API-1: unknown paths, other methods, other media types, missing bodies, too many requests
async fn api_1_every_refusal_is_a_problem(world: World) {
    for path in
        ["/", "/v1", "/v1/nothing", "/v1/accounts/../../etc/passwd", "/v1/account%00", "/%ff", "/metrics"]
    {
        assert_eq!(refusal(&world, plain("GET", path)).await.0.code, ProblemCode::NotFound, "{path}");
    }
    for declared in OPERATIONS {
        let path = declared.path.replace("{id}", NOBODYS_ID);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let known = |other: &&contract::operation::Declared| {
                other.path == declared.path && other.method.as_str() == method
            };
            if OPERATIONS.iter().find(known).is_none() {
                let (problem, headers) = refusal(&world, plain(method, &path)).await;
                assert_eq!(problem.code, ProblemCode::MethodNotAllowed, "{method} {path}");
                assert!(!headers.contains_key("access-control-allow-origin"));
            }
        }
    }
    for kind in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")]
    {
        let wire = Wire { kind, body: b"{}".to_vec(), ..plain("POST", "/v1/sessions") };
        assert_eq!(refusal(&world, wire).await.0.code, ProblemCode::UnsupportedMediaType);
    }
    let asked = |asker: u128| Wire {
        kind: Some(JSON),
        body: serde_json::to_vec(&serde_json::json!({
            "purpose": { "for": "sign_up", "asker": uuid::Uuid::from_u128(asker) },
            "channel": "email", "address": "mina@harbor.example",
        }))
        .unwrap(),
        ..plain("POST", "/v1/verifications")
    };
    // OTP-8: a flood is told when to come back, in the header too
    let first = asked(1);
    let request = Request::post(first.path)
        .header("content-type", JSON)
        .header("idempotency-key", "first")
        .body(Body::from(first.body))
        .unwrap();
    assert_eq!(world.send(request).await.status(), 202);
    let (flooded, headers) = refusal(&world, asked(1)).await;
    assert_eq!(flooded.code, ProblemCode::TooManyRequests);
    let seconds = flooded.retry_after_seconds.unwrap().to_string();
    assert_eq!(headers["retry-after"], seconds.as_str());
}

// API-4: each operation × each broken body: an answer at once, 4xx, nothing done
async fn api_4_no_operation_takes_a_broken_body(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let before = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap();
    let service = world.backend.issue_service_credential("Gate").await.unwrap();
    let deep = format!("{}{}", "{\"a\":".repeat(40), "[".repeat(10_000));
    let broken: [&[u8]; 14] = [
        b"[]",
        b"null",
        b"\"text\"",
        b"7",
        b"{",
        b"{}{}",
        b"{\"unknown\":true}",
        b"\xff\xfe\x00",
        b"{\"email\":\"\xc3\x28\"}",
        b"{\"a\":1,\"a\":2}",
        b"{\"name\":1e999}",
        b"{\"\\u0000\":\"\\ud800\"}",
        deep.as_bytes(),
        b"\x00\x00\x00\x00",
    ];
    for declared in OPERATIONS {
        let path = declared.path.replace("{id}", NOBODYS_ID);
        let (kind, token) = match declared.section {
            Section::Service => (Media::Form.as_str(), &service),
            _ => (JSON, &person.token),
        };
        for body in broken {
            let wire = Wire {
                method: declared.method.as_str(),
                path: &path,
                kind: Some(kind),
                token: Some(token),
                body: body.to_vec(),
            };
            let (problem, _) = refusal(&world, wire).await;
            assert_eq!(problem.code, ProblemCode::Malformed, "{} {body:?}", declared.name);
        }
    }
    assert_eq!(world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap(), before);
}

// API-4: 64 KiB are read, one byte more is not, whether its length is said or not
#[tokio::test]
async fn api_4_a_body_is_at_most_64_kib() {
    let world = World::new().await;
    let padded = |length: usize| {
        let mut body = br#"{"email":"mina@harbor.example","password":"seven harbor lamps"}"#.to_vec();
        body.resize(length, b' ');
        Wire { method: "POST", path: "/v1/sessions", kind: Some(JSON), token: None, body }
    };
    let most = refusal(&world, padded(64 * 1024)).await.0;
    assert_eq!(most.code, ProblemCode::CredentialsRefused);
    for length in [64 * 1024 + 1, 1 << 20] {
        assert_eq!(refusal(&world, padded(length)).await.0.code, ProblemCode::TooLarge);
    }
    for said in ["9999999999999", "18446744073709551615"] {
        let request =
            Request::post("/v1/sessions").header("content-type", JSON).header("content-length", said);
        let response = world.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(response.status(), 413, "{said}");
    }
}

// API-4, issue "bad input": wrong types, unknown fields, long, bidirectional, control and NUL characters, emoji, numbers
// for strings, foreign ids: a typed problem that names the field, and nothing changed
#[allow(clippy::too_many_lines, reason = "one table")]
async fn bad_input_is_told_its_field(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let me = Some(&person.token);
    let before = (
        world.ask(GetAccount { body: () }, me).await.unwrap(),
        world.ask(ListKeys { body: () }, me).await.unwrap(),
    );
    let (bad, rejected) = (ProblemCode::Malformed, ProblemCode::Rejected);
    let long = format!(r#"{{"name":"{}"}}"#, "n".repeat(60_000));
    let families = format!(r#"{{"name":"{}"}}"#, "👩‍👩‍👧‍👦".repeat(21));
    let key = format!("/v1/account/keys/{NOBODYS_ID}");
    let confirm = format!("/v1/verifications/{NOBODYS_ID}/confirmation");
    let (account, security) = ("/v1/account", "/v1/account/security");
    for (method, path, body, code, field, rule) in [
        ("PATCH", account, r#"{"name":7}"#, bad, "name", Rule::WrongType),
        ("PATCH", account, r#"{"name":["Mina"]}"#, bad, "name", Rule::WrongType),
        ("PATCH", account, r#"{"name":"Mina","role":"owner"}"#, bad, "role", Rule::Unknown),
        ("PATCH", account, r#"{"name":"Mina","name":"Juno"}"#, bad, "name", Rule::Duplicate),
        ("PATCH", account, r#"{"email":{"address":"a@b.example"}}"#, bad, "email.proof", Rule::Missing),
        ("PATCH", account, r#"{"name":" "}"#, rejected, "name", Rule::Missing),
        ("PATCH", account, &long, rejected, "name", Rule::TooLong { max: 20 }),
        ("PATCH", account, &families, rejected, "name", Rule::TooLong { max: 20 }),
        ("PATCH", account, r#"{"name":"a\u202eb"}"#, rejected, "name", Rule::invisible('\u{202e}')),
        ("PATCH", account, r#"{"name":"a\u0000b"}"#, rejected, "name", Rule::forbidden('\0')),
        ("PATCH", account, r#"{"name":"a\nb"}"#, rejected, "name", Rule::forbidden('\n')),
        ("PATCH", account, r#"{"task":"a\u2066b"}"#, rejected, "task", Rule::invisible('\u{2066}')),
        (
            "PATCH",
            account,
            r#"{"email":{"address":"mina","proof":"x"}}"#,
            rejected,
            "email.address",
            Rule::NotAnEmailAddress,
        ),
        (
            "PATCH",
            account,
            r#"{"mobile_phone":{"address":"call me","proof":"x"}}"#,
            rejected,
            "mobile_phone.address",
            Rule::forbidden('c'),
        ),
        ("PUT", security, r#"{"two_factor":"yes","method":"email"}"#, bad, "two_factor", Rule::WrongType),
        ("PUT", security, r#"{"two_factor":true,"method":"pigeon"}"#, bad, "method", Rule::WrongType),
        ("PUT", security, r#"{"two_factor":true}"#, bad, "method", Rule::Missing),
        (
            "PUT",
            "/v1/account/password",
            r#"{"current_password":"x","new_password":12345678}"#,
            bad,
            "new_password",
            Rule::WrongType,
        ),
        (
            "PUT",
            &key,
            r#"{"label":"Robot","sha256":"00","hint":"abcd"}"#,
            rejected,
            "sha256",
            Rule::NotAFingerprint,
        ),
        (
            "PUT",
            &key,
            r#"{"label":"a\u200bb","sha256":"","hint":"abcd"}"#,
            rejected,
            "label",
            Rule::invisible('\u{200b}'),
        ),
        ("POST", &confirm, r#"{"number":123456}"#, bad, "number", Rule::WrongType),
        ("POST", &confirm, r#"{"number":"12345"}"#, rejected, "number", Rule::NotANumber),
        ("DELETE", account, r#"{"agree":false}"#, rejected, "agree", Rule::NotAgreed),
        ("DELETE", account, r#"{"agree":"true"}"#, bad, "agree", Rule::WrongType),
        (
            "POST",
            "/v1/verifications",
            r#"{"purpose":{"for":"take_over"},"channel":"email","address":"a@b.example"}"#,
            bad,
            "purpose.for",
            Rule::WrongType,
        ),
    ] {
        let wire = Wire { method, path, kind: Some(JSON), token: me, body: body.as_bytes().to_vec() };
        let (problem, _) = refusal(&world, wire).await;
        let short: String = body.chars().take(60).collect();
        assert_eq!(problem.code, code, "{method} {path} {short}");
        let named = problem.rule_of(field);
        assert_eq!(named, Some(rule), "{method} {path} {short}: {:?}", problem.fields);
    }
    for id in [NOBODYS_ID, "not-an-id", "1", "%00", "00000000-0000-0000-0000-0000000000ff"] {
        let path = format!("/v1/account/keys/{id}");
        let wire = Wire { method: "DELETE", path: &path, kind: None, token: me, body: Vec::new() };
        assert_eq!(refusal(&world, wire).await.0.code, ProblemCode::NotFound, "{id}");
    }
    let wire = Wire {
        method: "GET",
        path: "/v1/account/activity?cursor=x",
        kind: None,
        token: me,
        body: Vec::new(),
    };
    assert_eq!(refusal(&world, wire).await.0.rule_of("cursor"), Some(Rule::WrongType));
    let after = (
        world.ask(GetAccount { body: () }, me).await.unwrap(),
        world.ask(ListKeys { body: () }, me).await.unwrap(),
    );
    assert_eq!(before, after);
    world.sign_in("mina@harbor.example", PASSWORD, "desk").await.unwrap();
}

// API-4: whatever bytes arrive, in a body, a path or a header, the answer is a problem
#[test]
fn api_4_any_bytes_are_answered() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let fields =
        r#"(\{|\}|\[|\]|:|,|"|email|password|place|purpose|sign_up|1|-|e9|true|null|\\u0000|é| ){0,40}"#;
    let bodies =
        prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), fields.prop_map(String::into_bytes),];
    let strategy = (bodies, 0..OPERATIONS.len(), "[ -~]{0,30}");
    runner
        .run(&strategy, |(body, place, header)| {
            let declared = OPERATIONS[place];
            let path = declared.path.replace("{id}", NOBODYS_ID);
            let request = Request::builder()
                .method(declared.method.as_str())
                .uri(path)
                .header("content-type", JSON)
                .header("authorization", header.as_str())
                .header("if-match", header.as_str());
            let response = runtime.block_on(world.send(request.body(Body::from(body)).unwrap()));
            let status = response.status();
            let fine = status.is_client_error() || (status == 200 && declared.name == "GetCapabilities");
            prop_assert!(fine, "{} {status}", declared.name);
            Ok(())
        })
        .unwrap();
}
