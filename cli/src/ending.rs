//! How a command ends, for scripts: one exit code per kind of ending, the same for every subcommand.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// 0: done, or nothing was to be done.
    Done,
    /// 1: it was tried and failed: the network, a file, the secret store.
    Failed,
    /// 2: the command line is not understood.
    Usage,
    /// 3: what was looked at is refused: findings, a wrong signature, a policy.
    Refused,
    /// 4: it waits for a person: a drifted step, a missing number or signature.
    Waiting,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending as u8)
    }
}
