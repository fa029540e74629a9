//! `postern plan apply` killed at every step boundary, before each request that changes something and after it, and started
//! again: the account ends exactly as planned, and each change was made once.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod depth;
mod killer;
#[path = "../../client/tests/person/mod.rs"]
mod person;
#[path = "../../client/tests/world/mod.rs"]
mod world;

use depth::rounds;
use killer::{Kill, Killer};
use person::{PASSWORD, create_account_at, send, sign_in_as, step_up};
use postern_client::Desk;
use postern_client::plan::{Base, Policy, prepare, write};
use postern_contract::activity::Event;
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::Recalled;
use postern_contract::operation::{GetAccount, GetSecurity, ListActivity};
use postern_contract::plan::PlanInput;
use postern_contract::shell::{AddKeyInput, AnswerNumberInput, SignInInput, SignInStep};
use postern_contract::verification::Channel;
use postern_contract::{Moment, Secret};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use world::{Store, session};

/// What must stand in the trail exactly once.
const ONCE: [Event; 6] = [
    Event::NameChanged,
    Event::TaskChanged,
    Event::EmailChanged,
    Event::MobilePhoneChanged,
    Event::TwoFactorEnabled,
    Event::KeyDeleted,
];

struct Round {
    desk: Desk,
    plan: PathBuf,
    folder: tempfile::TempDir,
    new_email: String,
    new_phone: String,
}

impl Round {
    /// An account, and a plan that changes all of it.
    async fn new(killer: &Killer, number: u32) -> Self {
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
            policy: &Policy::default(),
            now: recalled.account.created_at,
        };
        let input = PlanInput {
            author: "Joon".to_owned(),
            reason: "New quarter".to_owned(),
            name: Some("Mina Pier".to_owned()),
            task: Some("Gate".to_owned()),
            email: Some(new_email.clone()),
            mobile_phone: Some(new_phone.clone()),
            two_factor: Some(true),
            method: Some(Channel::Email),
            add_keys: vec!["Release robot".to_owned()],
            delete_keys: vec!["Old robot".to_owned()],
            ..PlanInput::default()
        };
        let plan = folder.path().join("mina.postern-plan");
        write(&plan, &prepare(&input, &base).unwrap()).unwrap();
        Self { desk, plan, folder, new_email, new_phone }
    }

    fn start(&self, killer: &Killer) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
        command.args(["plan", "apply", "--answers-fd", "0", "--backend", &killer.url()]).arg(&self.plan);
        command.env("XDG_DATA_HOME", self.folder.path().join("data")).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Lets a run go on to its end, answering what it asks for on standard error.
    async fn run(&self, killer: &Killer, mut child: Child) -> (Option<i32>, String) {
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

    /// The account is as planned, and each change was made once.
    async fn check(&self, killer: &Killer, told: &str) {
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
        let receipts =
            std::fs::read_to_string(self.folder.path().join("data/postern/receipts/receipts.jsonl"));
        assert_eq!(receipts.unwrap().lines().count(), 1, "{told}");
        assert!(no_secret_in(&self.folder.path().join("data")), "{told}");
    }
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

#[test]
fn a_plan_that_is_killed_at_any_step_goes_on_and_does_each_once() {
    session("a_plan_that_is_killed_at_any_step_goes_on_and_does_each_once", Store::Unlocked, || async {
        let folder = tempfile::tempdir().unwrap();
        let killer = Killer::serve(folder.path()).await;
        let whole = Round::new(&killer, 0).await;
        killer.watch(None);
        let (code, told) = whole.run(&killer, whole.start(&killer)).await;
        assert_eq!(code, Some(0), "{told}");
        let requests = killer.asked();
        whole.check(&killer, &told).await;
        assert!(requests.len() >= 11, "{requests:?}");

        let boundaries = 2 * u32::try_from(requests.len()).unwrap();
        // every fifth boundary each day, before and after in turn; all of them where there is time
        let stride = rounds(5, 1);
        for boundary in (0..boundaries).filter(|boundary| boundary % stride == 0) {
            let round = Round::new(&killer, boundary + 1).await;
            let child = round.start(&killer);
            let kill = Kill { at: boundary / 2 + 1, before: boundary % 2 == 0, process: child.id().unwrap() };
            killer.watch(Some(kill));
            let (code, first) = round.run(&killer, child).await;
            let where_it_was = format!("{kill:?} of {requests:?}\n{first}");
            assert_eq!(code, None, "it was killed: {where_it_was}");
            killer.watch(None);
            let (code, second) = round.run(&killer, round.start(&killer)).await;
            let told = format!("{where_it_was}\nthen\n{second}");
            assert_eq!(code, Some(0), "{told}");
            round.check(&killer, &told).await;
        }
    });
}
