//! A hundred and one guesses against two programs on one database, each of them killed on the way, while time passes: the
//! count is nowhere but in the database.
#![cfg(unix)]

use crate::faketime::Clock;
use crate::stage::Program;
use crate::world::{Database, PASSWORD, World, request};
use contract::operation::{OpenSession, Operation};
use contract::session::{Credentials, SignIn};
use contract::{Problem, ProblemCode, Secret};

const EMAIL: &str = "mina@harbor.example";
const DAY: u32 = 86_400;

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

/// 101 guesses over two replicas, either killed in the middle: forty are compared, the door is shut on both, the
// person at a known desktop signs in on both, and after the wait everybody does
async fn a_hundred_and_one_failures(database: Database) {
    let world = World::program_on(database, &[], "warn").await;
    world.create(EMAIL, "+821055501234", PASSWORD).await.unwrap();
    let first = sign_in(world.served_by(), PASSWORD, None).await.unwrap();
    let SignIn::Complete { desktop: Some(desktop), .. } = first else { panic!("{first:?}") };
    let mut clock = Clock::new();
    let start = |clock: &Clock| match database {
        Database::Sqlite => world.another_program(&clock.around()),
        Database::Postgres => world.another_program(&[]),
    };
    let pass = |clock: &mut Clock, seconds: u32| match database {
        Database::Sqlite => clock.advance(seconds),
        Database::Postgres => world.age_failures(seconds),
    };
    let mut replicas = [start(&clock), start(&clock)];

    let (mut compared, mut shut) = (0, 0);
    for guess in 0..101 {
        if guess == 30 || guess == 60 {
            let killed = &mut replicas[guess / 60];
            killed.kill();
            *killed = start(&clock);
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
                pass(&mut clock, seconds);
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
    pass(&mut clock, 30 * DAY);
    for replica in &replicas {
        sign_in(replica, PASSWORD, None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_6_a_hundred_and_one_failures_over_two_replicas_and_two_kills() {
    a_hundred_and_one_failures(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_6_a_hundred_and_one_failures_over_two_replicas_and_two_kills_on_postgres() {
    a_hundred_and_one_failures(Database::Postgres).await;
}
