//! The command line. Until a configuration file says it, an operator may shorten lifetimes here; nothing can be
//! lengthened beyond the product's decisions.

use clap::{Args, Parser, Subcommand};
use postern_backend::Settings;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The account backend of Postern.
#[derive(Debug, Parser)]
#[command(name = "postern-backend", disable_version_flag = true)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve(Serve),
    /// Print what would have been mailed or texted in the last day, as JSON, newest first. For whoever holds the
    /// database and its key; there are no mail and text-message gateways yet.
    Messages(Place),
    /// Print the API's description (OpenAPI 3.1).
    Openapi,
}

/// Where the database and its key are.
#[derive(Debug, Args)]
pub struct Place {
    /// The database, created if it is absent: `sqlite:///ABSOLUTE/PATH`.
    #[arg(long)]
    pub database: String,
    /// The file with the backend's key, created if it is absent [default: the database's path with .key appended].
    #[arg(long)]
    key_file: Option<PathBuf>,
}

impl Place {
    /// Where the backend's key is.
    pub fn key_file(&self) -> PathBuf {
        let database = self.database.strip_prefix("sqlite://").unwrap_or(&self.database);
        self.key_file.clone().unwrap_or_else(|| PathBuf::from(format!("{database}.key")))
    }
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:8737")]
    pub listen: SocketAddr,
    /// Seconds an authentication number is valid, at most 600.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=600))]
    number_lifetime: Option<u32>,
    /// Seconds before an authentication number may be sent again, at most 60.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=60))]
    number_resend: Option<u32>,
    /// Seconds a proof of an address is valid, at most 900.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=900))]
    proof_lifetime: Option<u32>,
    /// Seconds changes stay unlocked after the password was entered again, at most 600.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=600))]
    step_up: Option<u32>,
    /// Seconds a session lives without use, at most 3600.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3600))]
    session_idle: Option<u32>,
    /// Seconds a session lives at most, at most 86400.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    session_absolute: Option<u32>,
    /// Nobody may create an account.
    #[arg(long)]
    no_sign_up: bool,
}

impl Serve {
    /// The settings with what was shortened.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        let capabilities = &mut settings.capabilities;
        for (given, place) in [
            (self.number_lifetime, &mut capabilities.number_lifetime_seconds),
            (self.number_resend, &mut capabilities.number_resend_seconds),
            (self.proof_lifetime, &mut settings.proof_lifetime_seconds),
            (self.step_up, &mut capabilities.step_up_seconds),
            (self.session_idle, &mut capabilities.session_idle_seconds),
            (self.session_absolute, &mut capabilities.session_absolute_seconds),
        ] {
            *place = given.unwrap_or(*place);
        }
        capabilities.sign_up &= !self.no_sign_up;
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Options};
    use clap::{CommandFactory as _, Parser as _};

    #[test]
    fn lifetimes_can_only_be_shortened() {
        Options::command().debug_assert();
        let serve = |more: &[&str]| {
            let fixed = ["postern-backend", "serve", "--database", "sqlite:///tmp/a b.db"];
            Options::try_parse_from(fixed.iter().chain(more))
        };
        let Command::Serve(options) = serve(&["--step-up", "5", "--no-sign-up"]).unwrap().command else {
            panic!("not serve")
        };
        assert_eq!(options.settings().capabilities.step_up_seconds, 5);
        assert!(!options.settings().capabilities.sign_up);
        assert_eq!(options.place.key_file().to_str(), Some("/tmp/a b.db.key"));
        for longer in [["--step-up", "601"], ["--session-idle", "3601"], ["--number-lifetime", "601"]] {
            assert!(serve(&longer).is_err(), "{longer:?}");
        }
    }
}
