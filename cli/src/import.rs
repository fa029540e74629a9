//! `postern config import` and `postern config undo`: the difference first, then a question, then the import.

use crate::around::Around;
use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::config::{Configured, Places, finding};
use postern_client::importing::{self, Imports};
use postern_contract::configuration::{ImportPreview, Offer, OfferId, OfferKind, OfferedBy};
use postern_contract::{Problem, ProblemCode};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// `postern config import`.
#[derive(Debug, Args)]
pub struct Import {
    /// A configuration, *.toml, or a bundle, *.postern-bundle
    file: PathBuf,
    /// Import without asking, once the difference is printed
    #[arg(short, long)]
    yes: bool,
    /// Print the difference and import nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// `postern config undo`.
#[derive(Debug, Args)]
pub struct Undo {}

impl Import {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        let imports = Imports::new(Configured::open(Places::of_environment()));
        let preview = imports.preview(&self.file, self.offer());
        if around.json && (preview.refused.is_some() || self.dry_run) {
            said::json(&preview);
        } else if !around.json {
            said::result(words::import_preview(&preview));
        }
        for finding in &preview.findings {
            said::aside(finding::text(finding));
        }
        if let Some(refused) = &preview.refused {
            said::aside(words::import_refused(refused));
            return Ending::Refused;
        }
        if self.dry_run {
            return Ending::Done;
        }
        if !self.yes && !asked() {
            said::aside(words::IMPORT_NOT_DONE);
            return Ending::Waiting;
        }
        import(&imports, &self.file, &preview, around)
    }

    fn offer(&self) -> Offer {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = importing::kind(&self.file).unwrap_or(OfferKind::Configuration);
        Offer { id: OfferId(0), kind, name, by: OfferedBy::Opened }
    }
}

fn import(imports: &Imports, file: &Path, preview: &ImportPreview, around: &Around) -> Ending {
    match imports.apply(file, &preview.version) {
        Ok(imported) if around.json => said::json(&imported.settings),
        Ok(imported) => said::result(words::imported(&imported.plans)),
        Err(problem) => return refused(&problem),
    }
    Ending::Done
}

impl Undo {
    /// Carries it out.
    #[allow(clippy::unused_self, reason = "run as every command is")]
    pub fn run(self, around: &Around) -> Ending {
        match Imports::new(Configured::open(Places::of_environment())).undo() {
            Ok(settings) if around.json => said::json(&settings),
            Ok(_) => said::result(words::IMPORT_UNDONE),
            Err(problem) if problem.code == ProblemCode::NotFound => {
                said::aside(words::NOTHING_TO_UNDO);
                return Ending::Refused;
            }
            Err(problem) => return refused(&problem),
        }
        Ending::Done
    }
}

fn refused(problem: &Problem) -> Ending {
    for finding in &problem.findings {
        said::aside(finding::text(finding));
    }
    said::aside(words::import_failed(problem.code));
    if problem.code == ProblemCode::FileFailed { Ending::Failed } else { Ending::Refused }
}

/// Whether whoever sits there says yes. Where nobody does, nothing is imported.
fn asked() -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    said::question(words::IMPORT_QUESTION);
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "yes")
}
