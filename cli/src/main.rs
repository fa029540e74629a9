//! `postern`: configuration, bundles and prepared changes on a machine without a display. A thin shell over
//! `postern_client`, as the desktop is: it links neither Tauri nor `WebKit`.
//!
//! Each subcommand has a file of its own under this folder: what it takes, as clap reads it, and `run`. Results go to
//! standard output through [`said`], findings and questions to standard error; every sentence is in [`words`]; what a
//! command means for scripts is its exit code, in [`ending`].

mod around;
mod bundle;
mod config;
mod desktop;
mod ending;
mod import;
mod manual;
mod plan;
mod policy;
mod said;
mod words;

use around::Around;
use clap::{CommandFactory, Parser, Subcommand};
use ending::Ending;
use std::process::ExitCode;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "postern",
    version,
    about = "Postern: an account console for administrators, on the command line",
    after_help = words::EXIT_CODES,
    disable_help_subcommand = true
)]
struct Arguments {
    /// Print the result as JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What Postern is configured to: check, explain, show, import
    #[command(subcommand)]
    Config(config::Config),
    /// What policies fix and recommend
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Signed bundles of configuration, certificates and prepared changes
    #[command(subcommand)]
    Bundle(bundle::Bundle),
    /// Account changes prepared without a network
    #[command(subcommand)]
    Plan(plan::Plan),
    /// Print completions for a shell
    Completions(manual::Completions),
    /// Print the manual page, or write one per command into a folder
    Man(manual::Man),
}

fn main() -> ExitCode {
    // before a password is typed
    if let Err(exposed) = postern_client::memory::withhold() {
        said::aside(words::exposed(exposed));
    }
    match Arguments::try_parse() {
        Ok(arguments) => run(arguments).into(),
        Err(text) if text.use_stderr() => {
            // clap has its own way to print; the exit code is ours
            let _ = text.print();
            Ending::Usage.into()
        }
        Err(text) => text.exit(),
    }
}

fn run(arguments: Arguments) -> Ending {
    let around = Around { json: arguments.json };
    match arguments.command {
        Some(Command::Config(config)) => config.run(&around),
        Some(Command::Policy(policy)) => policy.run(&around),
        Some(Command::Bundle(bundle)) => bundle.run(&around),
        Some(Command::Plan(plan)) => plan.run(&around),
        Some(Command::Completions(completions)) => completions.run(Arguments::command()),
        Some(Command::Man(man)) => man.run(Arguments::command()),
        None => desktop::open(&mut Arguments::command()),
    }
}
