//! `postern receipt …`: what was applied, held against its hashes.

use crate::around::Around;
use crate::ending::Ending;
use crate::envelope::{self, Shape};
use crate::{plan, said, words};
use clap::{Args, Subcommand};
use postern_client::durable;
use postern_client::plan::{Here, Receipts, Verified};
use postern_contract::Problem;
use postern_contract::plan::Receipt;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The longest receipt, in bytes: far above one of the longest plan.
const FILE_MAX: u64 = 1024 * 1024;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Commands {
    /// Verify the receipts of this computer, or exported ones: their hashes, their order, and that none is missing
    Verify(Verify),
}

/// `postern receipt verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Exported receipts; without one, the receipts of this computer
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    /// Whether all of it is unaltered, in its order, and nothing is missing in between.
    whole: bool,
    /// The receipts of this computer, where no file was named; the newest first.
    receipts: Vec<Receipt>,
    /// Each exported receipt.
    exported: Vec<Exported>,
}

/// An exported receipt.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Exported {
    /// The file.
    file: String,
    /// Whether it can be relied on.
    good: bool,
    /// What this computer has under its number; none where the file is no receipt.
    here: Option<Here>,
    /// What it says; none where the file is no receipt.
    receipt: Option<Receipt>,
}

/// What `--json` prints of each.
pub fn results() -> Vec<(&'static str, Shape)> {
    vec![("receipt verify", envelope::of::<Found>)]
}

impl Commands {
    /// Carries it out.
    pub fn run(self, _: &Around) -> Ending {
        let Self::Verify(verify) = self;
        let receipts = Receipts::at(&plan::places());
        let done = if verify.files.is_empty() { of_here(&receipts) } else { verify.of_files(&receipts) };
        done.unwrap_or_else(|problem| {
            said::problem(&problem, plan::problem(&problem));
            Ending::Failed
        })
    }
}

/// The receipts of this computer.
fn of_here(receipts: &Receipts) -> Result<Ending, Problem> {
    let (all, whole) = (receipts.list()?, receipts.are_whole()?);
    for receipt in all.iter().filter(|receipt| !receipt.intact) {
        said::aside(words::receipt_broken(receipt.number.0));
    }
    if whole {
        said::result(words::receipts_whole(all.len()));
    } else {
        said::aside(plan::NOT_WHOLE);
    }
    said::json(&Found { whole, receipts: all, exported: Vec::new() });
    Ok(if whole { Ending::Done } else { Ending::Refused })
}

impl Verify {
    fn of_files(&self, receipts: &Receipts) -> Result<Ending, Problem> {
        let mut read = Vec::new();
        for path in &self.files {
            let bytes = durable::whole(path, FILE_MAX).map_err(|fault| durable::failed(path, &fault))?;
            read.push((path, receipts.verify(&bytes)?));
        }
        let (mut exported, mut whole) = (Vec::new(), true);
        for (path, found) in &read {
            let good = judged(path, found.as_ref(), &read);
            whole &= good;
            let (here, receipt) = found.as_ref().map(|found| (found.here, found.receipt.clone())).unzip();
            exported.push(Exported { file: path.display().to_string(), good, here, receipt });
        }
        said::json(&Found { whole, receipts: Vec::new(), exported });
        Ok(if whole { Ending::Done } else { Ending::Refused })
    }
}

/// Whether a receipt can be relied on, beside the others; said either way.
fn judged(path: &Path, found: Option<&Verified>, all: &[(&PathBuf, Option<Verified>)]) -> bool {
    let Some(found) = found else {
        said::aside(words::no_receipt_file(path));
        return false;
    };
    let number = found.receipt.number.0;
    if !found.is_unaltered {
        said::aside(words::receipt_altered(path, number));
        return false;
    }
    if found.here == Here::Other {
        said::aside(words::receipt_differs(path, number));
        return false;
    }
    // one that was altered says nothing of the others
    let others = all.iter().filter_map(|(_, other)| other.as_ref().filter(|other| other.is_unaltered));
    for other in others {
        let theirs = other.receipt.number.0;
        let fits = if theirs + 1 == number {
            found.previous == other.receipt.hash
        } else {
            theirs != number || other.receipt.hash == found.receipt.hash
        };
        if !fits {
            said::aside(words::receipt_of_another_chain(path, number, theirs));
            return false;
        }
    }
    said::result(words::receipt_good(path, &found.receipt, found.here == Here::Same));
    true
}
