//! A whole walk with everything logged that can be: no secret and no personal value in it, and nothing that was sent can
//! begin a line of its own.
#![cfg(unix)]

use crate::world::{PASSWORD, World, challenge, refused, token};
use axum::body::Body;
use axum::http::Request;
use contract::account::{AccountChange, PasswordChange};
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, AnswerChallenge, CancelSubscription, ChangeAccount, ChangePassword, ChangeSecurity, GetAccount,
    GetSecurity, GetWhoAmI, ListActivity, OpenSession,
};
use contract::security::SecurityChange;
use contract::session::{Cancellation, Credentials, Number};
use contract::verification::{Channel, Purpose};
use contract::{KeyId, Secret};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

const EMAIL: &str = "canary.park@harbor.example";
const PHONE: &str = "+821055501234";
const NEW_PASSWORD: &str = "canary lamps eleven";

// LOG-1, OTP-9: numbers, tokens, proofs, passwords, keys, names, addresses, places
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_1_nothing_personal_is_logged() {
    let world = World::program_logging(&[], "trace").await;
    let mut canaries: Vec<String> = [
        EMAIL,
        "CANARY.PARK",
        "canary@pier.example",
        PHONE,
        "1055501234",
        PASSWORD,
        NEW_PASSWORD,
        "Mina Park",
        "Canary name",
        "Canary task",
        "Canary label",
        "Canary place",
        "harbor-desk",
    ]
    .map(str::to_owned)
    .to_vec();

    let person = world.person(EMAIL, PHONE).await;
    let me = Some(&person.token);
    let contact = Purpose::ChangeContact;
    let proven = world.prove(contact, Channel::Email, "canary@pier.example", me).await;
    canaries.push(proven.proof.clone());
    let if_match = world.ask(GetAccount { body: () }, me).await.unwrap().etag;
    let body = AccountChange {
        name: Some("Canary name".to_owned()),
        task: Some("Canary task".to_owned()),
        email: Some(proven),
        mobile_phone: None,
    };
    world.ask(ChangeAccount { if_match, body }, me).await.unwrap();
    let body =
        PasswordChange { current_password: Secret::from(PASSWORD), new_password: Secret::from(NEW_PASSWORD) };
    world.ask(ChangePassword { body }, me).await.unwrap();
    let if_match = world.ask(GetSecurity { body: () }, me).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, me).await.unwrap();
    let email = "canary@pier.example";
    refused(world.sign_in(email, "canary guess that is wrong", "Canary place").await);
    canaries.push("canary guess".to_owned());
    let asked = challenge(world.sign_in(email, NEW_PASSWORD, "Canary place").await.unwrap());
    let number = world.number(PHONE).await;
    let answer = |number: String| AnswerChallenge { id: asked.id, body: Number { number } };
    refused(world.ask(answer(World::wrong(&number)), None).await);
    let other = token(world.ask(answer(number.clone()), None).await.unwrap());
    canaries.extend([format!(" {number}"), format!("\"{number}"), other.expose().clone()]);
    canaries.push(person.token.expose().clone());

    let secret = KeySecret::from_random(&[5; 32]);
    let sha256 = Sha256::digest(secret.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    canaries.extend([secret.expose().to_owned(), sha256.clone()]);
    let hint = secret.hint().to_owned();
    let body = NewKey { label: "Canary label".to_owned(), sha256, hint, expires_at: None };
    let id = KeyId(uuid::Uuid::from_u128(5));
    world.ask(AddKey { id, body }, me).await.unwrap();
    world.ask(GetWhoAmI { body: () }, Some(&Secret::from(secret.expose()))).await.unwrap();
    world.ask(ListActivity { cursor: None, body: () }, me).await.unwrap();
    let cancel = CancelSubscription { body: Cancellation { agree: true } };
    world.ask(cancel, me).await.unwrap();

    let log = world.served_by().log();
    // it is the log of this walk, and a full one, the database's statements included
    assert!(log.contains("/v1/account/keys/{id}") && log.contains("INSERT INTO account"));
    for canary in &canaries {
        let line = log.lines().find(|line| line.contains(canary.as_str()));
        assert!(line.is_none(), "{canary}: {line:?}");
    }
}

// LOG-1: line breaks, colours and forged entries, in every place a stranger can write to
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_1_nobody_can_forge_a_line() {
    let world = World::program(&[]).await;
    let corpus = [
        "a\n2026-11-23T12:00:00Z  INFO postern_backend: FORGED",
        "a\r\nFORGED",
        "\u{1b}[31mFORGED\u{1b}[0m",
        "FORGED\u{0}",
        "FORGED\u{2028}b",
        "FORGED\u{202e}b",
        "FORGED ${jndi:ldap://x} {} %s",
    ];
    for text in corpus {
        let body = Credentials {
            email: format!("{text}@harbor.example"),
            password: Secret::from(text),
            place: Some(text.to_owned()),
            desktop: None,
        };
        let _ = world.ask(OpenSession { body }, None).await;
        let encoded = text.bytes().fold(String::new(), |mut out, byte| {
            write!(out, "%{byte:02x}").unwrap();
            out
        });
        for path in [format!("/v1/{encoded}"), format!("/v1/account/keys/{encoded}?cursor={encoded}")] {
            let request = Request::get(path)
                .header("authorization", "Bearer FORGED")
                .header("user-agent", "FORGED")
                .header("x-request-id", "FORGED")
                .body(Body::empty())
                .unwrap();
            let response = world.send(request).await;
            assert!(response.status().is_client_error());
            assert_ne!(response.headers()["x-request-id"], "FORGED");
        }
        let body = format!("{{\"{}\":1}}", "FORGED");
        let request = Request::post("/v1/sessions").header("content-type", "application/json");
        world.send(request.body(Body::from(body)).unwrap()).await;
    }
    let log = world.served_by().log();
    assert!(log.contains("refused") && !log.contains("FORGED"), "{log}");
    for line in log.lines() {
        assert!(line.starts_with("20") && line.contains("Z "), "{line}");
        assert!(!line.chars().any(char::is_control), "{line}");
    }
}

// LOG-1: a configuration that cannot be used is shown, and can neither write lines of its own nor give away a secret
#[test]
fn log_1_a_bad_configuration_is_shown_as_text() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = r#"
        database.url = "postgres://mina:canary-secret@harbor.example/\u001b[31mFORGED"
        "\u001b[31mFORGED\nFORGED: error" = 1
        [http]
        listen = "\u001b[31mFORGED\u202e\nFORGED"
        trusted_proxies = ["\r\nFORGED", "\u2028FORGED"]
        [mail]
        password = "canary-secret"
    "#;
    std::fs::write(file.path(), text).unwrap();
    for command in ["serve", "check-config"] {
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_postern-backend"))
            .arg("--config")
            .arg(file.path())
            .arg(command)
            .output()
            .unwrap();
        assert!(!program.status.success());
        let said = String::from_utf8([program.stdout, program.stderr].concat()).unwrap();
        assert!(said.contains("http.listen") && said.contains("trusted_proxies"), "{said}");
        assert!(!said.contains("canary-secret"), "{said}");
        for line in said.lines() {
            assert!(!line.starts_with("FORGED"), "{said}");
            let odd = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}');
            assert!(!line.chars().any(odd), "{line:?}");
        }
    }
}
