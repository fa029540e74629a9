//! `cargo xtask test`: every test, or one part for daily work. Ends with one plain line: `N passed, N failed`.
//!
//! `--deep` runs the whole counts where a daily run takes a bounded part, and shows the figures that tests print.

use crate::tally::Tally;
use crate::{build, command, description, fuzz, install, page, place};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

/// How many stories run at a time; each has its own screen, bus, secret store and home.
const AT_A_TIME: &str = "2";

/// Asks the tests for whole counts; they read it in `depth.rs`.
const DEEP: &str = "POSTERN_DEEP";

/// What cargo means by all targets, less the benchmark, which says no number of tests.
const TARGETS: [&str; 4] = ["--lib", "--bins", "--tests", "--examples"];

/// `cargo xtask test [--deep] [PART] [NAME…]`.
pub fn test(words: &[String]) -> Result<()> {
    let deep = words.iter().any(|word| word == "--deep");
    let words: Vec<String> = words.iter().filter(|word| *word != "--deep").cloned().collect();
    println!("seed of the random inputs: {}", place::seed());
    let mut tally = Tally::default();
    let names = words.get(1..).unwrap_or_default();
    match words.first().map(String::as_str) {
        None => everything(&mut tally, deep)?,
        Some("guards") => {
            install::for_testing()?;
            page::build(false)?;
            guards(&mut tally)?;
            let mut cargo = command::cargo(["test", "--package", "postern-stories", "--test", "guards"]);
            tally.tests(cargo.args(names))?;
        }
        Some("stories") => {
            install::for_testing()?;
            page::build(false)?;
            build::programs(false)?;
            let mut stories = stories(names);
            if deep {
                stories.env(DEEP, "1");
            }
            tally.tests(&mut stories)?;
        }
        Some("shell") => {
            install::for_testing()?;
            page::build(false)?;
            tally.tests(&mut package("postern-desktop", names, deep))?;
        }
        Some("description") => {
            install::for_serving()?;
            build::backend(false)?;
            description::holds(&mut tally, deep)?;
        }
        Some("fuzz") => {
            install::for_serving()?;
            fuzz::holds(&mut tally, deep)?;
        }
        Some("backend") => {
            install::for_serving()?;
            tally.tests(&mut package("postern-backend", names, deep))?;
        }
        Some("cli") => {
            install::for_testing()?;
            tally.tests(&mut package("postern-cli", names, deep))?;
        }
        Some(part @ ("contract" | "client" | "ui")) => {
            tally.tests(&mut package(&format!("postern-{part}"), names, deep))?;
        }
        Some(other) => {
            bail!(
                "There is no part {other}: guards contract backend client cli shell ui stories description fuzz."
            )
        }
    }
    println!("\n{tally}");
    if tally.good() { Ok(()) } else { bail!("The tests did not pass.") }
}

/// In the order in which a mistake is found soonest. A part that fails does not keep the others from running.
fn everything(tally: &mut Tally, deep: bool) -> Result<()> {
    timed("install", install::for_testing)?;
    timed("page", || page::build(false).map(|_| ()))?;
    timed("guards", || guards(tally))?;
    // one build for all: the application and the backend come out of it beside the tests that use them
    let built = timed("build", || command::run(command::cargo(["build", "--workspace"]).args(TARGETS)));
    if let Err(error) = built {
        eprintln!("{error:#}");
        tally.fail();
        return Ok(());
    }
    timed("tests", || {
        let mut cargo = command::cargo(["test", "--workspace", "--no-fail-fast"]);
        cargo.args(TARGETS);
        tally
            .tests(whole(&mut cargo, deep).env("RUST_TEST_THREADS", AT_A_TIME).env("RUST_LIB_BACKTRACE", "0"))
    })?;
    timed("doc tests", || {
        tally.tests(&mut command::cargo(["test", "--package", "postern-contract", "--doc"]))
    })?;
    timed("description", || description::holds(tally, deep))?;
    timed("fuzz", || fuzz::holds(tally, deep))
}

/// Whole counts and their figures, where they are asked for. Comes last of a command's arguments.
fn whole(command: &mut Command, deep: bool) -> &mut Command {
    if deep { command.env(DEEP, "1").args(["--", "--show-output"]) } else { command }
}

fn guards(tally: &mut Tally) -> Result<()> {
    tally.check(&mut command::cargo(["fmt", "--all", "--check"]));
    let mut clippy = command::cargo(["clippy", "--workspace", "--all-targets", "--features", "xtask/page"]);
    tally.check(clippy.args(["--", "--deny", "warnings"]));
    // advisories are left out: their list is fetched from elsewhere
    let mut deny = command::program(install::cargo_deny()?);
    tally.check(deny.args(["check", "bans", "licenses", "sources"]));
    Ok(())
}

fn package(name: &str, names: &[String], deep: bool) -> Command {
    let mut cargo = command::cargo(["test", "--no-fail-fast", "--package", name]);
    cargo.args(names);
    whole(&mut cargo, deep);
    cargo
}

/// The stories whose names contain any of `names`, or all of them.
pub fn stories(names: &[String]) -> Command {
    let mut cargo = command::cargo(["test", "--package", "postern-stories", "--test", "stories", "--"]);
    cargo.args(names).env("RUST_TEST_THREADS", AT_A_TIME).env("RUST_LIB_BACKTRACE", "0");
    cargo
}

/// Says how long a stage took, so that a slow one is seen.
#[allow(clippy::disallowed_methods, reason = "how long a stage takes is what is measured")]
fn timed(stage: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    eprintln!("\n== {stage}");
    let done = work();
    eprintln!("== {stage}: {} s", start.elapsed().as_secs());
    done
}
