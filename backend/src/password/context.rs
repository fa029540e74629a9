//! Context words: what anyone who knows the owner of a password tries first, such as the name, the addresses and the product.

use super::variant::{latin_keys, plain};
use contract::rules::canonical_password;

/// Shorter words occur in good passphrases by accident.
const WORD_MIN: usize = 3;
/// A Korean syllable is a letter of two or three.
const SYLLABLES_MIN: usize = 2;
/// Shorter runs of digits are no phone number.
const PHONE_MIN: usize = 7;

/// Words that are known of the owner of a password.
#[derive(Debug, Default)]
pub(crate) struct Context {
    words: Vec<String>,
}

impl Context {
    /// From the name, the email address and the phone, as typed or as stored.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = Vec::new();
        for text in ["postern"].into_iter().chain(texts) {
            let text = canonical_password(text).to_lowercase();
            let parts = text.split(|c: char| !c.is_alphanumeric());
            let around_at = text.split('@');
            words.extend(parts.chain(around_at).chain([text.as_str()]).map(joined));
            words.extend(phone(&text));
        }
        let keys: Vec<String> = words.iter().map(|word| latin_keys(word)).collect();
        words.extend(keys);
        words.retain(|word| {
            let syllables = word.chars().any(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
            word.chars().count() >= if syllables { SYLLABLES_MIN } else { WORD_MIN }
        });
        words.sort_unstable();
        words.dedup();
        Self { words }
    }

    /// All of them, in lower case, letters and digits alone.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

fn joined(text: &str) -> String {
    plain(text).text.to_string()
}

/// The ways in which people write a phone number: with and without country code, and its last digits.
fn phone(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < PHONE_MIN || text.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    let mut ways = vec![digits.clone(), digits.trim_start_matches('0').to_owned()];
    if let Ok(number) = phonenumber::parse(None, text) {
        let national = number.format().mode(phonenumber::Mode::National).to_string();
        ways.extend([joined(&national), joined(&national).trim_start_matches('0').to_owned()]);
    }
    ways.extend([8, 7, 4].iter().map(|last| digits[digits.len().saturating_sub(*last)..].to_owned()));
    if digits.len() >= 8 {
        ways.push(digits[digits.len() - 8..digits.len() - 4].to_owned());
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::Context;

    #[test]
    fn a3_a_name_an_address_and_a_phone_are_known_in_their_parts() {
        let context = Context::of(["김민아", "Mina.Park@harbor.example", "+82 10-5550-1234"]);
        let words: Vec<_> = context.words().collect();
        for known in [
            "postern",
            "김민아",
            "rlaalsdk",
            "mina",
            "park",
            "minapark",
            "harbor",
            "harborexample",
            "minaparkharborexample",
            "821055501234",
            "01055501234",
            "1055501234",
            "55501234",
            "5550",
            "1234",
        ] {
            assert!(words.contains(&known), "{known}: {words:?}");
        }
        assert!(words.iter().all(|word| word.chars().count() > 1));
    }
}
