//! The manual pages, the completions and what is published about the output, made from the very arguments and types that are
//! used. Those in `docs/` are held to these by a test.

use crate::around::Around;
use crate::ending::{self, Ending};
use crate::output_file::Overwrite;
use crate::{envelope, said};
use clap::{Args, ValueEnum};
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// `postern completions SHELL`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints them.
    pub fn run(self, mut command: clap::Command) -> Ending {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command, "postern", &mut text);
        said::bytes(&text);
        Ending::Done
    }
}

/// `postern schema [FORM]`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which form
    #[arg(value_enum, default_value_t = Form::Json)]
    form: Form,
}

/// What is published.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// The JSON Schema of what --json prints
    Json,
    /// The reference page: exit codes, the envelope, files that are written, logs
    Page,
}

impl Schema {
    /// Prints it.
    pub fn run(&self) -> Ending {
        let text = match self.form {
            Form::Json => envelope::schema(),
            Form::Page => envelope::page(),
        };
        said::bytes(text.as_bytes());
        Ending::Done
    }
}

/// `postern man [FOLDER]`.
#[derive(Debug, Args)]
pub struct Man {
    /// Where one page per command is written; without it the first page is printed
    folder: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
}

/// What `--json` prints where pages were written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Written {
    /// The files.
    files: Vec<PathBuf>,
}

impl Man {
    /// Prints or writes.
    pub fn run(self, command: clap::Command, around: &Around) -> Ending {
        let mut command = command.disable_help_subcommand(true).after_help(ending::WITHOUT_COMMAND);
        command.build();
        let Some(folder) = &self.folder else {
            let (_, page) = page(&command);
            said::bytes(&page);
            return Ending::Done;
        };
        match self.write(folder, &pages(&command)) {
            Ok(files) if around.json => said::json(&Written { files }),
            Ok(_) => {}
            Err(ending) => return ending,
        }
        Ending::Done
    }

    /// All pages, or none where one of them must not be written.
    fn write(&self, folder: &Path, pages: &[Page]) -> Result<Vec<PathBuf>, Ending> {
        let files: Vec<_> = pages.iter().map(|(name, _)| folder.join(name)).collect();
        for file in &files {
            self.overwrite.check(file, [])?;
        }
        for (file, (_, page)) in files.iter().zip(pages) {
            self.overwrite.write(file, page)?;
        }
        Ok(files)
    }
}

/// A page with its file name.
type Page = (String, Vec<u8>);

/// The pages of a command and of its subcommands.
fn pages(command: &clap::Command) -> Vec<Page> {
    let mut all: Vec<_> = command.get_subcommands().flat_map(pages).collect();
    all.push(page(command));
    all
}

/// One page, with the exit codes at its end.
fn page(command: &clap::Command) -> Page {
    let man = clap_mangen::Man::new(command.clone());
    let mut exit = Roff::new();
    exit.control("SH", ["EXIT STATUS"]);
    for (ending, covers) in ending::TABLE {
        exit.control("TP", []);
        exit.text([bold(ending.code().to_string())]).text([roman(covers)]);
    }
    let mut page = Vec::new();
    // writing to memory does not fail
    let _ = man.render(&mut page).and_then(|()| exit.to_writer(&mut page));
    (man.get_filename(), page)
}
