//! How long the desktop takes from the start of its process until its main window shows the account: without a network, where
//! it is the account as last seen, and with one. `cargo xtask bench desktop` runs it and prints one table.
//!
//! The window is driven, and asked every 25 ms what it shows; what the driver takes to find it is part of each figure.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

use anyhow::{Context, Result};
use postern_contract::shell::Window;
use postern_stories::cable::Cable;
use postern_stories::{World, machine, room, steps, steps::MINA, with_account};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// The most that a start without a network may take. Source: the product's limit of 2 s.
const LIMIT: Duration = Duration::from_secs(2);
/// How often each is measured, in turns.
const TURNS: usize = 11;
/// The room it is measured in.
const ROOM: &str = "bench";

const CONFIGURED: &str =
    "[[backends]]\nname = \"Harbor\"\nurl = \"{url}\"\nca = [\"{ca}\"]\n\n[defaults]\nbackend = \"Harbor\"\n";

fn main() -> ExitCode {
    // `cargo test --all-targets` starts every target: measuring is only done when it is asked for
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let measured = if machine::room().as_deref() == Some(ROOM) { room::inside(measure) } else { in_a_room() };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Starts this program once more, in a room.
fn in_a_room() -> Result<()> {
    let ended = room::enter(ROOM)?.arg("--bench").status()?;
    ended.success().then_some(()).context("a limit is missed, or nothing could be measured")
}

async fn measure(cable: &mut Cable) -> Result<()> {
    let cable = &*cable;
    let desktop = with_account().remote(&[]).beyond(cable.there()).configured(CONFIGURED);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let told = desktop.tell(async |world| {
        steps::sign_in(world, &MINA).await?.sees("0 of 5").await?;
        world.leave().await?;
        for _ in 0..TURNS {
            cable.pull_out()?;
            without.push(start(world, "as last seen").await?);
            cable.plug_in()?;
            with.push(start(world, "0 of 5").await?);
        }
        Ok(())
    });
    told.await?;
    let head = "from the start until the account is shown";
    println!("\n{head:<44} {:>9} {:>16} {:>7}", "median", "between", "of 2 s");
    let reached = line("without a network, as last seen", &mut without);
    line("with a network, as it is", &mut with);
    reached.then_some(()).context("a start without a network takes longer than 2 s")
}

/// Opens the application, waits until the account is there with these words, and ends it.
async fn start(world: &mut World, shown: &str) -> Result<Duration> {
    world.open().await?;
    let main = world.window(Window::Main).await?;
    main.sees(MINA.email).await?;
    main.sees(shown).await?;
    #[allow(clippy::disallowed_methods, reason = "what is measured is time")]
    let now = SystemTime::now();
    let took = now.duration_since(world.app()?.began()?)?;
    world.leave().await?;
    Ok(took)
}

/// Prints a row, and answers whether the median is within the limit.
fn line(name: &str, times: &mut [Duration]) -> bool {
    times.sort_unstable();
    let [first, .., last] = times else { return false };
    let (first, last) = (first.as_secs_f64(), last.as_secs_f64());
    let median = times[times.len() / 2];
    let range = format!("{first:.2} – {last:.2} s");
    let (seconds, ratio) = (median.as_secs_f64(), median.as_secs_f64() / LIMIT.as_secs_f64());
    println!("{name:<44} {seconds:>7.2} s {range:>16} {ratio:>7.2}");
    median <= LIMIT
}
