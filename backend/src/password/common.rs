//! The passwords that are guessed first, known without a network. A short list of parts is carried in the program and
//! combined by the habits people have, so that the list is small to read and large to guess with:
//!
//! * a word, twice to five times, with a suffix, before and after another of the commonest words;
//! * a keyboard walk or a sequence, begun anew when it ends, cut at every length;
//! * one character over and over;
//! * a phrase, its words joined by nothing, a space, a hyphen, an underscore or a dot, with a suffix.
//!
//! A password is compared as a whole, in lower case: a passphrase that merely contains a common word is a good one.

use contract::rules::PASSWORD_MIN_WITH_TWO_FACTOR;
use std::collections::HashSet;
use std::sync::LazyLock;

const PARTS: &str = include_str!("common_words.txt");
/// The longest walk or run of one character that is listed.
const LONGEST: usize = 64;
/// How many of the words are combined with each other.
const COMMONEST: usize = 60;

static COMMON: LazyLock<HashSet<String>> = LazyLock::new(combine);

/// Whether the password, in its canonical form, is one of the common ones.
pub(super) fn is_common(canonical: &str) -> bool {
    COMMON.contains(&canonical.to_lowercase())
}

/// Combines the list now instead of when the first password is set.
pub(crate) fn prepare() {
    LazyLock::force(&COMMON);
}

fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let heading = format!("[{name}]");
    PARTS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip_while(move |line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
}

fn combine() -> HashSet<String> {
    let mut list = HashSet::new();
    let mut add = |entry: String| {
        if entry.chars().count() >= PASSWORD_MIN_WITH_TWO_FACTOR as usize {
            list.insert(entry);
        }
    };
    let words: Vec<&str> = section("words").flat_map(str::split_whitespace).collect();
    let suffixes: Vec<&str> = section("suffixes").flat_map(str::split_whitespace).collect();

    for word in &words {
        for times in 1..=5 {
            add(word.repeat(times));
        }
        for suffix in &suffixes {
            add(format!("{word}{suffix}"));
            add(format!("{word}{word}{suffix}"));
        }
        for other in &words[..COMMONEST.min(words.len())] {
            add(format!("{word}{other}"));
            add(format!("{other}{word}"));
        }
    }
    for walk in section("walks").flat_map(str::split_whitespace) {
        let endless: Vec<char> = walk.chars().cycle().take(LONGEST).collect();
        for length in 1..=LONGEST {
            add(endless[..length].iter().collect());
        }
    }
    for character in ('a'..='z').chain('0'..='9').chain("!@#$%^&*.-_ +=?".chars()) {
        for length in 1..=LONGEST {
            add(character.to_string().repeat(length));
        }
    }
    for phrase in section("phrases").filter(|line| !line.is_empty()) {
        for joint in ["", " ", "-", "_", "."] {
            let joined = phrase.replace(' ', joint);
            for suffix in &suffixes {
                add(format!("{joined}{suffix}"));
            }
            add(joined);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::{COMMON, is_common};

    // PW-3: an offline list with at least 3000 entries that fit each policy
    #[test]
    fn pw_3_the_list_is_long_enough_for_both_policies() {
        let fit = |min: usize| COMMON.iter().filter(|entry| entry.chars().count() >= min).count();
        assert!(fit(15) >= 3000, "{}", fit(15));
        assert!(fit(8) >= 10_000, "{}", fit(8));
    }

    #[test]
    fn pw_3_samples_are_found_and_passphrases_are_not() {
        for common in [
            "passwordpassword",
            "PasswordPassword",
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "123456789012345",
            "qwertyuiopqwerty",
            "aaaaaaaaaaaaaaaaaaaa",
            "passw0rd",
            "administrator123",
            "iloveyouiloveyou",
        ] {
            assert!(is_common(common), "{common}");
        }
        for good in [
            "seven harbor lamps",
            "password of seven harbor lamps",
            "kelp anchor 41 tide",
            "correct horse lamp",
        ] {
            assert!(!is_common(good), "{good}");
        }
    }
}
