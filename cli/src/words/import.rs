//! What `postern config import` and `postern config undo` say.

use super::shown;
use postern_client::config::finding::plain;
use postern_contract::ProblemCode;
use postern_contract::configuration::{ImportPreview, ImportRefusal, Signed};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Asks whether to import.
pub const IMPORT_QUESTION: &str = "Import it? [y/N]";
/// Nobody said yes.
pub const IMPORT_NOT_DONE: &str =
    "It was not imported, and nothing was changed. Answer y, or start it with --yes.";
/// What stood before stands again.
pub const IMPORT_UNDONE: &str = "The last import is undone: the configuration before it counts again.";
/// Why nothing was undone.
pub fn not_undone(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::NotFound => {
            "Not undone: there is no import to undo. Import an earlier configuration instead."
        }
        ProblemCode::FileChanged => "Not undone: your file has changed since the import.",
        _ => "Not undone: a file could not be read or written. The configuration is as it was.",
    }
}

/// The same was imported before.
pub const IMPORTED_ALREADY: &str = "Imported already. Nothing was changed.";

/// What importing would change.
pub fn import_preview(preview: &ImportPreview) -> String {
    let mut text = plain(&preview.offer.name);
    if let Some(serial) = preview.serial {
        let _ = write!(text, ", serial {serial}");
    }
    match &preview.signed {
        Signed::By(name) => {
            let _ = write!(text, ", signed by {}", plain(name));
        }
        Signed::Unnamed => text.push_str(", signed, but by nobody a policy here names"),
        Signed::Wrong => text.push_str(", with a signature that does not fit what is in it"),
        Signed::Not => text.push_str(", not signed"),
    }
    for difference in &preview.differences {
        let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "nothing".to_owned(), plain);
        let (from, to) = (shown(&difference.from), shown(&difference.to));
        let managed = if difference.managed {
            "  (will not count: a policy or the machine's file fixes it)"
        } else {
            ""
        };
        let _ = write!(text, "\n  {}: {from} -> {to}{managed}", plain(&difference.key));
    }
    if preview.differences.is_empty() && preview.refused.is_none() {
        text.push_str("\n  no value changes");
    }
    for certificate in &preview.certificates {
        let _ = write!(text, "\n  certificate: {}", plain(certificate));
    }
    for plan in &preview.plans {
        let _ = write!(text, "\n  prepared changes: {}", plain(plan));
    }
    text
}

/// Why a file is not imported.
pub fn import_refused(refusal: &ImportRefusal) -> String {
    let why = match refusal {
        ImportRefusal::Findings => "something is wrong with it, as said above".to_owned(),
        ImportRefusal::Unreadable => "it is no configuration and no bundle, or it is damaged".to_owned(),
        ImportRefusal::SignatureMissing => "the policy asks for a signature, and there is none".to_owned(),
        ImportRefusal::SignatureWrong => "the signature does not fit the contents".to_owned(),
        ImportRefusal::SignerUnknown(id) => {
            format!("it is signed with key {id}, which the policy does not name")
        }
        ImportRefusal::ImportedAlready => return IMPORTED_ALREADY.to_owned(),
        ImportRefusal::Replayed { serial, before } => {
            format!("its serial {serial} is not higher than {before}, which was imported before")
        }
    };
    format!("It cannot be imported: {why}. Nothing was changed.")
}

/// An import that was tried.
pub fn import_failed(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::FileChanged => {
            "Not imported: the file or your configuration changed while the difference was shown. Import it again."
        }
        ProblemCode::FileFailed => {
            "Not imported: a file could not be read or written. The configuration is as it was."
        }
        _ => "Not imported: the file is not accepted.",
    }
}

/// Imported.
pub fn imported(plans: &[PathBuf]) -> String {
    let mut text = "Imported. `postern config undo` puts back what stood before.".to_owned();
    for plan in plans {
        let _ = write!(text, "\nPrepared changes: {}", shown(plan));
    }
    text
}
