//! `postern plan apply` killed at every step boundary, and started again: the account ends exactly as planned, each change was
//! made once, and one receipt says so. Killed are runs before each request that changes something and after it, and before
//! each call that brings the journal or a receipt to the disk; there the line that was not yet on the disk is torn as well, as
//! a power cut does.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![allow(clippy::print_stdout, reason = "the figures are shown where a run fails, and by hand")]

mod cut;
mod depth;
#[allow(dead_code, reason = "each test binary uses its own part of it")]
mod killer;
#[path = "../../client/tests/person/mod.rs"]
mod person;
mod round;
#[path = "../../client/tests/world/mod.rs"]
mod world;

use cut::Cut;
use depth::{from, rounds};
use killer::{Kill, Killer};
use round::{Round, Wanted, numbers_are_asked_for_once};
use std::path::Path;
use tokio::process::Command;
use world::{Store, session};

/// Kills at each request of a whole run.
async fn at_each_request(wanted: Wanted, at_least: usize) {
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let whole = Round::new(&killer, 0, wanted).await;
    killer.watch(None);
    let (code, told) = whole.run(&killer, whole.start(&killer)).await;
    assert_eq!(code, Some(0), "{told}");
    let requests = killer.asked();
    numbers_are_asked_for_once(&killer, &told);
    whole.check(&killer, &told).await;
    assert!(requests.len() >= at_least, "{requests:?}");

    // before and after in turn
    let boundaries = 2 * u32::try_from(requests.len()).unwrap();
    for boundary in 0..boundaries {
        let round = Round::new(&killer, boundary + 1, wanted).await;
        let child = round.start(&killer);
        let kill = Kill { at: boundary / 2 + 1, before: boundary % 2 == 0, process: child.id().unwrap() };
        killer.watch(Some(kill));
        let (code, first) = round.run(&killer, child).await;
        let where_it_was = format!("{kill:?} of {requests:?}\n{first}");
        assert_eq!(code, None, "it was killed: {where_it_was}");
        round.goes_on(&killer, &where_it_was).await;
    }
    println!("killed before and after each of {} requests: each done once", requests.len());
}

/// Kills before the calls that change the disk in a whole run: all, or each `daily`th.
async fn at_each_write(wanted: Wanted, at_least: usize, daily: u32) {
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let trace = folder.path().join("trace");
    let start = |round: &Round, cut: Option<&Cut>| {
        let mut strace = Command::new("/usr/bin/strace");
        strace.args(cut::strace(&trace, cut)).arg(env!("CARGO_BIN_EXE_postern"));
        round.start_with(&killer, strace)
    };
    let whole = Round::new(&killer, 0, wanted).await;
    killer.watch(None);
    let (code, told) = whole.run(&killer, start(&whole, None)).await;
    assert_eq!(code, Some(0), "{told}");
    whole.check(&killer, &told).await;
    let cuts = cut::cuts(&std::fs::read_to_string(&trace).unwrap());
    assert!(cuts.len() >= at_least, "{cuts:?}");

    let stride = rounds(daily, 1);
    let from = from(stride);
    let taken = |number: u32| number % stride == from % stride;
    let (some, others): (Vec<_>, Vec<_>) = (0..).zip(&cuts).partition(|(number, _)| taken(*number));
    let (mut torn, mut kills) = (0, 0);
    for (number, cut) in some.into_iter().chain(others) {
        // and on, where none of them was at a line of the journal
        if !taken(number) && torn > 0 {
            break;
        }
        let number = number + 1;
        kills += 1;
        let round = Round::new(&killer, number, wanted).await;
        killer.watch(None);
        let (code, first) = round.run(&killer, start(&round, Some(cut))).await;
        let calls = std::fs::read_to_string(&trace).unwrap();
        let where_it_was = format!("{cut:?}\n{calls}\n{first}");
        assert_eq!(code, None, "it was killed: {where_it_was}");
        torn += u32::from(tear(&calls));
        round.goes_on(&killer, &where_it_was).await;
    }
    assert!(torn > 0, "no line was torn");
    println!("killed at {kills} of {} writes, {torn} lines torn: each done once", cuts.len());
}

/// Leaves half of the last line of a journal whose last line was not yet brought to the disk.
fn tear(calls: &str) -> bool {
    // `123 fsync(9</…/journals/….jsonl>) = …`
    let file = calls.lines().rev().find_map(|call| {
        let path = call.split_once(" fsync(")?.1.split_once('<')?.1.split_once(".jsonl>")?.0;
        (!call.contains("= 0")).then(|| format!("{path}.jsonl"))
    });
    let Some(file) = file else { return false };
    let text = std::fs::read(Path::new(&file)).unwrap();
    let before = text[..text.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    std::fs::write(file, &text[..usize::midpoint(before, text.len())]).unwrap();
    true
}

#[test]
fn a_plan_that_is_killed_at_any_step_goes_on_and_does_each_once() {
    session("a_plan_that_is_killed_at_any_step_goes_on_and_does_each_once", Store::Unlocked, || {
        at_each_request(Wanted::Changes, 11)
    });
}

#[test]
fn a_cancellation_that_is_killed_at_any_step_is_done_once() {
    session("a_cancellation_that_is_killed_at_any_step_is_done_once", Store::Unlocked, || {
        at_each_request(Wanted::End, 4)
    });
}

#[test]
fn a_plan_that_is_killed_at_any_write_of_its_journal_goes_on_and_does_each_once() {
    session(
        "a_plan_that_is_killed_at_any_write_of_its_journal_goes_on_and_does_each_once",
        Store::Unlocked,
        || at_each_write(Wanted::Changes, 50, 19),
    );
}

#[test]
fn a_cancellation_that_is_killed_at_any_write_of_its_journal_is_done_once() {
    session(
        "a_cancellation_that_is_killed_at_any_write_of_its_journal_is_done_once",
        Store::Unlocked,
        || at_each_write(Wanted::End, 20, 5),
    );
}
