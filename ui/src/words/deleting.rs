//! What a cancellation deletes, in words: only what is there.

use super::{Said, count, last_used};
use postern_contract::Moment;
use postern_contract::session::Place;
use postern_contract::shell::{KeyRow, SecretPlace};

fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// `4 authentication keys`, and which of them were used last.
pub fn keys_deleted(rows: &[KeyRow], now_ms: f64, date: impl Fn(Moment) -> String) -> Said {
    let many = number(rows.len());
    let what = match many {
        0 => return Said::new("No authentication keys", "None stops working."),
        many => count(many, "authentication key", "authentication keys"),
    };
    let mut used: Vec<_> =
        rows.iter().filter_map(|row| Some((row.key.last_used_at?, &row.key.label))).collect();
    used.sort_by_key(|(moment, _)| std::cmp::Reverse(*moment));
    let used: Vec<_> = used
        .into_iter()
        .take(2)
        .map(|(moment, label)| format!("{label} was last used {}", last_used(Some(moment), now_ms, &date)))
        .collect();
    let stop = if many == 1 { "It stops working at once." } else { "They stop working at once." };
    let used = if used.is_empty() { String::new() } else { format!("{}. ", used.join(" and ")) };
    Said::new(what, format!("{used}{stop}"))
}

/// The person's own data.
pub fn profile_deleted() -> Said {
    Said::new("Your profile", "Name, email address, mobile phone number, task, security settings.")
}

/// `2 sign-ins and 3 secrets in the secret store of this computer`, and what becomes of other places.
pub fn places_deleted(places: &[Place], rows: &[KeyRow]) -> Said {
    let kept = |row: &&KeyRow| matches!(row.secret, SecretPlace::Here | SecretPlace::InMemory);
    let sign_ins = count(number(places.len()), "sign-in", "sign-ins");
    let secrets = if rows.iter().any(|row| row.secret == SecretPlace::Unknown) {
        "the secrets".to_owned()
    } else {
        count(number(rows.iter().filter(kept).count()), "secret", "secrets")
    };
    let others: Vec<_> = places
        .iter()
        .filter(|place| !place.here)
        .map(|place| place.place.clone().unwrap_or_else(|| "A place without a name".to_owned()))
        .collect();
    let out = match others.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is signed out. "),
        many => format!("{} are signed out. ", many.join(", ")),
    };
    Said::new(
        format!("{sign_ins} and {secrets} in the secret store of this computer"),
        format!("{out}Other computers remove their secrets when they next connect."),
    )
}

/// Without a connection it is not known where somebody is signed in.
pub fn places_unknown() -> Said {
    Said::new(
        "Every sign-in, and the secrets in the secret store of this computer",
        "Where this account is signed in is not known without a connection.",
    )
}

/// What a cancellation leaves.
pub fn what_remains() -> Said {
    Said::new("What remains", "One audit entry without your name, saying that an account was canceled.")
}
