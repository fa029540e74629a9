//! What `postern receipt` says.

use super::shown;
use postern_client::config::finding::plain;
use postern_contract::plan::Receipt;
use std::path::Path;

/// A receipt that the chain does not hold.
pub fn receipt_broken(number: u64) -> String {
    format!("Receipt {number}: it, or one before it, was altered, taken out or put elsewhere.")
}

/// The receipts of this computer are whole.
pub fn receipts_whole(number: usize) -> String {
    match number {
        0 => "No plan has been applied on this computer, so there is no receipt.".to_owned(),
        1 => "1 receipt: unaltered.".to_owned(),
        _ => format!("{number} receipts: unaltered, in their order, none is missing."),
    }
}

/// A file that is no receipt.
pub fn no_receipt_file(path: &Path) -> String {
    format!("{}: no receipt that `postern plan status --export` or the application wrote.", shown(path))
}

/// The hash does not fit.
pub fn receipt_altered(path: &Path, number: u64) -> String {
    format!("{}: receipt {number} was altered: its hash does not fit what it says.", shown(path))
}

/// This computer has another one.
pub fn receipt_differs(path: &Path, number: u64) -> String {
    format!(
        "{}: receipt {number} differs from the receipt {number} of this computer: one of them was made anew, or it is \
         another computer's.",
        shown(path)
    )
}

/// It does not fit one beside it.
pub fn receipt_of_another_chain(path: &Path, number: u64, other: u64) -> String {
    format!("{}: receipt {number} does not fit receipt {other}: they are of different chains.", shown(path))
}

/// It can be relied on.
pub fn receipt_good(path: &Path, receipt: &Receipt, is_here: bool) -> String {
    let here = if is_here {
        "It is the one of this computer."
    } else {
        "This computer has no receipt of that number, so it was held against its own hash alone."
    };
    format!(
        "{}: receipt {}, {} for {}, is unaltered. {here}",
        shown(path),
        receipt.number.0,
        plain(&receipt.file),
        plain(&receipt.account)
    )
}
