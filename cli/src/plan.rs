//! `postern plan …`: account changes prepared without a network.

use crate::around::Around;
use crate::ending::Ending;
use clap::Subcommand;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Plan {}

impl Plan {
    /// Carries it out.
    pub fn run(self, _around: &Around) -> Ending {
        match self {}
    }
}
