//! The account backend as a program: `postern-backend --config /etc/postern/backend.toml serve`.

extern crate postern_contract as contract;

mod command;
mod options;

use clap::Parser as _;
use command::{Fault, configuration, say};
use options::{Command, Options};
use postern_backend::config::file::Configuration;
use postern_backend::config::manual;
use postern_backend::{log, memory, openapi};
use std::process::ExitCode;

fn main() -> ExitCode {
    // before anything secret is read
    if let Err(exposed) = memory::withhold() {
        command::remark(&format!("postern-backend: {exposed}"));
    }
    let done = act(&Options::parse());
    done.unwrap_or_else(|fault| {
        // whoever read the output has read enough
        if command::is_broken_pipe(&*fault) {
            return ExitCode::SUCCESS;
        }
        command::remark(&format!("postern-backend: {fault}"));
        ExitCode::FAILURE
    })
}

fn act(options: &Options) -> Result<ExitCode, Fault> {
    let file = &options.config;
    match &options.command {
        Command::Openapi => say(&openapi::text())?,
        Command::ConfigSchema { page: false } => say(&manual::schema())?,
        Command::ConfigSchema { page: true } => say(&manual::page())?,
        Command::CheckConfig { json } => return command::check_config(file, *json),
        Command::Serve => {
            let configuration = configuration(file)?;
            log::start(&configuration.log, configuration.log.level.as_str());
            tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
            run(command::serve(&configuration))?;
        }
        aside => {
            let configuration = configuration(file)?;
            log::start(&configuration.log, "warn");
            run(beside(&configuration, aside))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// The commands that work while a server runs, or in its absence.
async fn beside(configuration: &Configuration, what: &Command) -> Result<(), Fault> {
    match what {
        Command::Migrate => command::migrate(configuration).await,
        Command::Backup { into } => command::backup(configuration, into).await,
        Command::Restore(options) => command::restore(configuration, options).await,
        Command::Account(what) => {
            command::beside(configuration, async |on| command::account(on, what).await).await
        }
        Command::ServiceCredential(what) => {
            command::beside(configuration, async |on| command::service_credential(on, what).await).await
        }
        Command::Messages => command::beside(configuration, command::messages).await,
        Command::Openapi | Command::ConfigSchema { .. } | Command::CheckConfig { .. } | Command::Serve => {
            Ok(())
        }
    }
}
