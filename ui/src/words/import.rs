//! Importing a configuration in words.

use super::{Said, count};
use postern_contract::configuration::{ImportPreview, ImportRefusal, Signed};

/// Whose signature a file bears, and its number.
pub fn signature(preview: &ImportPreview) -> String {
    let number = preview.serial.map(|serial| format!(" Its number is {serial}.")).unwrap_or_default();
    match &preview.signed {
        Signed::By(name) => format!("Signed by {name}.{number}"),
        Signed::Unnamed => format!("Signed, but not by a signer that a policy names.{number}"),
        Signed::Wrong => format!("Its signature does not fit what is in it.{number}"),
        Signed::Not => format!("Not signed.{number}"),
    }
}

/// Why a file is not imported: what happened, what still works, what to do.
pub fn refused_import(refusal: &ImportRefusal) -> Said {
    let (why, then) = match refusal {
        ImportRefusal::Findings => {
            ("Something is wrong with it.".to_owned(), "Correct what is listed, then open it again.")
        }
        ImportRefusal::Unreadable => {
            ("It is no bundle, or it was damaged on the way.".to_owned(), "Ask for it again.")
        }
        ImportRefusal::SignatureMissing => (
            "The policy of this computer asks for a signature, and it has none.".to_owned(),
            "Ask its author to sign it.",
        ),
        ImportRefusal::SignatureWrong => (
            "Its signature does not fit what is in it: it was changed after it was signed.".to_owned(),
            "Ask its signer for another copy.",
        ),
        ImportRefusal::SignerUnknown(key) => (
            format!("It is signed by the key {key}, which the policy of this computer does not name."),
            "Ask your administrator.",
        ),
        ImportRefusal::ImportedAlready => {
            return Said::new(
                "Imported already",
                "This file is the newest that was imported. Nothing was changed.",
            );
        }
        ImportRefusal::Replayed { serial, before } if serial == before => (
            format!("Its number is {serial}, and the one with that number was imported before."),
            "Ask for a newer one.",
        ),
        ImportRefusal::Replayed { serial, before } => (
            format!("Its number is {serial}, and a newer one, {before}, was imported before."),
            "Ask for a newer one.",
        ),
    };
    Said::new("This file cannot be imported", format!("{why} Everything is as before. {then}"))
}

/// It was imported.
pub fn imported(name: &str, plans: usize) -> Said {
    let plans = match u32::try_from(plans).unwrap_or(u32::MAX) {
        0 => String::new(),
        number => format!(
            " {} came with it: open the window Prepared changes.",
            count(number, "prepared change", "prepared changes")
        ),
    };
    Said::new(
        format!("{name} is imported."),
        format!("What stood before is kept and can be put back.{plans}"),
    )
}

/// The import was undone.
pub fn undone() -> Said {
    Said::new("The last import is undone.", "What stood before it counts again.")
}
