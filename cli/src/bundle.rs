//! `postern bundle …`: signed bundles.

use crate::around::Around;
use crate::ending::Ending;
use clap::Subcommand;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Bundle {}

impl Bundle {
    /// Carries it out.
    pub fn run(self, _around: &Around) -> Ending {
        match self {}
    }
}
