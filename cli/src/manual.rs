//! The manual pages and the completions, made from the very arguments that are read. The ones in `docs/` are held to these
//! by a test.

use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

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

/// `postern man [FOLDER]`.
#[derive(Debug, Args)]
pub struct Man {
    /// Where one page per command is written; without it the first page is printed
    folder: Option<PathBuf>,
}

impl Man {
    /// Prints or writes.
    pub fn run(self, command: clap::Command) -> Ending {
        let done = if let Some(folder) = &self.folder {
            clap_mangen::generate_to(command, folder)
        } else {
            let mut text = Vec::new();
            clap_mangen::Man::new(command).render(&mut text).map(|()| said::bytes(&text))
        };
        match done {
            Ok(()) => Ending::Done,
            Err(cause) => {
                said::aside(words::not_written(&self.folder.unwrap_or_default(), &cause));
                Ending::Failed
            }
        }
    }
}
