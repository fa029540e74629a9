//! Two who edit at once: nothing that was acknowledged is lost, and whoever comes second sees what the first wrote.

use crate::world::{World, refused};
use contract::account::AccountChange;
use contract::operation::{ChangeAccount, ChangeSecurity, GetAccount, GetSecurity};
use contract::security::SecurityChange;
use contract::verification::Channel;
use contract::{Current, ETag, Problem, ProblemCode};
use std::sync::Arc;

on_both_stages! {
    api_2_whoever_comes_second_sees_the_first,
    api_2_of_many_at_once_one_is_written,
}

fn named(name: &str) -> AccountChange {
    AccountChange { name: Some(name.to_owned()), ..AccountChange::default() }
}

/// The problem of a raw change, with or without `If-Match`.
async fn raw(world: &World, path: &str, method: &str, token: &str, tag: Option<&str>, body: &str) -> Problem {
    let mut request = axum::http::Request::builder().method(method).uri(path);
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    let request =
        request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
    let response = world.send(request.body(axum::body::Body::from(body.to_owned())).unwrap()).await;
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

// API-2: missing is 428; stale, weak, any and nonsense are 412 with the current state; for both guarded resources
async fn api_2_whoever_comes_second_sees_the_first(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let me = Some(&person.token);
    let read = world.ask(GetAccount { body: () }, me).await.unwrap();
    let first = ChangeAccount { if_match: read.etag.clone(), body: named("Mina P.") };
    let written = world.ask(first, me).await.unwrap();
    assert_ne!(written.etag, read.etag);
    let late = ChangeAccount { if_match: read.etag, body: named("Park, Mina") };
    let stale = refused(world.ask(late, me).await);
    assert_eq!(stale.code, ProblemCode::PreconditionFailed);
    assert!(matches!(*stale.current.unwrap(), Current::Account(now) if now == written));

    let security = world.ask(GetSecurity { body: () }, me).await.unwrap();
    let (path, body) = ("/v1/account/security", r#"{"two_factor":false,"method":"email"}"#);
    for (path, method, body) in [("/v1/account", "PATCH", r#"{"name":"Nobody"}"#), (path, "PUT", body)] {
        let token = person.token.expose();
        let missing = raw(&world, path, method, token, None, body).await;
        assert_eq!(missing.code, ProblemCode::PreconditionRequired, "{path}");
        for odd in ["*", "W/\"1\"", "\"999\"", "\"0\"", "1", "\"a\"", "\"1\", \"2\"", ""] {
            let refusal = raw(&world, path, method, token, Some(odd), body).await;
            assert_eq!(refusal.code, ProblemCode::PreconditionFailed, "{path} {odd}");
            assert!(refusal.current.is_some());
        }
    }
    assert_eq!(world.ask(GetAccount { body: () }, me).await.unwrap(), written);
    assert_eq!(world.ask(GetSecurity { body: () }, me).await.unwrap(), security);
    let body = SecurityChange { two_factor: true, method: Channel::Email };
    let change = ChangeSecurity { if_match: security.etag, body };
    world.ask(change.clone(), me).await.unwrap();
    assert_eq!(refused(world.ask(change, me).await).code, ProblemCode::PreconditionFailed);
}

// API-2: ten editors with the same version, again and again: one of each ten is acknowledged, and its change is there
async fn api_2_of_many_at_once_one_is_written(world: World) {
    let world = Arc::new(world);
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let mut before = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap();
    for round in 0..4 {
        let editors: Vec<_> = (0..10)
            .map(|editor| {
                let (world, person, if_match) = (Arc::clone(&world), person.clone(), before.etag.clone());
                tokio::spawn(async move {
                    let change = ChangeAccount { if_match, body: named(&format!("Mina {round}-{editor}")) };
                    world.ask(change, Some(&person.token)).await
                })
            })
            .collect();
        let mut acknowledged = Vec::new();
        for editor in editors {
            match editor.await.unwrap() {
                Ok(account) => acknowledged.push(account),
                Err(problem) => assert_eq!(problem.code, ProblemCode::PreconditionFailed),
            }
        }
        assert_eq!(acknowledged.len(), 1);
        let now = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap();
        assert_eq!(acknowledged[0], now);
        let next = before.etag.version().map(|version| version + 1);
        assert_eq!((now.etag.version(), now.etag != ETag::of_version(0)), (next, true));
        before = now;
    }
}
