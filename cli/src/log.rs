//! Logging: what the client reports while a command runs goes to standard error. Warnings always; more with `--verbose`, and
//! by module with `POSTERN_LOG`.

use crate::{said, words};
use std::io;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// The variable that sets levels by module.
const VARIABLE: &str = "POSTERN_LOG";
/// The prefix of our own modules.
const OURS: &str = "postern";

/// Starts logging. `verbose` is how often `--verbose` was given.
pub fn start(verbose: u8) {
    let usual = match verbose {
        0 => Targets::new().with_default(LevelFilter::WARN),
        1 => Targets::new().with_default(LevelFilter::WARN).with_target(OURS, LevelFilter::INFO),
        _ => Targets::new().with_default(LevelFilter::INFO).with_target(OURS, LevelFilter::DEBUG),
    };
    let set = std::env::var_os(VARIABLE).filter(|set| !set.is_empty());
    let levels = set.map(|set| set.to_str().and_then(|set| set.parse::<Targets>().ok()));
    if let Some(None) = levels {
        said::aside(words::log_levels_refused(VARIABLE));
    }
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).without_time().with_writer(|| Lines);
    let levels = levels.flatten().unwrap_or(usual);
    // fails only where logging was started before
    let _ = tracing_subscriber::registry().with(lines.with_filter(levels)).try_init();
}

/// Takes each event as a whole.
struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        said::log(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
