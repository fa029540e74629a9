//! The account backend as a program: `postern-backend --config /etc/postern/backend.toml serve`.

extern crate postern_contract as contract;

mod command;
mod key_file;
mod options;

use clap::Parser as _;
use command::{Fault, configuration, say};
use options::{Command, Options};
use postern_backend::config::log::{Log, LogFormat};
use postern_backend::openapi;
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = act(&Options::parse());
    done.unwrap_or_else(|fault| {
        command::remark(&format!("postern-backend: {fault}"));
        ExitCode::FAILURE
    })
}

fn act(options: &Options) -> Result<ExitCode, Fault> {
    let file = &options.config;
    match &options.command {
        Command::Openapi => say(&openapi::text())?,
        Command::CheckConfig { json } => return command::check_config(file, *json),
        Command::Serve => {
            let configuration = configuration(file)?;
            log(&configuration.log, configuration.log.level.as_str());
            run(command::serve(&configuration))?;
        }
        Command::Messages => {
            let configuration = configuration(file)?;
            log(&configuration.log, "warn");
            run(command::messages(&configuration))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Begins to log at this level and above; `RUST_LOG` may say it more finely.
fn log(log: &Log, level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(match level {
            "info" => "info,sqlx=warn",
            level => level,
        })
    });
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match log.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    // a panic's own text may quote what it stumbled over, so only its place is written
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

fn run(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
