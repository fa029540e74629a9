//! What the embedded backend would have mailed or texted: read in-process by the shell, never over HTTP, so that a
//! person alone with the application can complete every flow.

use crate::identifier::MessageId;
use crate::moment::Moment;
use crate::verification::Channel;
use serde::{Deserialize, Serialize};

/// What the embedded backend would have sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// Newest first.
    pub messages: Vec<Message>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which message.
    pub id: MessageId,
    /// By mail or text message.
    pub channel: Channel,
    /// Where to.
    pub to: String,
    /// When it was queued.
    pub at: Moment,
    /// What it says.
    pub content: Content,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// An authentication number.
    Number {
        /// Six digits.
        number: String,
        /// What it is for.
        reason: NumberReason,
        /// Whether it still works.
        standing: NumberStanding,
    },
    /// Somebody tried to create an account with an address that has one.
    AlreadyRegistered,
    /// Something about the account changed.
    Notice {
        /// What.
        notice: Notice,
        /// The place it was done from.
        place: Option<String>,
    },
}

/// What an authentication number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum NumberReason {
    CreateAccount,
    ChangeEmail,
    ChangeMobilePhone,
    SignIn,
    StepUp,
}

/// Whether an authentication number still works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStanding {
    /// It works.
    Valid {
        /// Seconds until it expires.
        for_seconds: u32,
    },
    /// It was used.
    Used {
        /// When.
        at: Moment,
    },
    /// A newer one took its place.
    Replaced {
        /// When.
        at: Moment,
    },
    /// It expired, or all its tries were used up.
    Dead,
}

/// What an owner is told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Notice {
    PasswordChanged,
    EmailChanged,
    MobilePhoneChanged,
    TwoFactorEnabled,
    TwoFactorDisabled,
    TwoFactorMethodChanged,
    KeyAdded,
    KeyDeleted,
    /// By an operator of the backend, as enabling is.
    AccountDisabled,
    AccountEnabled,
    SubscriptionCanceled,
}
