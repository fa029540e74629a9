//! `postern config …`: what Postern is configured to.

use crate::around::Around;
use crate::ending::Ending;
use crate::import;
use clap::Subcommand;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Import a configuration or a bundle: prints the difference, then asks
    Import(import::Import),
    /// Put back what stood before the last import, once
    Undo(import::Undo),
}

impl Config {
    /// Carries it out.
    pub fn run(self, around: &Around) -> Ending {
        match self {
            Self::Import(import) => import.run(around),
            Self::Undo(undo) => undo.run(around),
        }
    }
}
