//! `postern`: configuration, bundles and prepared changes on a machine without a display. A thin shell over
//! `postern_client`, as the desktop is: it links neither Tauri nor `WebKit`.
//!
//! Each subcommand has a file under this folder: what it takes, as clap reads it, and `run`. Results go to standard output
//! through [`said`], findings and questions to standard error; every sentence is in [`words`]; exit codes are in [`ending`],
//! and what `--json` prints is in [`envelope`].

mod around;
mod bundle;
mod config;
mod desktop;
mod ending;
mod envelope;
mod import;
mod log;
mod manual;
mod output_file;
mod plan;
mod policy;
mod receipt;
mod said;
mod words;

use around::Around;
use clap::{CommandFactory, Parser, Subcommand};
use ending::Ending;
use std::ffi::OsString;
use std::process::ExitCode;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "postern",
    version,
    about = "Postern: an account console for administrators, on the command line",
    after_help = ending::table(),
    disable_help_subcommand = true
)]
struct Arguments {
    /// Print one JSON document on standard output; `postern schema` prints its schema
    #[arg(long, global = true)]
    json: bool,
    /// Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
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
    /// Receipts of plans that were applied
    #[command(subcommand)]
    Receipt(receipt::Commands),
    /// Print completions for a shell
    Completions(manual::Completions),
    /// Print the manual page, or write one per command into a folder
    Man(manual::Man),
    /// Print what is published about the output: the JSON Schema, or the reference page
    Schema(manual::Schema),
}

fn main() -> ExitCode {
    // before a password is typed
    if let Err(exposed) = postern_client::memory::withhold() {
        said::aside(words::exposed(exposed));
    }
    let words: Vec<OsString> = std::env::args_os().collect();
    let command = Arguments::command();
    if wants_json(&words) {
        said::as_json();
    }
    let name = named(&command, &words);
    let ending = match Arguments::try_parse_from(&words) {
        Ok(arguments) => run(arguments),
        Err(told) if told.use_stderr() => {
            said::aside(told.to_string().trim_end());
            Ending::Usage
        }
        Err(told) => {
            said::bytes(told.to_string().as_bytes());
            Ending::Done
        }
    };
    said::finish(&name, ending).into()
}

/// Whether `--json` is given, also where the command line is not understood.
fn wants_json(words: &[OsString]) -> bool {
    words.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json")
}

/// The command, as far as the words name one.
fn named(command: &clap::Command, words: &[OsString]) -> String {
    let (mut at, mut name) = (command, Vec::new());
    for word in words.iter().skip(1).filter(|word| !word.as_encoded_bytes().starts_with(b"-")) {
        let Some(next) = word.to_str().and_then(|word| at.find_subcommand(word)) else { break };
        name.push(next.get_name().to_owned());
        at = next;
    }
    name.join(" ")
}

fn run(arguments: Arguments) -> Ending {
    log::start(arguments.verbose);
    let around = Around { json: arguments.json };
    match arguments.command {
        Some(Command::Config(config)) => config.run(&around),
        Some(Command::Policy(policy)) => policy.run(&around),
        Some(Command::Bundle(bundle)) => bundle.run(&around),
        Some(Command::Plan(plan)) => plan.run(&around),
        Some(Command::Receipt(receipt)) => receipt.run(&around),
        Some(Command::Completions(completions)) => completions.run(Arguments::command()),
        Some(Command::Man(man)) => man.run(Arguments::command(), &around),
        Some(Command::Schema(schema)) => schema.run(),
        None => desktop::open(&mut Arguments::command()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

    use super::Arguments;
    use clap::CommandFactory as _;

    fn leaves(command: &clap::Command, within: &str, all: &mut Vec<String>) {
        for one in command.get_subcommands() {
            let name = format!("{within} {}", one.get_name()).trim_start().to_owned();
            if one.has_subcommands() { leaves(one, &name, all) } else { all.push(name) }
        }
    }

    #[test]
    fn f20_every_command_has_a_result_in_the_schema() {
        let mut commands = Vec::new();
        leaves(&Arguments::command(), "", &mut commands);
        commands.sort();
        assert_eq!(super::envelope::commands(), commands);
    }
}
