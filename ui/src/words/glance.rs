//! An account at a glance, and what needs attention, in words. Only what is true and can be acted on.

use super::{Said, channel, count, method};
use postern_contract::security::Security;
use postern_contract::session::Place;
use postern_contract::shell::{KeyRow, SecretPlace, Tab};
use postern_contract::verification::Channel;

/// Something an administrator should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attention {
    /// Two-factor is off.
    TwoFactorOff,
    /// Two-factor uses a method marked as weak although a stronger one is offered.
    WeakMethod {
        /// In use.
        weak: Channel,
        /// On offer.
        stronger: Channel,
    },
    /// A key that nothing has used for long.
    KeyUnused {
        /// Its label.
        label: String,
        /// Since its last use.
        days: u32,
    },
    /// A key that nothing has ever used, and that is not new.
    KeyNeverUsed {
        /// Its label.
        label: String,
        /// Since it was added.
        days: u32,
    },
}

/// What it is, and what to do.
pub fn attention(attention: &Attention) -> Said {
    match attention {
        Attention::TwoFactorOff => Said::new(
            "2-Factor authentication is disabled",
            "The password alone opens this account. With it enabled, a number sent to you is asked for too.",
        ),
        Attention::WeakMethod { weak, stronger } => Said::new(
            format!("2-Factor authentication uses {}", channel(*weak)),
            format!("{} is the stronger of the methods offered here.", method(*stronger)),
        ),
        Attention::KeyUnused { label, days } => Said::new(
            format!("“{label}” has not been used for {days} days"),
            "If nothing needs the key, delete it. A new one takes a minute.",
        ),
        Attention::KeyNeverUsed { label, days } => Said::new(
            format!("“{label}” has never been used since it was added {days} days ago"),
            "If nothing needs the key, delete it. A new one takes a minute.",
        ),
    }
}

/// The button beside it, and the tab it leads to.
pub const fn review(attention: &Attention) -> (&'static str, Tab) {
    match attention {
        Attention::TwoFactorOff | Attention::WeakMethod { .. } => ("Review security", Tab::SecuritySettings),
        Attention::KeyUnused { .. } | Attention::KeyNeverUsed { .. } => {
            ("Review keys", Tab::ManageAuthenticationKey)
        }
    }
}

/// `Enabled`, `By email`.
pub fn two_factor_fact(security: &Security) -> (String, String) {
    if security.two_factor {
        ("Enabled".to_owned(), format!("By {}", channel(security.method)))
    } else {
        ("Disabled".to_owned(), "The password alone signs in".to_owned())
    }
}

/// `41 days old`, `Changed 13 Oct 2026`.
pub fn password_fact(days: u32, date: &str) -> (String, String) {
    let age = if days == 0 { "New today".to_owned() } else { format!("{} old", count(days, "day", "days")) };
    (age, format!("Changed {date}"))
}

/// `4 of 5`, `3 on this computer`; without a way to the backend, where their secrets are was not asked.
pub fn keys_fact(rows: &[KeyRow], max: u32, without_way: bool) -> (String, String) {
    let number = |place| rows.iter().filter(|row| row.secret == place).count();
    let (here, memory) = (number(SecretPlace::Here), number(SecretPlace::InMemory));
    let about = if rows.is_empty() {
        "None added yet".to_owned()
    } else if number(SecretPlace::Unknown) > 0 && without_way {
        "As last seen".to_owned()
    } else if number(SecretPlace::Unknown) > 0 {
        "The secret store cannot be asked".to_owned()
    } else if memory > 0 {
        format!("{here} on this computer, {memory} in memory")
    } else {
        format!("{here} on this computer")
    };
    (format!("{} of {max}", rows.len()), about)
}

/// `2 places`, `Here, and “Rack 4 console”`.
pub fn places_fact(places: &[Place]) -> (String, String) {
    let name = |place: &Place| {
        place.place.as_ref().map_or_else(|| "a place without a name".to_owned(), |name| format!("“{name}”"))
    };
    let others: Vec<_> = places.iter().filter(|place| !place.here).collect();
    let about = match others.as_slice() {
        [] => "Here alone".to_owned(),
        [other] => format!("Here, and {}", name(other)),
        [other, rest @ ..] => format!("Here, {}, and {} more", name(other), rest.len()),
    };
    let number = u32::try_from(places.len()).unwrap_or(u32::MAX);
    (count(number, "place", "places"), about)
}
