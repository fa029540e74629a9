//! Authentication keys in words.

use super::store::locked;
use super::{Said, count, mended};
use postern_contract::Moment;
use postern_contract::shell::{Mended, SecretPlace, StoreState};

/// `4 of 5`.
pub fn of_most(number: usize, most: u32) -> String {
    format!("{number} of {most}")
}

/// `“Crane log” is added. Copy it from the list at any time.`
pub fn key_added(label: &str) -> String {
    format!("“{label}” is added. Copy it from the list at any time.")
}

/// The account has as many keys as it may.
pub fn key_limit(most: u32) -> Said {
    Said::new(
        format!("You have {}, the maximum.", count(most, "key", "keys")),
        "Delete one that nothing uses, then add the new one.",
    )
}

/// `Copied “Crane log”`.
pub fn copied(label: &str) -> String {
    format!("Copied “{label}”")
}

/// A key's secret, all but its last characters hidden.
pub fn masked(hint: &str) -> String {
    format!("pst_••••{hint}")
}

/// `“Crane log” is deleted and no longer works.`
pub fn key_deleted(label: &str) -> String {
    format!("“{label}” is deleted and no longer works.")
}

/// What deleting a key means, after its label.
pub const fn before_deleting() -> &'static str {
    "stops working at once for whatever uses it, and its secret is removed from this computer. It cannot be undone."
}

/// Why a key cannot be copied here; none where it can. `store` as it was when the secret was looked for.
pub const fn why_not_copied(place: SecretPlace, store: StoreState) -> Option<&'static str> {
    match place {
        SecretPlace::Here | SecretPlace::InMemory => None,
        SecretPlace::Elsewhere => Some("The secret is in the secret store of the computer that made it"),
        SecretPlace::Unknown if locked(store) => Some("The secret store is locked"),
        SecretPlace::Unknown => Some("The secret store cannot be asked"),
    }
}

/// What a store that stands in the way means for keys, too.
pub fn store_and_keys(state: StoreState) -> Option<Said> {
    if let StoreState::MemoryOnly(code) = state {
        let rest = "The secret of this key may be in it, and only memory is used in this session. The key keeps working.";
        let rest = format!("{rest} {}", super::store::once_usable(code, "copy it"));
        return Some(Said::new("Nothing was copied: the secret store cannot be asked", rest));
    }
    super::store(state).map(|said| {
        Said::new(
            said.what,
            format!("{} Deleting works; copying and adding wait for the secret store.", said.rest),
        )
    })
}

/// Everything that was mended, in one banner.
pub fn all_mended(all: &[Mended]) -> Option<Said> {
    let (first, rest) = all.split_first()?;
    let rest: Vec<_> = rest.iter().map(mended).collect();
    Some(Said::new(mended(first), rest.join(" ")))
}

/// When a key was last used: `2 minutes ago`, within a day, then the date by `date`.
pub fn last_used(used: Option<Moment>, now_ms: f64, date: impl FnOnce(Moment) -> String) -> String {
    let Some(used) = used else { return "never".to_owned() };
    #[allow(
        clippy::cast_precision_loss,
        reason = "milliseconds of any year we can write stay exact in a double"
    )]
    let minutes = (now_ms - used.as_millisecond() as f64) / 60_000.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1440")]
    let whole = |number: f64| number.clamp(1.0, 1440.0) as u32;
    match minutes {
        ..1.0 => "just now".to_owned(),
        ..60.0 => format!("{} ago", count(whole(minutes), "minute", "minutes")),
        ..1440.0 => format!("{} ago", count(whole(minutes / 60.0), "hour", "hours")),
        _ => date(used),
    }
}

#[cfg(test)]
mod tests {
    use super::last_used;
    use postern_contract::{Moment, samples};

    #[test]
    fn a_use_is_told_relative_within_a_day_and_by_date_after_it() {
        let now = samples::now().as_millisecond();
        let told = |ago_ms: i64| {
            #[allow(clippy::cast_precision_loss)]
            last_used(Some(Moment::from_millisecond(now - ago_ms)), now as f64, |_| "3 Nov 2026".to_owned())
        };
        assert_eq!(told(20_000), "just now");
        assert_eq!(told(61_000), "1 minute ago");
        assert_eq!(told(150_000), "2 minutes ago");
        assert_eq!(told(5 * 3_600_000), "5 hours ago");
        assert_eq!(told(25 * 3_600_000), "3 Nov 2026");
        assert_eq!(last_used(None, 0.0, |_| String::new()), "never");
    }
}
