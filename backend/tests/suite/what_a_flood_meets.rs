//! Two hundred who sign in at once, at the real price of a password: memory stays bounded, nobody hangs, and whoever is
//! not served is told when to come back.
#![cfg(target_os = "linux")]

use crate::world::{PASSWORD, World};
use contract::ProblemCode;
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
