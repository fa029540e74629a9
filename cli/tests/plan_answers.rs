//! What is answered while a plan is applied: numbers that are mistyped, sent again, too old or used up, words that are none, and
//! a policy that comes while somebody is asked.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![cfg(unix)]

mod command;
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod killer;
#[path = "../../client/tests/person/mod.rs"]
mod person;
mod talk;

use command::Home;
use killer::Killer;
use person::{PASSWORD, create_account_at, send, sign_in_as, step_up};
use postern_client::Desk;
use postern_contract::account::Account;
use postern_contract::operation::{ChangeSecurity, GetAccount, GetSecurity};
use postern_contract::security::SecurityChange;
use postern_contract::verification::Channel;
use talk::Talk;

const MINA: &str = "mina@harbor.example";
const QUESTION: &str = "Authentication number sent by email to ";

/// Mina's account, a home with a plan for it, and a desk that looks at it.
struct Scene {
    home: Home,
    killer: Killer,
    desk: Desk,
    url: String,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set(change: &[&str]) -> Self {
        let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
        let killer = Killer::serve(folder.path()).await;
        let desk = Desk::open(killer.options()).await.unwrap();
        desk.use_memory_only().await;
        create_account_at(&desk, async || killer.backend.messages().await.unwrap(), MINA, "010-5550-0001")
            .await;
        sign_in_as(&desk, MINA).await.unwrap();
        step_up(&desk).await;
        let url = killer.url();
        let scene = Self { home, killer, desk, url, _folder: folder };
        scene.plan("a.postern-plan", change);
        scene
    }

    fn plan(&self, file: &str, change: &[&str]) {
        let words = ["plan", "new", file, "--author", "Joon", "--reason", "New quarter", "--account", MINA];
        self.home.ends(0, &[&words[..], &["--backend", &self.url], change].concat());
    }

    /// Begins to apply it.
    async fn apply(&self) -> Talk {
        let mut talk = Talk::by_descriptor(&self.home, &self.words());
        talk.hears("Password of ").await;
        talk.says(&format!("password {PASSWORD}")).await;
        talk
    }

    fn words(&self) -> [&str; 5] {
        ["plan", "apply", "a.postern-plan", "--backend", &self.url]
    }

    async fn account(&self) -> Account {
        send(&self.desk, GetAccount { body: () }).await.unwrap()
    }

    async fn enable_two_factor(&self) {
        let if_match = send(&self.desk, GetSecurity { body: () }).await.unwrap().etag;
        let body = SecurityChange { two_factor: true, method: Channel::Email };
        send(&self.desk, ChangeSecurity { if_match, body }).await.unwrap();
    }

    /// A number that was not sent.
    async fn wrong(&self) -> &'static str {
        if self.killer.number().await == "000000" { "number 000001" } else { "number 000000" }
    }

    async fn right(&self) -> String {
        format!("number {}", self.killer.number().await)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_can_be_mistyped_sent_again_and_outlived() {
    let scene = Scene::set(&["--task", "Gate"]).await;
    scene.enable_two_factor().await;
    let before = scene.killer.numbers().await.len();
    let mut talk = scene.apply().await;
    talk.hears(QUESTION).await;
    talk.says("number 12345").await;
    talk.hears("An authentication number has six digits").await;
    talk.hears(QUESTION).await;
    talk.says(scene.wrong().await).await;
    talk.hears("The authentication number is not right. 4 tries are left.").await;
    talk.hears("(4 tries left, or resend)").await;
    talk.says("resend").await;
    talk.hears(QUESTION).await;
    assert_eq!(scene.killer.numbers().await.len(), before + 2, "sign-in, and sent again");
    // it is never typed in time
    scene.killer.pass(601);
    talk.says(&scene.right().await).await;
    talk.hears("The authentication number is no longer valid.").await;
    talk.hears("no longer valid. Enter to send another:").await;
    talk.says("resend").await;
    talk.hears(QUESTION).await;
    talk.says(&scene.right().await).await;
    talk.hears("The task at preparation is unknown.").await;
    // a change asks for the second factor too
    talk.says("drift mine").await;
    talk.hears(QUESTION).await;
    talk.says("number 1234567").await;
    talk.hears("An authentication number has six digits").await;
    talk.hears(QUESTION).await;
    talk.says(&scene.right().await).await;
    let (code, told) = talk.ends().await;
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(scene.killer.numbers().await.len(), before + 4, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_without_tries_is_asked_for_anew() {
    let scene = Scene::set(&["--task", "Gate"]).await;
    scene.enable_two_factor().await;
    let mut talk = scene.apply().await;
    let wrong = scene.wrong().await;
    for _ in 0..5 {
        talk.hears(QUESTION).await;
        talk.says(wrong).await;
    }
    talk.hears("no longer valid. Enter to send another:").await;
    talk.says("resend").await;
    talk.hears("(5 tries left, or resend)").await;
    // after five failures the next guess waits a second
    scene.killer.pass(5);
    talk.says(&scene.right().await).await;
    talk.hears("The task at preparation is unknown.").await;
    talk.says("drift theirs").await;
    let (code, told) = talk.ends().await;
    assert_eq!(code, Some(0), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_choice_about_a_step_that_drifted_chooses_nothing() {
    let scene = Scene::set(&["--task", "Gate"]).await;
    let mut talk = scene.apply().await;
    talk.hears("mine or theirs?").await;
    talk.says("drift mien").await;
    talk.hears("That is none of mine, theirs.").await;
    let (code, told) = talk.ends().await;
    assert_eq!(code, Some(4), "it waits: {told}");
    // in capitals and with a blank it is meant all the same
    let mut talk = scene.apply().await;
    talk.hears("mine or theirs?").await;
    talk.says("drift Mine ").await;
    let (code, told) = talk.ends().await;
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(scene.account().await.task.as_deref(), Some("Gate"));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_a_mistyped_choice_is_asked_for_again() {
    let scene = Scene::set(&["--task", "Gate"]).await;
    let mut talk = Talk::at_a_terminal(&scene.home, &scene.words());
    talk.hears("Password of ").await;
    talk.says(PASSWORD).await;
    talk.hears("mine or theirs?").await;
    talk.says("mien").await;
    talk.hears("That is none of mine, theirs.").await;
    talk.hears("mine or theirs?").await;
    talk.says("THEIRS").await;
    talk.hears("left as it is").await;
    let (code, told) = talk.ends().await;
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(scene.account().await.task, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_in_trouble_is_tried_again_skipped_or_left_for_later() {
    // there is no secret store for it
    let scene = Scene::set(&["--add-key", "Robot"]).await;
    let asks = "Add authentication key Robot could not be done.";
    for answers in [&["trouble stop"][..], &["trouble again", "trouble stop"], &["trouble skipp"]] {
        let mut talk = scene.apply().await;
        for answer in answers {
            talk.hears(asks).await;
            talk.says(answer).await;
        }
        let (code, told) = talk.ends().await;
        assert_eq!(code, Some(1), "{answers:?}: {told}");
        let is_none = told.contains("That is none of again, skip, stop.");
        assert_eq!(is_none, answers == ["trouble skipp"], "{told}");
        assert!(!told.contains("receipt"), "it goes on another time: {told}");
    }
    let mut talk = scene.apply().await;
    talk.hears(asks).await;
    talk.says("trouble Skip").await;
    let (code, told) = talk.ends().await;
    assert!(code == Some(1) && told.contains("receipt 1"), "{told}");
    // a plan that failed stays one that failed, however often it is looked at
    for words in [&["plan", "apply"][..], &["plan", "diff"]] {
        let words = [words, &["a.postern-plan", "--backend", &scene.url, "--answers-fd", "0"]].concat();
        let mut child = scene.home.command(command::PROGRAM);
        let mut child = child.args(&words).stdin(std::process::Stdio::piped()).spawn().unwrap();
        let line = format!("password {PASSWORD}\n");
        // applying it asks for nothing any more
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), line.as_bytes());
        let code = tokio::task::block_in_place(|| child.wait().unwrap()).code();
        assert_eq!(code, Some(1), "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_comes_while_somebody_is_asked_counts_from_then_on() {
    let scene = Scene::set(&["--task", "Gate", "--cancel"]).await;
    let mut talk = scene.apply().await;
    talk.hears("mine or theirs?").await;
    scene.home.write(".config/postern/policy.d/10.toml", "[policy]\ncountersign = [\"cancel\"]\n");
    talk.says("drift mine").await;
    talk.hears("no second administrator's signature").await;
    talk.says("trouble stop").await;
    let (code, told) = talk.ends().await;
    assert_eq!(code, Some(3), "{told}");
    assert_eq!(scene.account().await.task, None, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_another_program_applies_says_so() {
    let scene = Scene::set(&["--task", "Gate"]).await;
    let mut first = scene.apply().await;
    first.hears("mine or theirs?").await;
    let (code, told) = scene.apply().await.ends().await;
    assert_eq!(code, Some(4), "{told}");
    assert!(told.contains("another program that is applying this plan just now"), "{told}");
    assert!(!told.contains("configured"), "{told}");
    first.says("drift mine").await;
    let (code, told) = first.ends().await;
    assert_eq!(code, Some(0), "{told}");
}
