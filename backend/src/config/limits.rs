//! The sections `[lifetimes]`, `[hashing]` and `[budgets]`. The defaults are the product's decisions; a configuration may
//! only make them stricter.

use super::Settings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long things last, in seconds. Each may only be shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetimes {
    /// Seconds an authentication number is valid. Source: OWASP ASVS 5.0, 6.5.5.
    #[schemars(range(min = 1, max = 600))]
    pub number_seconds: u32,
    /// Seconds before an authentication number may be sent again.
    #[schemars(range(min = 0, max = 60))]
    pub number_resend_seconds: u32,
    /// Seconds a confirmed address may be used for the change it was confirmed for.
    #[schemars(range(min = 1, max = 900))]
    pub proof_seconds: u32,
    /// Seconds changes stay unlocked after the password was entered again.
    #[schemars(range(min = 1, max = 600))]
    pub step_up_seconds: u32,
    /// Seconds a session lives without use. Source: NIST SP 800-63B-4, AAL2.
    #[schemars(range(min = 1, max = 3_600))]
    pub session_idle_seconds: u32,
    /// Seconds a session lives at most. Source: NIST SP 800-63B-4, AAL2.
    #[schemars(range(min = 1, max = 86_400))]
    pub session_absolute_seconds: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let Settings { capabilities, proof_lifetime_seconds: proof_seconds, .. } = Settings::default();
        Self {
            number_seconds: capabilities.number_lifetime_seconds,
            number_resend_seconds: capabilities.number_resend_seconds,
            proof_seconds,
            step_up_seconds: capabilities.step_up_seconds,
            session_idle_seconds: capabilities.session_idle_seconds,
            session_absolute_seconds: capabilities.session_absolute_seconds,
        }
    }
}

/// What hashing a password (Argon2id, one lane) costs. Existing passwords are hashed anew when their owner signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HashingCost {
    /// Memory for one hash in KiB. Source: OWASP Password Storage Cheat Sheet, first choice with one lane.
    #[schemars(range(min = 19_456, max = 1_048_576))]
    pub memory_kib: u32,
    /// Passes over that memory.
    #[schemars(range(min = 2, max = 32))]
    pub passes: u32,
    /// Hashes computed at once; 0 takes the number of processors. As many times the memory is needed.
    #[schemars(range(min = 0, max = 256))]
    pub parallel: u32,
    /// Requests that may wait for their turn; one more is answered 503 with `Retry-After`.
    #[schemars(range(min = 0, max = 10_000))]
    pub waiting: u32,
}

impl Default for HashingCost {
    fn default() -> Self {
        let hashing = super::Hashing::default();
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            memory_kib: hashing.memory_kib,
            passes: hashing.passes,
            parallel: narrow(hashing.parallel),
            waiting: narrow(hashing.waiting),
        }
    }
}

impl From<&HashingCost> for super::Hashing {
    fn from(cost: &HashingCost) -> Self {
        let wide = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            memory_kib: cost.memory_kib,
            passes: cost.passes,
            parallel: wide(cost.parallel),
            waiting: wide(cost.waiting),
        }
    }
}

/// How many authentication numbers may be sent within ten minutes. Signing up, changing an address and second factors have
/// a budget of that size each, so that none uses up what another needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Budgets {
    /// To one address.
    #[schemars(range(min = 1, max = 10))]
    pub numbers_to_an_address: u32,
    /// To one address within a day, where no known desktop or session asks. Half of it, and of the one above, is for any one
    /// network that asks.
    #[schemars(range(min = 1, max = 50))]
    pub numbers_to_an_address_daily: u32,
    /// On behalf of one account.
    #[schemars(range(min = 1, max = 30))]
    pub numbers_of_an_account: u32,
    /// Altogether: raise it where more people than that sign in within ten minutes.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub numbers_altogether: u32,
    /// For sign-ups, because one network address asked. An IPv6 network of 64 bits is one address; one of 56 bits has a fifth
    /// more, one of 48 bits two fifths.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub numbers_asked_from_one_place: u32,
    /// Refused sign-ins and sign-ups from one network address within ten minutes, IPv6 networks as above; known desktops are not
    /// held up by it.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub refusals_from_one_place: u32,
    /// Text messages with numbers to one country within 24 hours.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub texts_to_a_country_a_day: u32,
    /// Text messages with numbers within 24 hours altogether.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub texts_a_day: u32,
    /// The most entries an account's own audit trail holds of security events, and as many of others; older ones go.
    #[schemars(range(min = 100, max = 100_000))]
    pub activity_entries: u32,
}

impl Default for Budgets {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            numbers_to_an_address: settings.sends_max,
            numbers_to_an_address_daily: settings.sends_daily_max,
            numbers_of_an_account: settings.sends_of_account_max,
            numbers_altogether: settings.sends_altogether_max,
            numbers_asked_from_one_place: settings.peer_sends_max,
            refusals_from_one_place: settings.peer_failures_max,
            texts_to_a_country_a_day: settings.texts_to_a_country_max,
            texts_a_day: settings.texts_a_day_max,
            activity_entries: settings.activity_max,
        }
    }
}
