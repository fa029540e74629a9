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

/// 101 guesses over two replicas, either killed in the middle: twelve are compared, from then on a number opens a sign-in on
/// both, and the person at a known desktop signs in on both without one
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
        match sign_in(one, "not the password at all", None).await {
            Ok(SignIn::SecondFactor { challenge }) => {
                assert!(challenge.conditional);
                shut += 1;
            }
            Err(Problem { code: ProblemCode::CredentialsRefused, .. }) => compared += 1,
            Err(Problem {
                code: ProblemCode::TooManyRequests, retry_after_seconds: Some(seconds), ..
            }) if seconds <= 300 => {
                if seconds > 30 {
                    // the other one holds it shut as well
                    let there = sign_in(other, "not the password at all", None).await.unwrap_err();
                    assert_eq!(there.code, ProblemCode::TooManyRequests);
                }
                pass(&mut clock, seconds);
            }
            other => panic!("{other:?}"),
        }
    }
    // five at once, and each of the others after one that came too early
    assert_eq!(compared, 12);
    assert!(shut >= 101 - 12 - 7, "{shut}");
    for replica in &replicas {
        let asked = sign_in(replica, PASSWORD, None).await.unwrap();
        assert!(matches!(asked, SignIn::SecondFactor { challenge } if challenge.conditional));
        let known = sign_in(replica, PASSWORD, Some(&desktop)).await.unwrap();
        assert!(matches!(known, SignIn::Complete { .. }));
    }
    pass(&mut clock, 12 * 7 * DAY);
    for replica in &replicas {
        assert!(matches!(sign_in(replica, PASSWORD, None).await.unwrap(), SignIn::Complete { .. }));
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
