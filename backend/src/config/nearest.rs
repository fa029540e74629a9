//! Nearest known key: which key of a file a mistyped one was probably meant to be. Keys are compared without case and
//! separators, as a whole and word by word, so that `clipbord` leads to `clipboard_seconds`.

use std::collections::BTreeSet;

/// The best likeness of a typed key to one of the known ones, and that key. Less is nearer, 0 is the same.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    // longer than any key twice over: not a typing error, and not worth comparing
    if typed.len() > 80 {
        return None;
    }
    known.into_iter().filter_map(|known| Some((likeness(typed, known)?, known))).min()
}

fn likeness(typed: &str, known: &str) -> Option<usize> {
    let (typed_words, known_words) = (words(typed), words(known));
    let (one, other) = (typed_words.concat(), known_words.concat());
    let distance = |one: &str, other: &str| {
        let distance = strsim::damerau_levenshtein(one, other);
        let (short, long) = (one.len().min(other.len()), one.len().max(other.len()));
        (distance <= 1.max(short / 3) && distance * 2 < long).then_some(distance)
    };
    if one == other {
        return Some(0);
    }
    if let Some(distance) = distance(&one, &other) {
        return Some(distance);
    }
    // a part of the one is the other, but for a typing error
    let part = |of: &[String], whole: &str| {
        let runs = runs(of).into_iter().filter(|run| run.len() >= 4);
        runs.filter_map(|run| distance(&run, whole)).min()
    };
    if let Some(distance) = part(&known_words, &one).or_else(|| part(&typed_words, &other)) {
        return Some(20 + distance);
    }
    if one.len() >= 3 && (other.starts_with(&one) || other.ends_with(&one)) {
        return Some(40 + other.len() - one.len());
    }
    // most of its letters, side by side or at least in this order
    let together = longest_run(&one, &other);
    if together >= 5 && together * 2 >= one.len() {
        return Some(60 + one.len() - together);
    }
    let shared = in_order(&one, &other);
    let most = one.len() >= 6 && shared * 3 >= one.len() * 2 && shared * 2 >= other.len();
    most.then(|| 80 + one.len() - shared)
}

/// The words of a key, in lower case: `clipboardSeconds`, `clipboard-seconds` and `clipboard_seconds` have the same.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in key.chars() {
        let breaks = c.is_uppercase() && was_lower;
        was_lower = c.is_lowercase();
        if breaks || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Every run of neighbouring words that is not the whole.
fn runs(words: &[String]) -> BTreeSet<String> {
    let all = (0..words.len()).flat_map(|from| (from + 1..=words.len()).map(move |to| (from, to)));
    let parts = all.filter(|(from, to)| to - from < words.len());
    parts.filter_map(|(from, to)| Some(words.get(from..to)?.concat())).collect()
}

/// The longest run of letters that stands in both.
fn longest_run(one: &str, other: &str) -> usize {
    table(one, other, |diagonal, _, _, same| if same { diagonal + 1 } else { 0 })
        .into_iter()
        .max()
        .unwrap_or(0)
}

/// The most letters that both have in the same order.
fn in_order(one: &str, other: &str) -> usize {
    let all =
        table(one, other, |diagonal, left, above, same| if same { diagonal + 1 } else { left.max(above) });
    all.last().copied().unwrap_or(0)
}

/// Every cell of the usual table of two texts, row by row.
fn table(one: &str, other: &str, cell: impl Fn(usize, usize, usize, bool) -> usize) -> Vec<usize> {
    let other: Vec<char> = other.chars().collect();
    let (mut above, mut all) = (vec![0; other.len() + 1], Vec::new());
    for letter in one.chars() {
        let mut row = vec![0];
        for (at, second) in other.iter().enumerate() {
            let (diagonal, left) = (above[at], row[at]);
            row.push(cell(diagonal, left, above[at + 1], letter == *second));
        }
        all.extend_from_slice(&row[1..]);
        above = row;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 22] = [
        "backends",
        "defaults",
        "policy",
        "name",
        "url",
        "ca",
        "pins",
        "proxy",
        "connect_seconds",
        "total_seconds",
        "color",
        "backend",
        "language",
        "theme",
        "tabs",
        "clipboard_seconds",
        "require_signature",
        "signers",
        "countersign",
        "countersigners",
        "managed",
        "recommended",
    ];

    fn near(typed: &str) -> Option<&'static str> {
        nearest(typed, KNOWN).map(|(_, known)| known)
    }

    #[test]
    fn f28_the_nearest_key_is_found_for_one_that_shares_most_letters() {
        for (typed, meant) in [
            ("clipbord", "clipboard_seconds"),
            ("clipboard", "clipboard_seconds"),
            ("clipboard_secs", "clipboard_seconds"),
            ("clipboard_timeout", "clipboard_seconds"),
            ("clipboardSeconds", "clipboard_seconds"),
            ("clipboard-seconds", "clipboard_seconds"),
            ("Clipboard_Seconds", "clipboard_seconds"),
            ("seconds_clipboard", "clipboard_seconds"),
            ("langage", "language"),
            ("lang", "language"),
            ("thema", "theme"),
            ("colour", "color"),
            ("colour_scheme", "color"),
            ("backed", "backend"),
            ("default_backend", "backend"),
            ("proxi", "proxy"),
            ("proxy_url", "proxy"),
            ("pin", "pins"),
            ("conect_second", "connect_seconds"),
            ("connect_timeout", "connect_seconds"),
            ("total", "total_seconds"),
            ("signature", "require_signature"),
            ("require_signatures", "require_signature"),
            ("requires_signature", "require_signature"),
            ("signer", "signers"),
            ("contersigners", "countersigners"),
            ("polciy", "policy"),
            ("reccomended", "recommended"),
        ] {
            assert_eq!(near(typed), Some(meant), "{typed}");
        }
    }

    #[test]
    fn f28_an_unrelated_word_has_no_nearest_key() {
        let long = "c".repeat(100_000);
        for typed in [
            "frobnicate",
            "email",
            "version",
            "enabled",
            "host",
            "port",
            "id",
            "x",
            "",
            "password",
            "description",
            "certificate",
            "telemetry",
            "window",
            "font",
            "log",
            "debug",
            "io",
            "öffnen",
            "키",
            &long,
        ] {
            assert_eq!(near(typed), None, "{typed}");
        }
    }
}
