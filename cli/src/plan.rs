//! `postern plan …`: account changes prepared without a network, looked at, applied and accounted for.

mod answers;
mod apply;
mod check;
mod countersign;
mod diff;
mod each;
mod new;
mod number;
mod put_away;
mod reach;
mod refresh;
mod status;
mod words;

use crate::around::Around;
use crate::ending::Ending;
use crate::envelope::{self, Shape};
use crate::said;
use clap::{Subcommand, ValueEnum};
use postern_client::plan::manual;
use postern_contract::Problem;

pub use reach::places;
pub use words::{NOT_WHOLE, problem};

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Plan {
    /// Prepare a plan; nothing is changed and no network is needed
    New(Box<new::New>),
    /// Say everything that is wrong with plans; no network is needed
    Check(check::Check),
    /// Sign in and show how each step of a plan stands; nothing is changed
    Diff(diff::Diff),
    /// Apply plans, asking for numbers as they are needed; goes on where an earlier run stopped
    #[command(after_long_help = words::GRAMMAR)]
    Apply(apply::Apply),
    /// What was begun and waits, and what was applied
    Status(status::Status),
    /// Sign in and read again what the account is, so that the steps of plans are not asked about
    Refresh(refresh::Refresh),
    /// Take a plan that is not to be applied off the list of what waits
    PutAway(put_away::PutAway),
    /// Sign a plan as the second administrator
    Countersign(countersign::Countersign),
    /// Print what is published about a plan's file
    Schema {
        /// Which form
        #[arg(value_enum, default_value_t = Form::Json)]
        form: Form,
    },
}

/// What is published.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// The JSON Schema
    Json,
    /// The reference page
    Page,
}

/// What `--json` prints of each.
pub fn results() -> Vec<(&'static str, Shape)> {
    vec![
        ("plan apply", envelope::of::<Vec<apply::Applied>>),
        ("plan check", envelope::of::<Vec<check::Checked>>),
        ("plan countersign", envelope::of::<countersign::Signed>),
        ("plan diff", envelope::of::<Vec<diff::Held>>),
        ("plan new", envelope::of::<postern_client::plan::Plan>),
        ("plan put-away", envelope::of::<Vec<put_away::Put>>),
        ("plan refresh", envelope::of::<Vec<refresh::Refreshed>>),
        ("plan schema", envelope::of::<envelope::Text>),
        ("plan status", envelope::either::<status::Told, status::Exported>),
    ]
}

impl Plan {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        let done = match self {
            Self::New(new) => new.run(around),
            Self::Check(check) => Ok(check.run(around)),
            Self::Diff(diff) => diff.run(),
            Self::Apply(apply) => apply.run(),
            Self::Status(status) => status.run(around),
            Self::Refresh(refresh) => refresh.run(),
            Self::PutAway(put_away) => Ok(put_away.run()),
            Self::Countersign(countersign) => countersign.run(around),
            Self::Schema { form } => {
                let published = match form {
                    Form::Json => manual::schema(),
                    Form::Page => manual::page(),
                };
                said::bytes(published.as_bytes());
                Ok(Ending::Done)
            }
        };
        done.unwrap_or_else(|problem| {
            said::problem(&problem, words::problem(&problem));
            words::ending(&problem)
        })
    }
}

/// Runs what waits for a network.
fn block_on<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|_| Problem::new(postern_contract::ProblemCode::Internal))?;
    runtime.block_on(work)
}
