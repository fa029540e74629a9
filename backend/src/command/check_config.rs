//! `check-config`: everything that is wrong with the configuration file and with the database that it names, found by the same
//! code that `serve` uses.

use super::{Fault, remark, say};
use postern_backend::OpenError;
use postern_backend::config::around;
use postern_backend::config::file::Configuration;
use postern_backend::config::finding::{Finding, Gravity};
use postern_backend::operate::database_refusal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// How long the database is waited for. A check is made on other machines too, from which it may not be reached.
const DATABASE_LIMIT: Duration = Duration::from_secs(10);

/// Says what was found; fails where the server would not start.
pub fn check_config(file: &Path, json: bool) -> Result<ExitCode, Fault> {
    let (configuration, mut findings) = around::load(file);
    if let Some(configuration) = &configuration {
        findings.0.extend(database(file, configuration)?);
    }
    if json {
        say(&format!("{}\n", serde_json::to_string_pretty(&findings.0)?))?;
    } else if findings.0.is_empty() {
        say(&format!("{}: nothing to mend\n", file.display()))?;
    } else {
        say(&format!("{findings}\n"))?;
    }
    Ok(if findings.refused() || configuration.is_none() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What a start would be refused for by the database.
fn database(file: &Path, configuration: &Configuration) -> Result<Option<Finding>, Fault> {
    let address = configuration.database.address()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = runtime
        .block_on(async { tokio::time::timeout(DATABASE_LIMIT, database_refusal(address.expose())).await });
    // a lookup of a name that is not answered would be waited for
    runtime.shutdown_background();
    let refusal = match asked {
        Ok(None) => return Ok(None),
        Ok(Some(refusal)) => refusal,
        Err(_) => OpenError::Unreachable("no answer".to_owned()),
    };
    if let OpenError::Unreachable(faults) = refusal {
        remark(&format!("the database was not checked: it cannot be reached from here ({faults})"));
        return Ok(None);
    }
    Ok(Some(Finding {
        gravity: Gravity::Error,
        file: file.to_owned(),
        line: 0,
        column: 0,
        key: "database.url".to_owned(),
        found: refusal.to_string(),
        expected: "a database that a start accepts".to_owned(),
        fix: "do what is said there, or name another database".to_owned(),
    }))
}
