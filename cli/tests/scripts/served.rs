//! A backend that serves one account, and a home whose plans are for it.

use crate::ACCOUNT;
use crate::command::{Home, PROGRAM, text};
use crate::killer::Killer;
use crate::person::{PASSWORD, create_account_at, send, sign_in_as, step_up};
use postern_client::Desk;
use postern_contract::account::{Account, AccountChange};
use postern_contract::operation::{ChangeAccount, GetAccount};
use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;

/// The account, signed in at a desk, and a home.
pub struct Served {
    pub home: Home,
    pub desk: Desk,
    pub url: String,
    _killer: Killer,
    _folder: tempfile::TempDir,
}

impl Served {
    pub async fn set() -> Self {
        let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
        let killer = Killer::serve(folder.path()).await;
        let desk = Desk::open(killer.options()).await.unwrap();
        desk.use_memory_only().await;
        let messages = async || killer.backend.messages().await.unwrap();
        create_account_at(&desk, messages, ACCOUNT, "010-5550-0001").await;
        sign_in_as(&desk, ACCOUNT).await.unwrap();
        step_up(&desk).await;
        let url = killer.url();
        Self { home, desk, url, _killer: killer, _folder: folder }
    }

    /// Writes a plan without a base.
    pub fn plan(&self, file: &str, change: &[&str]) {
        self.home.ends(0, &self.new_plan(file, change));
    }

    /// `postern plan new` with that change.
    pub fn new_plan<'a>(&'a self, file: &'a str, change: &[&'a str]) -> Vec<&'a str> {
        let words = crate::new(file, change).into_iter();
        words.map(|word| if word == crate::URL { &*self.url } else { word }).collect()
    }

    /// Runs it with the password and these answers; its exit code, and all that it said.
    pub fn run(&self, words: &[&str], answers: &str) -> (Option<i32>, String) {
        self.answered(words, &format!("password {PASSWORD}\n{answers}"))
    }

    /// The same with these answers alone.
    pub fn answered(&self, words: &[&str], answers: &str) -> (Option<i32>, String) {
        let mut command = self.home.command(PROGRAM);
        command.args(words).args(["--answers-fd", "0"]);
        if !words.contains(&"--backend") {
            command.args(["--backend", &self.url]);
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // a command that is refused at sight reads no answers
        let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
        let done = tokio::task::block_in_place(|| child.wait_with_output().unwrap());
        (done.status.code(), format!("{}{}", text(&done.stdout), text(&done.stderr)))
    }

    /// The same, read as the envelope.
    pub fn envelope(&self, words: &[&str], answers: &str) -> Value {
        let told = self.run(&[&["--json"], words].concat(), answers).1;
        // the envelope is first
        serde_json::Deserializer::from_str(&told).into_iter().next().unwrap().unwrap()
    }

    pub async fn account(&self) -> Account {
        send(&self.desk, GetAccount { body: () }).await.unwrap()
    }

    /// Another administrator changes the task.
    pub async fn change_task(&self, task: &str) {
        let if_match = self.account().await.etag;
        let body = AccountChange { task: Some(task.to_owned()), ..AccountChange::default() };
        send(&self.desk, ChangeAccount { if_match, body }).await.unwrap();
    }

    pub fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.home.at(file)).unwrap()
    }
}
