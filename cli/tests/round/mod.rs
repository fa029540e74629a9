//! One account, a plan for it, and the program that applies it: started, answered, and held to what it did.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![allow(dead_code, reason = "each test binary uses its own part of it")]

use crate::killer::Killer;
use crate::person::{PASSWORD, create_account_at, send, sign_in_as, step_up};
use crate::world;
use postern_client::Desk;
use postern_client::plan::{Base, Policy, prepare, write};
use postern_contract::activity::Event;
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::Recalled;
use postern_contract::operation::{GetAccount, GetSecurity, ListActivity};
use postern_contract::plan::PlanInput;
use postern_contract::shell::{AddKeyInput, AnswerNumberInput, SignInInput, SignInStep};
use postern_contract::verification::Channel;
use postern_contract::{Moment, ProblemCode, Secret};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

/// What must stand in the trail exactly once.
const ONCE: [Event; 6] = [
    Event::NameChanged,
    Event::TaskChanged,
    Event::EmailChanged,
    Event::MobilePhoneChanged,
    Event::TwoFactorEnabled,
    Event::KeyDeleted,
];

/// What the plan wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Every change there is, but the end.
    Changes,
    /// One change, and the end.
    End,
}

/// An account, and the plan for it.
pub struct Round {
    pub plan: PathBuf,
    /// Where the program keeps what it keeps.
    pub folder: tempfile::TempDir,
    wanted: Wanted,
    desk: Desk,
    email: String,
    new_email: String,
    new_phone: String,
    /// How many accounts were canceled before.
    canceled: usize,
}

impl Round {
    /// A new account, the `number`th of this backend.
    pub async fn new(killer: &Killer, number: u32, wanted: Wanted) -> Self {
        let desk = Desk::open(killer.options()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (email, phone) = (format!("mina{number}@harbor.example"), format!("010-5550-{:04}", 2 * number));
        let new_email = format!("pier{number}@harbor.example");
        let new_phone = format!("+82105550{:04}", 2 * number + 1);
        create_account_at(&desk, async || killer.backend.messages().await.unwrap(), &email, &phone).await;
        sign_in_as(&desk, &email).await.unwrap();
        step_up(&desk).await;
        desk.add_key(AddKeyInput { label: "Old robot".to_owned() }).await.unwrap();
        let recalled = Recalled {
            account: send(&desk, GetAccount { body: () }).await.unwrap(),
            security: send(&desk, GetSecurity { body: () }).await.unwrap(),
            keys: desk.list_keys().await.unwrap().rows.into_iter().map(|row| row.key).collect(),
            seen_at: Moment::from_millisecond(0),
        };
        let base = Base {
            recalled: &recalled,
            capabilities: &Capabilities::default(),
            backend: &killer.url(),
            key: None,
            policy: &Policy::default(),
            now: recalled.account.created_at,
        };
        let why = PlanInput {
            author: "Joon".to_owned(),
            reason: "New quarter".to_owned(),
            task: Some("Gate".to_owned()),
            ..PlanInput::default()
        };
        let input = match wanted {
            Wanted::End => PlanInput { cancel: true, ..why },
            Wanted::Changes => PlanInput {
                name: Some("Mina Pier".to_owned()),
                email: Some(new_email.clone()),
                mobile_phone: Some(new_phone.clone()),
                two_factor: Some(true),
                method: Some(Channel::Email),
                add_keys: vec!["Release robot".to_owned()],
                delete_keys: vec!["Old robot".to_owned()],
                ..why
            },
        };
        let plan = folder.path().join("mina.postern-plan");
        write(&plan, &prepare(&input, &base).unwrap()).unwrap();
        let canceled = killer.canceled();
        Self { plan, folder, wanted, desk, email, new_email, new_phone, canceled }
    }

    /// Starts the program that applies it.
    pub fn start(&self, killer: &Killer) -> Child {
        self.start_with(killer, Command::new(env!("CARGO_BIN_EXE_postern")))
    }

    /// The same by a command that ends in the program's path.
    pub fn start_with(&self, killer: &Killer, mut command: Command) -> Child {
        command.args(["plan", "apply", "--answers-fd", "0", "--backend", &killer.url()]).arg(&self.plan);
        command.env("XDG_DATA_HOME", self.folder.path().join("data")).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Lets a run go on to its end, answering what it asks for on standard error.
    pub async fn run(&self, killer: &Killer, mut child: Child) -> (Option<i32>, String) {
        let mut answers = child.stdin.take().unwrap();
        let mut asked = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut told = String::new();
        while let Ok(Some(question)) = asked.next_line().await {
            told.push_str(&question);
            told.push('\n');
            let answer = if question.starts_with("Password of ") {
                format!("password {PASSWORD}\n")
            } else if question.starts_with("Authentication number sent") {
                format!("number {}\n", killer.number().await)
            } else if question.starts_with("The cancellation was sent and its answer was lost") {
                "trouble canceled\n".to_owned()
            } else {
                continue;
            };
            // one that was killed no longer reads
            let _ = answers.write_all(answer.as_bytes()).await;
        }
        let done = child.wait_with_output().await.unwrap();
        told.push_str(&String::from_utf8_lossy(&done.stdout));
        (done.status.code(), told)
    }

    /// Goes on after a kill: all is done, once, and one receipt says so; applied once more, nothing is asked for.
    pub async fn goes_on(&self, killer: &Killer, first: &str) {
        killer.watch(None);
        let (code, second) = self.run(killer, self.start(killer)).await;
        let told = format!("{first}\nthen\n{second}");
        assert_eq!(code, Some(0), "{told}");
        numbers_are_asked_for_once(killer, &second);
        self.check(killer, &told).await;
        killer.watch(None);
        let (code, third) = self.run(killer, self.start(killer)).await;
        assert_eq!((code, killer.asked()), (Some(0), Vec::new()), "{told}\nthen\n{third}");
        assert!(third.contains("applied already"), "{third}");
        assert_eq!(self.receipts(), 1, "{told}\nthen\n{third}");
    }

    /// The account is as planned, each change was made once, and there is one receipt.
    pub async fn check(&self, killer: &Killer, told: &str) {
        match self.wanted {
            Wanted::Changes => self.check_changes(killer, told).await,
            Wanted::End => {
                assert_eq!(killer.canceled(), self.canceled + 1, "{told}");
                let refused = sign_in_as(&self.desk, &self.email).await.unwrap_err();
                assert_eq!(refused.code, ProblemCode::CredentialsRefused, "{told}");
            }
        }
        // the next account begins without a session in the store
        let _ = self.desk.sign_out().await;
        assert_eq!(self.receipts(), 1, "{told}");
        assert!(no_secret_in(&self.folder.path().join("data")), "{told}");
    }

    async fn check_changes(&self, killer: &Killer, told: &str) {
        let input = SignInInput { email: self.new_email.clone(), password: Secret::from(PASSWORD) };
        let SignInStep::SecondFactor { challenge } = self.desk.sign_in(input).await.unwrap() else {
            panic!("two-factor is not enabled: {told}")
        };
        let number = killer.number().await;
        self.desk.answer_number(AnswerNumberInput { challenge: challenge.id, number }).await.unwrap();
        let account = send(&self.desk, GetAccount { body: () }).await.unwrap();
        assert_eq!((account.name.as_str(), account.task.as_deref()), ("Mina Pier", Some("Gate")), "{told}");
        assert_eq!((&account.email, &account.mobile_phone), (&self.new_email, &self.new_phone), "{told}");
        let keys = self.desk.list_keys().await.unwrap().rows;
        let labels: Vec<_> = keys.iter().map(|row| row.key.label.as_str()).collect();
        assert_eq!(labels, ["Release robot"], "{told}");
        let (mut trail, mut cursor) = (Vec::new(), None);
        loop {
            let page = send(&self.desk, ListActivity { cursor, body: () }).await.unwrap();
            trail.extend(page.entries.into_iter().map(|entry| entry.event));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let count = |event: Event| trail.iter().filter(|entry| **entry == event).count();
        for event in ONCE {
            assert_eq!(count(event), 1, "{event:?} in {trail:?}\n{told}");
        }
        // the old one and the new one
        assert_eq!(count(Event::KeyAdded), 2, "{trail:?}\n{told}");
    }

    fn receipts(&self) -> usize {
        let file = self.folder.path().join("data/postern/receipts/receipts.jsonl");
        std::fs::read_to_string(file).unwrap().lines().count()
    }
}

/// Each number that a run asks for was sent by that run, and is right: none is asked for that can no longer be taken, and none is
/// sent that nobody is asked for. Each new address gets at most one.
pub fn numbers_are_asked_for_once(killer: &Killer, told: &str) {
    let (requests, sent) = (killer.asked(), killer.sent());
    let confirmed = requests.iter().filter(|request| request.starts_with("POST /v1/verifications/")).count();
    let to = told.lines().filter_map(|line| line.strip_prefix("Authentication number sent to "));
    let to: Vec<_> = to.filter_map(|line| line.split(" (").next()).collect();
    assert_eq!((to.len(), confirmed), (sent, sent), "{requests:?}\n{told}");
    assert_eq!(to.iter().collect::<BTreeSet<_>>().len(), sent, "{told}");
}

fn no_secret_in(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.path()).all(|path| {
        if path.is_dir() {
            return no_secret_in(&path);
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        !text.contains(world::CANARY) && !text.contains("pst_") && !text.contains("\"proof\"")
    })
}
