//! Advice on a password while it is typed: computed on this computer by the backend's own rule, which decides.

use crate::rules::Rule;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// A password to be judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceInput {
    /// As typed so far.
    #[serde(with = "crate::secret::exposed")]
    pub password: Secret<String>,
    /// Words that make it weaker: the name, the addresses.
    pub context: Vec<String>,
    /// The least length that is asked for.
    pub min: u32,
}

/// How good a password is. The backend decides, by the same rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordAdvice {
    /// 0 (nothing typed), 1 weak, 2 fair, 3 good, 4 strong.
    pub level: u8,
    /// What would make it better.
    pub hint: PasswordHint,
    /// Why the backend would refuse it, as far as this computer can know.
    pub rule: Option<Rule>,
}

/// What would make a password better, most useful first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordHint {
    /// Nothing to add.
    None,
    /// Add a word or two; uncommon ones are better.
    AddWords,
    /// It holds the name or the address.
    AvoidContext,
    /// It is, or is near, a common password.
    AvoidCommon,
    /// It repeats characters or words.
    AvoidRepeats,
    /// It follows a row of keys or a sequence.
    AvoidSequences,
    /// It holds a date or a year.
    AvoidDates,
}
