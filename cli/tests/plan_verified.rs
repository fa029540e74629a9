//! A step is reported as done only where the server was seen in the wanted state: keys that are not the ones that were meant, and a
//! server that answers success and changes nothing.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![cfg(unix)]

mod command;
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod killer;
#[path = "../../client/tests/person/mod.rs"]
mod person;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use command::{Home, PROGRAM, text};
use killer::Killer;
use person::{PASSWORD, create_account_at, send, sign_in_as, step_up};
use postern_client::Desk;
use postern_client::plan::{Base, Policy, prepare, write};
use postern_contract::Moment;
use postern_contract::account::{Account, AccountChange};
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::Recalled;
use postern_contract::key::Key;
use postern_contract::operation::{ChangeAccount, GetAccount, GetSecurity};
use postern_contract::plan::PlanInput;
use postern_contract::shell::AddKeyInput;
use postern_contract::verification::Channel;
use std::io::Write as _;
use std::process::{Output, Stdio};
use tower::ServiceExt as _;

const MINA: &str = "mina@harbor.example";

struct Scene {
    home: Home,
    killer: Killer,
    desk: Desk,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// Mina's account with the key `Day robot`.
    async fn set() -> Self {
        let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
        let killer = Killer::serve(folder.path()).await;
        let desk = Desk::open(killer.options()).await.unwrap();
        desk.use_memory_only().await;
        let messages = async || killer.backend.messages().await.unwrap();
        create_account_at(&desk, messages, MINA, "010-5550-0001").await;
        sign_in_as(&desk, MINA).await.unwrap();
        step_up(&desk).await;
        desk.add_key(AddKeyInput { label: "Day robot".to_owned() }).await.unwrap();
        Self { home, killer, desk, _folder: folder }
    }

    /// Writes a plan from the account as it is, for the backend at `url`; `edit` is what is done to its text.
    async fn plan(&self, url: &str, input: PlanInput, edit: impl FnOnce(&str) -> String) {
        let recalled = Recalled {
            account: send(&self.desk, GetAccount { body: () }).await.unwrap(),
            security: send(&self.desk, GetSecurity { body: () }).await.unwrap(),
            keys: self.keys().await,
            seen_at: Moment::from_millisecond(0),
        };
        let (capabilities, policy) = (Capabilities::default(), Policy::default());
        let now = recalled.account.created_at;
        let base = Base {
            recalled: &recalled,
            capabilities: &capabilities,
            backend: url,
            key: None,
            policy: &policy,
            now,
        };
        let input = PlanInput { author: "Joon".to_owned(), reason: "New quarter".to_owned(), ..input };
        let path = self.home.at("a.postern-plan");
        write(&path, &prepare(&input, &base).unwrap()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        self.home.write("a.postern-plan", edit(&text));
    }

    fn run(&self, what: &str, url: &str, answers: &str) -> (Option<i32>, String) {
        let mut child = self
            .home
            .command(PROGRAM)
            .args(["plan", what, "a.postern-plan", "--answers-fd", "0", "--backend", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = format!("password {PASSWORD}\n{answers}");
        child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        let Output { status, stdout, stderr } =
            tokio::task::block_in_place(|| child.wait_with_output().unwrap());
        (status.code(), format!("{}{}", text(&stdout), text(&stderr)))
    }

    async fn keys(&self) -> Vec<Key> {
        self.desk.list_keys().await.unwrap().rows.into_iter().map(|row| row.key).collect()
    }

    async fn labels(&self) -> Vec<String> {
        self.keys().await.into_iter().map(|key| key.label).collect()
    }

    async fn account(&self) -> Account {
        send(&self.desk, GetAccount { body: () }).await.unwrap()
    }

    fn receipts(&self) -> String {
        let file = self.home.at(".local/share/postern/receipts/receipts.jsonl");
        std::fs::read_to_string(file).unwrap_or_default()
    }
}

fn deletes() -> PlanInput {
    PlanInput { delete_keys: vec!["Day robot".to_owned()], ..PlanInput::default() }
}

/// The text with the first digit of the key's fingerprint changed.
fn one_digit_wrong(text: &str) -> String {
    let at = text.find("[[keys.delete]]").unwrap();
    let digit = at + text[at..].find("fingerprint = \"").unwrap() + "fingerprint = \"".len();
    let other = if &text[digit..=digit] == "0" { "1" } else { "0" };
    format!("{}{other}{}", &text[..digit], &text[digit + 1..])
}

fn without_fingerprint(text: &str) -> String {
    let at = text.find("[[keys.delete]]").unwrap();
    let line = at + text[at..].find("fingerprint = ").unwrap();
    text[..line].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_no_key_is_reported_as_deleted_that_is_not_the_one_that_was_meant() {
    type Edit = fn(&str) -> String;
    let scene = Scene::set().await;
    let url = scene.killer.url();
    let cases: [(Edit, &str); 5] = [
        (one_digit_wrong, "A key named Day robot exists, but it is not the one the plan was prepared for."),
        (
            |text| text.replace("label = \"Day robot\"", "label = \"Old robot\""),
            "The key seen as \"Old robot\" is now named \"Day robot\". Delete it?",
        ),
        (
            |text| without_fingerprint(text).replace("label = \"Day robot\"", "label = \"day-robot\""),
            "No key is named \"day-robot\", but one is named \"Day robot\". Delete it?",
        ),
        (
            |text| one_digit_wrong(text).replace("label = \"Day robot\"", "label = \"DAY ROBOT\""),
            "No key is named \"DAY ROBOT\", but one is named \"Day robot\". Delete it?",
        ),
        (without_fingerprint, "Which key named \"Day robot\" the plan was prepared for is unknown"),
    ];
    for (edit, sentence) in cases {
        scene.plan(&url, deletes(), edit).await;
        for what in ["diff", "apply", "apply"] {
            let (code, told) = scene.run(what, &url, "");
            assert_eq!(code, Some(4), "{what}: {told}");
            assert!(
                told.contains("drifted       Delete authentication key") && told.contains(sentence),
                "{what}: {told}"
            );
            assert!(!told.contains("already done") && !told.contains("receipt"), "{what}: {told}");
        }
        assert_eq!(scene.labels().await, ["Day robot"], "{sentence}");
        scene.home.ends(4, &["plan", "status"]);
        let (code, told) = scene.run("apply", &url, "drift theirs\n");
        assert!(code == Some(0) && told.contains("left as it is Delete authentication key"), "{told}");
        assert_eq!(scene.labels().await, ["Day robot"], "{sentence}");
    }
    assert!(!scene.receipts().contains("\"already_done\"") && !scene.receipts().contains("\"done\":\""));

    // with a person's word it is deleted; and once it is gone that is what is wanted
    scene.plan(&url, deletes(), one_digit_wrong).await;
    let plan = std::fs::read_to_string(scene.home.at("a.postern-plan")).unwrap();
    let (code, told) = scene.run("apply", &url, "drift mine\n");
    assert!(code == Some(0) && told.contains("done          Delete authentication key"), "{told}");
    assert_eq!(scene.labels().await, Vec::<String>::new());
    let fresh = plan.replacen("id = \"", "id = \"0", 1);
    let id = fresh.split("id = \"0").nth(1).unwrap()[..36].to_owned();
    scene.home.write("a.postern-plan", plan.replace(&id, "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b"));
    let (code, told) = scene.run("apply", &url, "");
    assert!(code == Some(0) && told.contains("already done  Delete authentication key"), "{told}");
}

/// Answers every change with success, and changes nothing.
async fn liar(killer: &Killer) -> String {
    let router = killer.backend.router();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(move |request: Request| lie(router.clone(), request));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn lie(router: Router, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let is_key = path.starts_with("/v1/account/keys/");
    if is_key && request.method() == "DELETE" {
        return axum::http::StatusCode::NO_CONTENT.into_response();
    }
    let changes = ["PATCH", "PUT"].contains(&request.method().as_str());
    if !changes || !path.starts_with("/v1/account") {
        let Ok(answer) = router.oneshot(request).await;
        return answer;
    }
    let (mut parts, _) = request.into_parts();
    parts.method = axum::http::Method::GET;
    parts.headers.remove("content-length");
    parts.headers.remove("content-type");
    let Ok(answer) = router.oneshot(Request::from_parts(parts, Body::empty())).await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_a_change_that_the_server_does_not_show_is_not_done() {
    let scene = Scene::set().await;
    let url = liar(&scene.killer).await;
    let before = scene.account().await;
    let changes = [
        PlanInput { name: Some("Mina Pier".to_owned()), ..PlanInput::default() },
        PlanInput { task: Some("Gate".to_owned()), ..PlanInput::default() },
        PlanInput { two_factor: Some(true), method: Some(Channel::Email), ..PlanInput::default() },
        PlanInput { email: Some("pier@harbor.example".to_owned()), ..PlanInput::default() },
        PlanInput { mobile_phone: Some("010-5550-0009".to_owned()), ..PlanInput::default() },
        deletes(),
    ];
    for input in changes {
        let is_proven = input.email.is_some() || input.mobile_phone.is_some();
        scene.plan(&url, input, str::to_owned).await;
        let answers = if is_proven {
            // each look asks for another number, which is sent meanwhile: none of them helps
            "number 000000\n".repeat(3)
        } else {
            String::new()
        };
        for _ in 0..2 {
            let (code, told) = scene.run("apply", &url, &answers);
            assert!(matches!(code, Some(1 | 4)), "{told}");
            assert!(!told.contains("receipt") && !told.contains("\n  done "), "{told}");
        }
        assert_eq!(scene.account().await, before);
    }
    assert_eq!((scene.labels().await.len(), scene.receipts().as_str()), (1, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a14_without_fingerprints_the_version_of_the_account_tells_what_changed() {
    let scene = Scene::set().await;
    let url = scene.killer.url();
    let input = || PlanInput {
        name: Some("Mina Pier".to_owned()),
        task: Some("Gate".to_owned()),
        two_factor: Some(true),
        method: Some(Channel::TextMessage),
        ..deletes()
    };
    scene.plan(&url, input(), str::to_owned).await;
    let plan = std::fs::read_to_string(scene.home.at("a.postern-plan")).unwrap();
    assert!(!plan.contains("[base.fingerprints]") && plan.contains("[base]"), "{plan}");
    let (code, told) = scene.run("diff", &url, "");
    assert!(code == Some(0) && told.matches("to do  ").count() == 4, "{told}");
    // somebody else changes a field: which one is not known, so each of them is asked about, with both values
    let if_match = scene.account().await.etag;
    let body = AccountChange { task: Some("Gate 2".to_owned()), ..AccountChange::default() };
    send(&scene.desk, ChangeAccount { if_match, body }).await.unwrap();
    let (code, told) = scene.run("diff", &url, "");
    assert_eq!(code, Some(4), "{told}");
    let unknown = "The task at preparation is unknown. It is \"Gate 2\" now; the plan sets \"Gate\".";
    assert!(told.contains(unknown), "{told}");
    assert!(told.contains("to do         2-Factor") && told.contains("to do         Delete"), "{told}");
    // prepared again, the plan's own changes are known for its own
    scene.plan(&url, input(), str::to_owned).await;
    let (code, told) = scene.run("apply", &url, "");
    assert!(code == Some(0) && told.matches("\n  done  ").count() == 4, "{told}");
}
