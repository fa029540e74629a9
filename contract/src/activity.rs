//! The account's own audit trail: what happened, when, from where.

use crate::moment::Moment;
use crate::operation::Answer;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a page of the trail begins; opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cursor(pub i64);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cursor {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// One page, newest first, at most 50 entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the next, older page begins; none at the end.
    pub next: Option<Cursor>,
}

impl Answer for Activity {}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// When, or when first.
    pub at: Moment,
    /// What.
    pub event: Event,
    /// The place, as it called itself when it signed in. None where nobody was signed in.
    pub place: Option<String>,
    /// How often. Repeats from one place within a day are one entry.
    #[serde(default = "once")]
    pub count: u32,
    /// When last, where it happened more than once.
    #[serde(default)]
    pub last_at: Option<Moment>,
}

/// What an entry without a count counts.
const fn once() -> u32 {
    1
}

/// What can happen to an account. Never holds a value, only that it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub enum Event {
    AccountCreated,
    SignedIn,
    SignInRefused,
    /// The password was right, and the number that is asked for beside it was sent.
    SecondFactorAsked,
    SecondFactorRefused,
    SignedOut,
    SteppedUp,
    StepUpRefused,
    SessionEnded,
    NameChanged,
    TaskChanged,
    EmailChanged,
    MobilePhoneChanged,
    PasswordChanged,
    TwoFactorEnabled,
    TwoFactorDisabled,
    TwoFactorMethodChanged,
    KeyAdded,
    KeyDeleted,
    /// The number of a new address was wrong.
    ContactNumberRefused,
    DataExported,
    /// By an operator of the backend, as the next three are.
    TwoFactorReset,
    AccountDisabled,
    AccountEnabled,
    /// What was guessed wrong is forgotten: nobody waits for it any more.
    AccountUnlocked,
}

impl Event {
    /// Whether it changes who can get into the account or what is asked of them. Entries of such events are kept apart from
    /// the others, so that no number of others pushes one out.
    pub const fn is_security(self) -> bool {
        match self {
            Self::AccountCreated
            | Self::EmailChanged
            | Self::MobilePhoneChanged
            | Self::PasswordChanged
            | Self::TwoFactorEnabled
            | Self::TwoFactorDisabled
            | Self::TwoFactorMethodChanged
            | Self::KeyAdded
            | Self::KeyDeleted
            | Self::TwoFactorReset
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::AccountUnlocked => true,
            Self::SignedIn
            | Self::SignInRefused
            | Self::SecondFactorAsked
            | Self::SecondFactorRefused
            | Self::SignedOut
            | Self::SteppedUp
            | Self::StepUpRefused
            | Self::SessionEnded
            | Self::NameChanged
            | Self::TaskChanged
            | Self::ContactNumberRefused
            | Self::DataExported => false,
        }
    }
}
