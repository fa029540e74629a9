//! What is left when the power goes: only what the program had synchronised, as its trace shows. And what becomes of
//! requests while the disk refuses to write: a typed answer, and nothing that was acknowledged is lost.
#![cfg(target_os = "linux")]

use crate::depth::rounds;
use crate::disk::{Disk, recording};
use crate::ledger::Load;
use crate::seed::chance;
use crate::what_a_kill_leaves::{integrity, report};
use crate::world::World;
use std::sync::Arc;

/// More acts than a program that is to be killed lives for.
const MANY: u32 = 400;

fn words(line: &[String]) -> Vec<&str> {
    line.iter().map(String::as_str).collect()
}

// DB-2: the power goes at a random moment, or just before the disk would have synchronised something; what had not been
// synchronised is lost, or in every second round lost in part
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_2_a_power_cut_loses_nothing_that_was_acknowledged() {
    let outside = tempfile::tempdir().unwrap();
    let trace = outside.path().join("trace");
    let mut world = World::program(&[]).await;
    let mut load = Load::new(&world).await;
    world.look_away().await;
    let folder = world.database().parent().unwrap().to_owned();
    let rounds = rounds(4, 50);
    let (mut lost, mut changes) = (0, 0);
    for round in 0..rounds {
        world.serving().kill();
        let mut disk = Disk::of(&folder);
        // counted for each thread, and the first ones belong to the start
        let killed_at = (round % 4 > 0).then(|| 8 + chance(8));
        let around = recording(&trace, killed_at);
        world.serving().start_again_within(&words(&around));
        let serving = Arc::new(world);
        let acts = load.after(if killed_at.is_some() { MANY } else { 1 + chance(30) });
        let strike = async {
            acts.await;
            serving.served_by().interrupt();
        };
        load = load.until(&serving, strike).await;
        world = Arc::into_inner(serving).unwrap();
        // the tracer ends after the program, with everything written
        world.serving().kill();
        disk.replay(&std::fs::read_to_string(&trace).unwrap());
        assert!(disk.syncs > 0, "nothing was recorded");
        changes += disk.changes;
        lost += disk.unsafe_changes();
        disk.cut(|| round % 2 == 1 && chance(2) == 0);
        world.serving().start_again_within(&[]);
        load.settle(&world).await;
        integrity(&world.database()).await;
    }
    let promised = load.promised();
    assert!(promised[0] + promised[1] > rounds, "{promised:?}");
    report(&format!(
        "DB-2 power cuts: {rounds}, acknowledged {promised:?}, lost 0; {lost} of {changes} changes were not synchronised"
    ));
}

// DB-2, DB-3: the disk refuses one call, whichever it is: the answer is a problem, whoever comes next is served, and
// what was acknowledged is there after a kill
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_2_a_disk_that_refuses_a_call_harms_whom_it_refuses() {
    let mut world = World::program(&[]).await;
    let mut load = Load::new(&world).await;
    world.look_away().await;
    let (calls, mut felt) = (rounds(3, 30), 0);
    for call in 1..=calls {
        for (what, error) in [("pwrite64", "EIO"), ("pwrite64", "ENOSPC"), ("fsync,fdatasync", "EIO")] {
            // the first ones belong to the start
            let fault = format!("inject={what}:error={error}:when={}", 20 + call * 5);
            let trace = format!("trace={what}");
            let around = ["strace", "-f", "-o", "/dev/null", "--seccomp-bpf", "-e", &trace, "-e", &fault];
            world.serving().start_again_within(&around);
            for acts in [30, 8] {
                let serving = Arc::new(world);
                let strike = load.after(acts);
                load = load.until(&serving, strike).await;
                world = Arc::into_inner(serving).unwrap();
                load.settle(&world).await;
            }
            let log = world.served_by().log();
            assert!(!log.contains("panic"), "{log}");
            felt += log.matches("request failed").count() + log.matches("no room").count();
            world.serving().start_again_within(&[]);
            load.settle(&world).await;
            integrity(&world.database()).await;
        }
    }
    assert!(felt > 0, "no request met a fault");
    report(&format!(
        "DB-2 refusing disks: {}, requests that met one {felt}, acknowledged {:?}, lost 0",
        calls * 3,
        load.promised()
    ));
}
