//! Exit codes: one table for every subcommand, with and without `--json`. The manual page, the reference page and the
//! envelope's schema are made from it.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 0: done, or nothing was to be done.
    Done,
    /// 1: something outside of the input failed: a file, the network, the secret store.
    Failed,
    /// 2: the command line is not understood.
    Usage,
    /// 3: the input was read and is refused.
    Refused,
    /// 4: a person has to act first.
    Waiting,
    /// 2, with `--detailed-exitcode` alone: done, and plans would change something.
    Changes,
}

/// The table: every ending, with what it covers.
pub const TABLE: [(Ending, &str); 6] = [
    (Ending::Done, "done, or nothing was to be done"),
    (
        Ending::Failed,
        "failed: a file is missing, unreadable, too large or not a regular file, a folder holds no input, \
         something could not be written, or the backend or the secret store failed",
    ),
    (Ending::Usage, "usage: the command line is not understood"),
    (Ending::Changes, "changes: with --detailed-exitcode alone: done, and the plans would change something"),
    (
        Ending::Refused,
        "refused: the input was read and has findings, a signature does not fit, a policy or a rule forbids it, \
         or a file would be overwritten",
    ),
    (
        Ending::Waiting,
        "waiting: a person has to act first: a drifted step, a missing answer, number or signature",
    ),
];

impl Ending {
    /// The word for it, as in the envelope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::Waiting => "waiting",
            Self::Changes => "changes",
        }
    }

    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage | Self::Changes => 2,
            Self::Refused => 3,
            Self::Waiting => 4,
        }
    }

    /// The one of both that needs attention first: failed, then refused, then waiting.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        const fn weight(ending: Ending) -> u8 {
            match ending {
                Ending::Done | Ending::Changes => 0,
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
        Self::from(ending.code())
    }
}

/// What the program does without a command.
pub const WITHOUT_COMMAND: &str =
    "Without a command it opens the desktop application, where that is installed and there is a display.";

/// The table as it stands below the help.
pub fn table() -> String {
    let mut text = "Exit codes, with and without --json:\n".to_owned();
    for (ending, covers) in TABLE {
        let _ = writeln!(text, "  {}  {covers}", ending.code());
    }
    text + "\n" + WITHOUT_COMMAND
}
