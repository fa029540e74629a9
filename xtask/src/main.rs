//! Developer tasks: `cargo xtask run | build | test | tour | bench | package`. Each installs what the machine lacks for it.
//!
//! Deliberately light, so that the first `cargo xtask` on a clean clone answers in seconds; what is slow to build (the
//! generator of the page's glue) is the binary `bind-page`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a developer tool speaks on the terminal")]

mod bench;
mod build;
mod command;
mod description;
mod fuzz;
mod install;
mod package;
mod page;
mod place;
mod run;
mod served;
mod tally;
mod test;
mod tour;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run [ARGUMENTS…]     install what is missing, build, open Postern (arguments go to the application)
cargo xtask build [--release]    build everything; the last lines say where the programs are
cargo xtask test [PART] [NAME…]  every test; PART is one of: guards contract backend client cli shell ui
                                 stories description fuzz
cargo xtask test --deep [PART]   the same with whole counts: many kills, long fuzzing, both databases
cargo xtask tour                 the main job and what is prepared offline on a virtual display, screenshots in ./tour
cargo xtask bench backend        speed and memory of the backend, in one table; fails where a limit is missed
cargo xtask bench desktop        how soon the shipped desktop shows the account, without a network and with one
cargo xtask package [--debug]    the packages for Debian and RPM systems, with the command line, its manual and completions
cargo xtask page [--release]     only the page in ui/dist";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rest = words.get(1..).unwrap_or_default();
    let release = rest.iter().any(|word| word == "--release");
    let done = match words.first().map(String::as_str) {
        Some("run") => run::run(rest),
        Some("build") => build::everything(release),
        Some("test") => test::test(rest),
        Some("tour") => tour::tour(),
        Some("bench") => bench::bench(rest),
        Some("package") => package::packages(rest.iter().any(|word| word == "--debug")),
        Some("page") => install::for_building().and_then(|()| page::build(release)).map(|_| ()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
