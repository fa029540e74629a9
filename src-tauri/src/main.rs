//! The program: reads the command line and environment once, runs the windows, and says why where it cannot.

use postern_client::Options;
use postern_client::config::{Configured, Places};
use postern_client::options::opened;
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

    let configured = Configured::open(Places::of_environment());
    let options = match Options::of(std::env::args_os(), &configured) {
        Ok(options) => options,
        Err(error) if error.use_stderr() => {
            say(&format!("postern-desktop: {}. Try `postern-desktop --help`.", first_line(&error)));
            return ExitCode::from(2);
        }
        // `--help` and `--version`
        Err(text) => text.exit(),
    };
    let folder = std::env::current_dir().unwrap_or_default();
    match postern_desktop::run(options, configured, opened(std::env::args_os()), &folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What is wrong with the command line, in its first line.
fn first_line(error: &impl ToString) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.').to_owned()
}

#[allow(clippy::print_stderr, reason = "no window is there to say it")]
fn say(sentence: &str) {
    eprintln!("{sentence}");
}
