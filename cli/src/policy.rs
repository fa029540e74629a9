//! `postern policy …`: what policies fix and recommend.

use crate::around::Around;
use crate::ending::Ending;
use clap::Subcommand;

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum Policy {}

impl Policy {
    /// Carries it out.
    pub fn run(self, _around: &Around) -> Ending {
        match self {}
    }
}
