//! Two hundred who sign in at once, at the real price of a password: memory stays bounded, nobody hangs, and whoever is
//! not served is told when to come back. And many who ask with made-up tokens: nobody writes anything for them.
#![cfg(target_os = "linux")]

use crate::post_office::eventually;
use crate::postgres;
use crate::world::{PASSWORD, World, refused};
use contract::operation::GetSession;
use contract::{ProblemCode, Secret};
use sqlx::{AnyConnection, Connection as _};
use std::sync::Arc;
use std::time::Duration;

const EMAIL: &str = "mina@harbor.example";

/// The most memory the process has held so far, in KiB.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

// PW-5: the pool hashes as many at once as there are processors, and its queue is bounded
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_5_two_hundred_at_once_are_answered() {
    let world = Arc::new(World::program(&[]).await);
    world.create(EMAIL, "+821055501234", PASSWORD).await.unwrap();
    let before = peak(world.served_by().process());
    let flood: Vec<_> = (0..200)
        .map(|n| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.sign_in(EMAIL, PASSWORD, &format!("place {n}")).await })
        })
        .collect();
    let (mut served, mut told) = (0, 0);
    for one in flood {
        // twice the time that one request may take; what is shown is that there is an end, not how soon
        let answer = tokio::time::timeout(Duration::from_mins(1), one).await.expect("none hangs").unwrap();
        match answer {
            Ok(_) => served += 1,
            Err(problem) => {
                assert_eq!(problem.code, ProblemCode::Overloaded);
                assert!(problem.retry_after_seconds.is_some());
                told += 1;
            }
        }
    }
    assert!(served >= 1 && told >= 1 && served + told == 200, "{served} served, {told} told");
    // 200 × 19 MiB would be 3.7 GiB; what is allowed is the pool's share and as much again for connections
    let processors = u64::try_from(std::thread::available_parallelism().unwrap().get()).unwrap();
    let grown = peak(world.served_by().process()) - before;
    assert!(grown < (processors + 2) * 2 * 19 * 1024, "grew by {grown} KiB");
    // and it is well again
    world.sign_in(EMAIL, PASSWORD, "afterwards").await.unwrap();
}

// what is noted of others is not written for whoever shows a token that there never was: while the writing of it is held up,
// nobody waits for it
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_made_up_token_has_nothing_written() {
    let database = postgres::Database::fresh();
    let world = World::at(database.url()).await;
    let person = world.person(EMAIL, "+821055501234").await;
    let mut other = AnyConnection::connect(&database.url()).await.unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE session IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    world.clock().advance(60);
    world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    let writes = "SELECT pid || ' since ' || xact_start FROM pg_stat_activity \
                  WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let writing = eventually("the use is being written", async || {
        Some(database.sql(writes)).filter(|writing| !writing.trim().is_empty())
    })
    .await;
    for n in 0..32 {
        let made_up = Secret::new(format!("made-up-{n}"));
        let refusal = refused(world.ask(GetSession { body: () }, Some(&made_up)).await);
        assert_eq!(refusal.code, ProblemCode::Unauthenticated);
    }
    assert_eq!(database.sql(writes), writing, "nobody waited for its end");
    held.rollback().await.unwrap();
}
