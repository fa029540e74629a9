//! The served description of the API against the backend that serves it: Schemathesis generates requests from it, valid
//! and not, alone and one after another, with all of its checks. What it needs to know beside the description is in
//! `backend/tests/schemathesis`.

use crate::served::Served;
use crate::tally::Tally;
use crate::{command, install, place};
use anyhow::{Context as _, Result};
use std::path::Path;

/// Requests of each kind for each operation, in a daily run and in a whole one.
const EXAMPLES: [&str; 2] = ["15", "300"];
/// The same on PostgreSQL. What reads a request is the same there: a daily run asks each kind, and what answers it.
const EXAMPLES_ON_POSTGRES: [&str; 2] = ["3", "300"];

/// What the generated requests, and the people of the hooks, are drawn from.
const SEED: &str = "1";

/// One run on each database.
pub fn holds(tally: &mut Tally, deep: bool) -> Result<()> {
    let schemathesis = install::schemathesis()?;
    run(tally, &schemathesis, &Served::on_sqlite(LINES)?, EXAMPLES[usize::from(deep)])?;
    run(tally, &schemathesis, &Served::on_postgres(LINES)?, EXAMPLES_ON_POSTGRES[usize::from(deep)])
}

/// Generated requests come faster than any person's.
const LINES: &str = "\
lifetimes.number_resend_seconds = 0
budgets.numbers_altogether = 1000000
budgets.numbers_asked_from_one_place = 100000
budgets.refusals_from_one_place = 100000
log.level = \"error\"
";

fn run(tally: &mut Tally, schemathesis: &Path, served: &Served, examples: &str) -> Result<()> {
    let succeeded = served.configuration().with_file_name("succeeded");
    let mut run = command::program(schemathesis);
    run.current_dir(place::root().join("backend/tests/schemathesis"));
    run.args(["--config-file", "schemathesis.toml", "run"]).arg(format!("{}/openapi.json", served.address));
    run.args(["--no-color", "--continue-on-failure", "--seed", SEED, "--max-examples", examples]);
    run.env("POSTERN_SEED", SEED);
    run.env("POSTERN_BASE", &served.address).env("POSTERN_PROGRAM", &served.program);
    run.env("POSTERN_CONFIGURATION", served.configuration());
    run.env("POSTERN_SUCCEEDED", &succeeded);
    run.env("PYTHONPATH", ".").env("PYTHONDONTWRITEBYTECODE", "1");
    tally.check(&mut run);
    // a refusal can be right for each request alone; that every request of an operation is refused is not
    let said = std::fs::read_to_string(&succeeded).unwrap_or_default();
    let missing: Vec<String> =
        operations()?.into_iter().filter(|name| said.lines().all(|line| line != name)).collect();
    if !missing.is_empty() {
        eprintln!("No generated request went all the way for: {}", missing.join(", "));
        tally.fail();
    }
    Ok(())
}

/// The names of all operations that are described, but for the description's own: it was read to generate the requests.
fn operations() -> Result<Vec<String>> {
    let page = place::root().join("docs/openapi.json");
    let page = std::fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    let name =
        |line: &str| Some(line.trim().strip_prefix("\"operationId\": \"")?.split('"').next()?.to_owned());
    Ok(page.lines().filter_map(name).filter(|name| name != "GetDescription").collect())
}
