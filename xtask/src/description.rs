//! The served description of the API against the backend that serves it: Schemathesis generates requests from it, valid
//! and not, alone and one after another, with all of its checks. What it needs to know beside the description is in
//! `backend/tests/schemathesis`.

use crate::served::Served;
use crate::tally::Tally;
use crate::{command, install, place};
use anyhow::Result;
use std::path::Path;

/// Requests of each kind for each operation, in a daily run and in a whole one.
const EXAMPLES: [&str; 2] = ["15", "300"];
/// The same on PostgreSQL. What reads a request is the same there: a daily run asks each kind, and what answers it.
const EXAMPLES_ON_POSTGRES: [&str; 2] = ["3", "300"];

/// One run on each database.
pub fn holds(tally: &mut Tally, deep: bool) -> Result<()> {
    let schemathesis = install::schemathesis()?;
    run(tally, &schemathesis, &Served::on_sqlite(LINES)?, EXAMPLES[usize::from(deep)]);
    run(tally, &schemathesis, &Served::on_postgres(LINES)?, EXAMPLES_ON_POSTGRES[usize::from(deep)]);
    Ok(())
}

/// Generated requests come faster than any person's.
const LINES: &str = "\
lifetimes.number_resend_seconds = 0
budgets.numbers_altogether = 1000000
budgets.numbers_asked_from_one_place = 100000
budgets.refusals_from_one_place = 100000
log.level = \"error\"
";

fn run(tally: &mut Tally, schemathesis: &Path, served: &Served, examples: &str) {
    let mut run = command::program(schemathesis);
    run.current_dir(place::root().join("backend/tests/schemathesis"));
    run.args(["--config-file", "schemathesis.toml", "run"]).arg(format!("{}/openapi.json", served.address));
    run.args(["--no-color", "--continue-on-failure", "--seed", "1", "--max-examples", examples]);
    run.env("POSTERN_BASE", &served.address).env("POSTERN_PROGRAM", &served.program);
    run.env("POSTERN_CONFIGURATION", served.configuration());
    run.env("PYTHONPATH", ".").env("PYTHONDONTWRITEBYTECODE", "1");
    tally.check(&mut run);
}
