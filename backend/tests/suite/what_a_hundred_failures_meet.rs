//! A hundred and one guesses against two programs on one database, each of them killed on the way, while time passes: the
//! count is nowhere but in the database.
#![cfg(unix)]

use crate::stage::Program;
use crate::world::{PASSWORD, World, request};
use contract::operation::{OpenSession, Operation};
use contract::session::{Credentials, SignIn};
use contract::{Problem, ProblemCode, Secret};
use std::path::{Path, PathBuf};

const EMAIL: &str = "mina@harbor.example";
const DAY: u32 = 86_400;

/// The wall clock of the programs, moved from outside.
struct Clock {
    folder: tempfile::TempDir,
    ahead: u64,
}

impl Clock {
    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Written beside and renamed, so that nobody reads half a line.
    fn advance(&mut self, seconds: u32) {
        self.ahead += u64::from(seconds);
        let new = self.folder.path().join("new");
        std::fs::write(&new, format!("+{}\n", self.ahead)).unwrap();
        std::fs::rename(new, self.file()).unwrap();
    }

    /// A program that goes by it.
    fn start(&self, database: &Path) -> Program {
        let libraries = ["x86_64", "aarch64"]
            .map(|machine| format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"));
        let library = libraries.iter().find(|file| Path::new(file).is_file()).expect("Debian's faketime");
        let around = [
            "env",
            &format!("LD_PRELOAD={library}"),
            &format!("FAKETIME_TIMESTAMP_FILE={}", self.file().display()),
            "FAKETIME_NO_CACHE=1",
            "DONT_FAKE_MONOTONIC=1",
        ];
        Program::start_within(&around, database, &[], "warn")
    }
}

async fn sign_in(
    program: &Program,
    password: &str,
    desktop: Option<&Secret<String>>,
) -> Result<SignIn, Problem> {
    let body = Credentials {
        email: EMAIL.to_owned(),
        password: Secret::from(password),
        place: None,
        desktop: desktop.cloned(),
    };
    let response = program.send(request(&OpenSession { body }, None)).await;
    let done = response.status().as_u16() == OpenSession::DECLARED.success;
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    if done {
        Ok(serde_json::from_slice(&bytes).unwrap())
    } else {
        Err(serde_json::from_slice(&bytes).unwrap())
    }
}

// OTP-6: 101 guesses over two replicas, either killed in the middle: forty are compared, the door is shut on both, the
// person at a known desktop signs in on both, and after the wait everybody does
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_6_a_hundred_and_one_failures_over_two_replicas_and_two_kills() {
    let world = World::program(&[]).await;
    world.create(EMAIL, "+821055501234", PASSWORD).await.unwrap();
    let first = sign_in(world.served_by(), PASSWORD, None).await.unwrap();
    let SignIn::Complete { desktop: Some(desktop), .. } = first else { panic!("{first:?}") };
    let mut clock = Clock { folder: tempfile::tempdir().unwrap(), ahead: 0 };
    clock.advance(0);
    let database = world.database();
    let mut replicas = [clock.start(&database), clock.start(&database)];

    let (mut compared, mut shut) = (0, 0);
    for guess in 0..101 {
        if guess == 30 || guess == 60 {
            let killed = &mut replicas[guess / 60];
            killed.kill();
            *killed = clock.start(&database);
        }
        let [one, other] = [&replicas[guess % 2], &replicas[(guess + 1) % 2]];
        let refusal = sign_in(one, "not the password at all", None).await.unwrap_err();
        match (refusal.code, refusal.retry_after_seconds) {
            (ProblemCode::CredentialsRefused, _) => compared += 1,
            (ProblemCode::TooManyRequests, Some(seconds)) if seconds <= DAY => {
                if seconds > 30 {
                    // the other one holds it shut as well
                    let there = sign_in(other, "not the password at all", None).await.unwrap_err();
                    assert_eq!(there.code, ProblemCode::TooManyRequests);
                }
                clock.advance(seconds);
            }
            (ProblemCode::TooManyRequests, Some(_)) => shut += 1,
            _ => panic!("{refusal:?}"),
        }
    }
    // five at once, and each of the others after one that came too early
    assert_eq!(compared, 40);
    assert!(shut >= 101 - 40 - 35, "{shut}");
    for replica in &replicas {
        let refusal = sign_in(replica, PASSWORD, None).await.unwrap_err();
        assert_eq!(refusal.code, ProblemCode::TooManyRequests);
        assert!(refusal.retry_after_seconds.unwrap() > 29 * DAY);
        sign_in(replica, PASSWORD, Some(&desktop)).await.unwrap();
    }
    clock.advance(30 * DAY);
    for replica in &replicas {
        sign_in(replica, PASSWORD, None).await.unwrap();
    }
}
