//! What an operator may decide about a backend. Everything has a default, and the defaults are the product's decisions;
//! what a client must know of them it reads from `GET /v1/capabilities`.

#[cfg(feature = "server")]
pub mod accounts;
#[cfg(feature = "server")]
pub mod around;
#[cfg(feature = "reading")]
mod conformance;
#[cfg(feature = "server")]
pub mod database;
#[cfg(feature = "server")]
pub mod delivery;
#[cfg(feature = "server")]
pub mod file;
#[cfg(feature = "reading")]
pub mod finding;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
pub mod key_file;
#[cfg(feature = "server")]
pub mod limits;
#[cfg(feature = "server")]
pub mod log;
#[cfg(feature = "server")]
pub mod manual;
#[cfg(feature = "reading")]
pub mod nearest;
#[cfg(feature = "reading")]
mod partial;
#[cfg(feature = "reading")]
mod place;
#[cfg(feature = "reading")]
pub mod reading;
#[cfg(feature = "reading")]
pub mod reference;
#[cfg(feature = "reading")]
mod violation;

use crate::delivery::settings::Delivery;
use contract::capabilities::Capabilities;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The settings of one backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Limits and policies, told to every client.
    pub capabilities: Capabilities,
    /// What hashing a password costs, and how much of it may go on at once.
    pub hashing: Hashing,
    /// Seconds a proof of an address is valid.
    pub proof_lifetime_seconds: u32,
    /// How many numbers may be sent to one address within [`Settings::sends_window_seconds`]. Each of the four
    /// kinds of asking (`store/sending.rs`) has a budget of that size, so that none uses up what another needs.
    pub sends_max: u32,
    /// How many numbers may be sent to one address within a day out of each of these budgets, but for that of known desktops
    /// and sessions. Times the tries of a number it bounds how often one is guessed.
    pub sends_daily_max: u32,
    /// How many numbers may be sent on behalf of one account within [`Settings::sends_window_seconds`].
    pub sends_of_account_max: u32,
    /// How many numbers may be sent altogether within [`Settings::sends_window_seconds`], out of each of the same
    /// budgets.
    pub sends_altogether_max: u32,
    /// The time in which sendings count.
    pub sends_window_seconds: u32,
    /// How many sign-ins from one network address may be refused within [`Settings::peer_window_seconds`].
    pub peer_failures_max: u32,
    /// How many numbers for sign-ups may be sent within it because one network address asked.
    pub peer_sends_max: u32,
    /// The time in which what one network address does counts.
    pub peer_window_seconds: u32,
    /// Seconds a message is kept after it was sent or given up.
    pub message_lifetime_seconds: u32,
    /// The most an account's own audit trail holds; older entries go.
    pub activity_max: u32,
    /// Countries of which new numbers are sent text messages.
    pub text_countries: TextCountries,
    /// How many text messages with numbers may be sent to one country within 24 hours, out of each of the same budgets.
    pub texts_to_a_country_max: u32,
    /// How many of them may be sent altogether within 24 hours, out of each.
    pub texts_a_day_max: u32,
    /// The language of messages where whoever asks has no wish.
    pub language: Language,
    /// How messages go out.
    pub delivery: Delivery,
    /// How long one request may take, reading its body included.
    pub request_time_limit: Duration,
    /// Whether the database must have been used with this key before, or with none. An application that may have to run
    /// with a key for this run only does not insist.
    pub insists_on_key: bool,
    /// Whether it tends the database: throws away what has had its time, and says what time it is. A command beside a
    /// server does neither, so that a wrong clock of whoever gives it harms nothing.
    pub tends: bool,
    /// Whether an older schema is brought to this version; otherwise it is refused.
    pub migrates: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            capabilities: Capabilities::default(),
            hashing: Hashing::default(),
            proof_lifetime_seconds: 900,
            sends_max: 10,
            sends_daily_max: 50,
            sends_of_account_max: 30,
            sends_altogether_max: 1000,
            sends_window_seconds: 600,
            peer_failures_max: 100,
            peer_sends_max: 100,
            peer_window_seconds: 600,
            message_lifetime_seconds: 86_400,
            activity_max: 1000,
            text_countries: TextCountries::default(),
            texts_to_a_country_max: 1000,
            texts_a_day_max: 5000,
            language: Language::English,
            delivery: Delivery::default(),
            request_time_limit: Duration::from_secs(30),
            insists_on_key: false,
            tends: true,
            migrates: true,
        }
    }
}

/// Countries of which new numbers are sent text messages. Numbers that accounts have already stay served.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TextCountries {
    /// The default region.
    #[default]
    DefaultRegion,
    /// These, as ISO 3166-1 writes them; none where it is empty.
    Only(Vec<String>),
    /// Any: where messages are kept in place and cost nothing.
    Any,
}

impl TextCountries {
    /// Whether a number of this country is served.
    pub(crate) fn serve(&self, country: Option<&str>, default_region: &str) -> bool {
        match (self, country) {
            (Self::Any, _) => true,
            (_, None) => false,
            (Self::DefaultRegion, Some(country)) => country == default_region,
            (Self::Only(countries), Some(country)) => countries.iter().any(|one| one == country),
        }
    }
}

/// A language messages are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Language {
    #[default]
    English,
    Korean,
    Japanese,
}

/// The price of a password hash (Argon2id) and the bounds of its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashing {
    /// Memory in KiB. Source of the default: OWASP password storage, first choice with one lane.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Hashes computed at once: 0 takes the number of processors.
    pub parallel: usize,
    /// Requests that may wait for their turn; one more is answered `overloaded`.
    pub waiting: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, parallel: 0, waiting: 64 }
    }
}

impl Hashing {
    /// The cheapest that Argon2 allows: for tests, where no password is worth guarding.
    pub fn cheapest() -> Self {
        Self { memory_kib: 8, passes: 1, ..Self::default() }
    }
}
