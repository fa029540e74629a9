//! Limits and policies that a client shows and must not hard-code.

use crate::operation::Answer;
use crate::rules;
use crate::verification::Channel;
use serde::{Deserialize, Serialize};

/// What this backend allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Capabilities {
    /// Whether anybody may create an account.
    pub sign_up: bool,
    /// Longest name and task, in characters as a person counts them.
    pub name_max: u32,
    /// Longest label of a key, in the same.
    pub label_max: u32,
    /// Shortest password that stands alone, in code points.
    pub password_min_alone: u32,
    /// Shortest password beside a second factor, in code points.
    pub password_min_with_two_factor: u32,
    /// Longest password, in code points.
    pub password_max: u32,
    /// How many earlier passwords are refused, the current one included.
    pub password_history: u32,
    /// Digits of an authentication number.
    pub number_digits: u32,
    /// Seconds an authentication number is valid.
    pub number_lifetime_seconds: u32,
    /// Wrong tries before a number is dead.
    pub number_tries: u32,
    /// Seconds before a number may be sent again.
    pub number_resend_seconds: u32,
    /// Most authentication keys of one account.
    pub keys_max: u32,
    /// Second-factor methods on offer, strongest first.
    pub methods: Vec<Channel>,
    /// Those of them to be marked as weak.
    pub weak_methods: Vec<Channel>,
    /// Seconds a session lives without use.
    pub session_idle_seconds: u32,
    /// Seconds a session lives at most.
    pub session_absolute_seconds: u32,
    /// Seconds changes stay unlocked after the password was entered again.
    pub step_up_seconds: u32,
    /// ISO 3166-1 alpha-2: where a phone number typed without a country code is taken to be.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{2}$"))]
    pub default_region: String,
}

impl Answer for Capabilities {}

impl Default for Capabilities {
    /// The product's decisions, as of docs/ARCHITECTURE.md; a backend's configuration may tighten them.
    fn default() -> Self {
        Self {
            sign_up: true,
            name_max: rules::NAME_MAX,
            label_max: rules::LABEL_MAX,
            password_min_alone: rules::PASSWORD_MIN_ALONE,
            password_min_with_two_factor: rules::PASSWORD_MIN_WITH_TWO_FACTOR,
            password_max: rules::PASSWORD_MAX,
            password_history: 3,
            number_digits: rules::NUMBER_DIGITS,
            number_lifetime_seconds: 600,
            number_tries: 5,
            number_resend_seconds: 60,
            keys_max: 5,
            methods: vec![Channel::TextMessage, Channel::Email],
            weak_methods: vec![Channel::Email],
            session_idle_seconds: 3600,
            session_absolute_seconds: 86_400,
            step_up_seconds: 600,
            default_region: "KR".to_owned(),
        }
    }
}
