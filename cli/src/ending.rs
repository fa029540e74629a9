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

impl Ending {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::Waiting => "waiting",
        }
    }

    /// The one of both that somebody must look at first: failed, then refused, then waiting.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        const fn weight(ending: Ending) -> u8 {
            match ending {
                Ending::Done => 0,
                Ending::Waiting => 1,
                Ending::Refused => 2,
                Ending::Failed => 3,
                Ending::Usage => 4,
            }
        }
        if weight(other) > weight(self) { other } else { self }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending as u8)
    }
}
