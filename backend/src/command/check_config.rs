//! `check-config`: everything that is wrong with the configuration file, found by the same code that `serve` uses.

use super::{Fault, say};
use postern_backend::config::around;
use std::path::Path;
use std::process::ExitCode;

/// Says what was found; fails where the server would not start.
pub fn check_config(file: &Path, json: bool) -> Result<ExitCode, Fault> {
    let (configuration, findings) = around::load(file);
    if json {
        say(&format!("{}\n", serde_json::to_string_pretty(&findings.0)?))?;
    } else if findings.0.is_empty() {
        say(&format!("{}: nothing to mend\n", file.display()))?;
    } else {
        say(&format!("{findings}\n"))?;
    }
    Ok(if configuration.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
