//! The program: reads the command line and environment once, runs the windows, and says why where it cannot.

use postern_client::Options;
use postern_client::config::{Configured, Places};
use postern_client::options::opened;
use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    // before anything secret is there
    let withheld = postern_client::memory::withhold();
    #[allow(clippy::disallowed_methods, reason = "the environment is read once, here")]
    let level = std::env::var("POSTERN_LOG").ok();
    postern_desktop::record::start(level.as_deref());
    if let Err(exposed) = withheld {
        tracing::warn!(%exposed, "memory is less guarded than it should be");
    }

    let options = match Options::read(std::env::args_os()) {
        Ok(options) => options,
        Err(error) if error.use_stderr() => {
            say(&format!("postern-desktop: {}. Try `postern-desktop --help`.", first_line(&error)));
            return ExitCode::from(2);
        }
        // `--help` and `--version`
        Err(text) => text.exit(),
    };
    let folder = std::env::current_dir().unwrap_or_default();
    let configured = Configured::open(Places::of_environment());
    match postern_desktop::run(options, configured, opened(std::env::args_os()), &folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What is wrong with the command line, without quoting a value: it may be a URL with a password in it.
fn first_line(error: &(impl Error + ToString)) -> String {
    let text = error
        .source()
        .map_or_else(|| error.to_string(), |why| format!("the backend's address is not accepted: {why}"));
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.').to_owned()
}

#[allow(clippy::print_stderr, reason = "no window is there to say it")]
fn say(sentence: &str) {
    eprintln!("{sentence}");
}
