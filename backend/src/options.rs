//! The command line: what to do, and which configuration file says how. Everything else stands in that file.

use crate::command::{Account, Restore, ServiceCredential};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// The account backend of Postern.
#[derive(Debug, Parser)]
#[command(name = "postern-backend", version)]
pub struct Options {
    /// The configuration file.
    #[arg(long, global = true, env = "POSTERN_BACKEND_CONFIG", default_value = "/etc/postern/backend.toml")]
    pub config: PathBuf,
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API until told to stop.
    Serve,
    /// Say everything that is wrong with the configuration file: exit code 0 if it can be served with, 1 if not.
    CheckConfig {
        /// Say it as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of the configuration file.
    ConfigSchema {
        /// Print the reference page instead.
        #[arg(long)]
        page: bool,
    },
    /// Bring the database's schema to this version.
    Migrate,
    /// Create, list, disable, enable, unlock or delete accounts, or reset a second factor.
    #[command(subcommand)]
    Account(Account),
    /// Copy the database into a new file while the server runs (SQLite).
    Backup {
        /// The copy, which must not be there yet.
        into: PathBuf,
    },
    /// Examine a copy and put it in the place of the database, while no server runs (SQLite).
    Restore(Restore),
    /// Let a service ask whether an authentication key works (RFC 7662).
    #[command(subcommand)]
    ServiceCredential(ServiceCredential),
    /// Print what was mailed or texted in the last day, would have been, or still waits, as JSON, newest first. For whoever
    /// holds the database and its key.
    Messages,
    /// Print the API's description (OpenAPI 3.1).
    Openapi,
}

#[cfg(test)]
mod tests {
    use super::Options;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }
}
