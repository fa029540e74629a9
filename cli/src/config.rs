//! `postern config …`: what Postern is configured to.

use crate::around::Around;
use crate::ending::Ending;
use clap::Subcommand;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Config {}

impl Config {
    /// Carries it out.
    pub fn run(self, _around: &Around) -> Ending {
        match self {}
    }
}
