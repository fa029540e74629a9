//! `postern`: configuration, bundles and prepared changes on a machine without a display. A thin shell over
//! `postern_client`, as the desktop is: it links neither Tauri nor WebKit.
//!
//! Each subcommand has a file of its own under this folder. What a command prints is in [`words`]; what it means for scripts
//! is its exit code, in [`ending`].

mod ending;

use clap::{Parser, Subcommand};
use ending::Ending;
use std::process::ExitCode;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "postern",
    version,
    about = "Postern: an account console for administrators, on the command line"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {}

fn main() -> ExitCode {
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
    match arguments.command {
        Some(command) => match command {},
        None => Ending::Done,
    }
}
