//! `postern plan status`: what was begun and waits, what came with an import and waits, what was applied, and whether the receipts are whole.

use super::reach;
use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::{Receipts, SystemClock, now, status};
use postern_contract::plan::{Receipt, ReceiptNumber};
use postern_contract::{Problem, ProblemCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct Status {
    /// Print the receipt of this number alone, as it is kept
    #[arg(long, value_name = "NUMBER")]
    export: Option<u64>,
}

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Told {
    /// Plans that were begun and have not ended.
    under_way: Vec<status::UnderWay>,
    /// Journals that cannot be read.
    unreadable: Vec<PathBuf>,
    /// Plans that came with an import and wait.
    offered: Vec<status::Offered>,
    /// What was applied, the newest first.
    receipts: Vec<Receipt>,
    /// Whether the receipts are all there and unaltered.
    whole: bool,
}

/// What `--json` prints with `--export`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Exported {
    /// The receipt as it is kept.
    receipt: serde_json::Value,
}

impl Status {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let places = reach::places();
        let receipts = Receipts::at(&places);
        if let Some(number) = self.export {
            let bytes = match receipts.export(ReceiptNumber(number)) {
                Err(problem) if problem.code == ProblemCode::NotFound => {
                    let numbers: Vec<_> = receipts.list()?.iter().map(|receipt| receipt.number.0).collect();
                    said::problem(&problem, words::no_receipt(number, &numbers));
                    return Ok(Ending::Failed);
                }
                bytes => bytes?,
            };
            if around.json {
                let receipt = serde_json::from_slice(&bytes).unwrap_or_default();
                said::json(&Exported { receipt });
            } else {
                said::bytes(&bytes);
            }
            return Ok(Ending::Done);
        }
        let told = Told {
            under_way: status::under_way(&places),
            unreadable: status::unreadable(&places),
            offered: status::offered(&places, now(&SystemClock))?,
            receipts: receipts.list()?,
            whole: receipts.are_whole()?,
        };
        let ending = if !told.whole || !told.unreadable.is_empty() {
            Ending::Refused
        } else if told.under_way.is_empty() && told.offered.is_empty() {
            Ending::Done
        } else {
            Ending::Waiting
        };
        if around.json {
            said::json(&told);
        }
        if ending == Ending::Waiting {
            said::note(words::PLANS_WAIT);
        }
        for plan in &told.under_way {
            said::result(words::under_way(plan));
        }
        for path in &told.unreadable {
            said::aside(words::journal_unreadable(path));
        }
        for plan in &told.offered {
            said::result(words::offered(plan));
            for finding in &plan.findings {
                said::finding(finding);
            }
        }
        for receipt in &told.receipts {
            said::result(words::receipt(receipt));
        }
        let nothing = told.under_way.is_empty() && told.unreadable.is_empty() && told.offered.is_empty();
        if nothing && told.receipts.is_empty() {
            said::result(words::NOTHING_YET);
        }
        if !told.whole {
            said::aside(words::NOT_WHOLE);
        }
        Ok(ending)
    }
}
