//! `postern plan status`: what was begun and waits, what came with an import and waits, what was applied, and whether the receipts are whole.

use super::reach;
use super::words;
use crate::around::Around;
use crate::ending::Ending;
use crate::said;
use clap::Args;
use postern_client::plan::{Receipts, status};
use postern_contract::Problem;
use postern_contract::plan::{Receipt, ReceiptNumber};
use serde::Serialize;
use std::path::PathBuf;

/// What it takes.
#[derive(Debug, Args)]
pub struct Status {
    /// Print the receipt of this number alone, as it is kept
    #[arg(long, value_name = "NUMBER")]
    export: Option<u64>,
}

#[derive(Serialize)]
struct Told {
    under_way: Vec<status::UnderWay>,
    unreadable: Vec<PathBuf>,
    offered: Vec<status::Offered>,
    receipts: Vec<Receipt>,
    whole: bool,
}

impl Status {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Result<Ending, Problem> {
        let places = reach::places();
        let receipts = Receipts::at(&places);
        if let Some(number) = self.export {
            said::bytes(&receipts.export(ReceiptNumber(number))?);
            return Ok(Ending::Done);
        }
        let told = Told {
            under_way: status::under_way(&places),
            unreadable: status::unreadable(&places),
            offered: status::offered(&places),
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
            return Ok(ending);
        }
        for plan in &told.under_way {
            said::result(words::under_way(plan));
        }
        for path in &told.unreadable {
            said::aside(words::journal_unreadable(path));
        }
        for plan in &told.offered {
            said::result(words::offered(plan));
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
