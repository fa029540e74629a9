//! `postern config import` and `postern config undo`: the difference first, then a question, then the import.

use crate::around::Around;
use crate::ending::Ending;
use crate::{bundle, said, words};
use clap::Args;
use postern_client::config::{Configured, Places};
use postern_client::importing::{self, Imports};
use postern_contract::configuration::{ImportPreview, ImportRefusal, Offer, OfferId, OfferKind, OfferedBy};
use postern_contract::{Problem, ProblemCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

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

/// What `--json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(clippy::struct_field_names, reason = "the name of the field is part of the output")]
pub struct Imported {
    /// What importing changes, or would.
    preview: ImportPreview,
    /// Whether it was imported now.
    imported: bool,
    /// Where the prepared changes that came along are.
    plans: Vec<PathBuf>,
}

impl Import {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        // what cannot be read has no preview
        if let Err(ending) = bundle::read(&self.file) {
            return ending;
        }
        let imports = Imports::new(Configured::open(Places::of_environment()));
        let preview = imports.preview(&self.file, self.offer());
        let tell = |imported, plans| said::json(&Imported { preview: preview.clone(), imported, plans });
        tell(false, Vec::new());
        if !around.json {
            said::result(words::import_preview(&preview));
        }
        for finding in &preview.findings {
            said::finding(finding);
        }
        if let Some(ImportRefusal::ImportedAlready) = &preview.refused {
            said::result(words::IMPORTED_ALREADY);
            return Ending::Done;
        }
        if let Some(refused) = &preview.refused {
            said::aside(words::import_refused(refused));
            return Ending::Refused;
        }
        if self.dry_run {
            return Ending::Done;
        }
        if !self.yes && !said::confirm(words::IMPORT_QUESTION) {
            said::aside(words::IMPORT_NOT_DONE);
            return Ending::Waiting;
        }
        match imports.apply(&self.file, &preview.version) {
            Ok(imported) => {
                said::result(words::imported(&imported.plans));
                tell(true, imported.plans);
                Ending::Done
            }
            Err(problem) => refused(&problem, words::import_failed(problem.code)),
        }
    }

    fn offer(&self) -> Offer {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = importing::kind(&self.file).unwrap_or(OfferKind::Configuration);
        Offer { id: OfferId(0), kind, name, by: OfferedBy::Opened, state: None }
    }
}

impl Undo {
    /// Carries it out.
    #[allow(clippy::unused_self, reason = "run as every command is")]
    pub fn run(self, around: &Around) -> Ending {
        match Imports::new(Configured::open(Places::of_environment())).undo() {
            Ok(settings) if around.json => said::json(&settings),
            Ok(_) => said::result(words::IMPORT_UNDONE),
            Err(problem) => return refused(&problem, words::not_undone(problem.code)),
        }
        Ending::Done
    }
}

fn refused(problem: &Problem, words: &str) -> Ending {
    said::problem_with_findings(problem, words);
    if problem.code == ProblemCode::FileFailed { Ending::Failed } else { Ending::Refused }
}
