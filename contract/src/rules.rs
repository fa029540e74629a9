//! Validation that both sides run: the page before it asks, the backend before it acts. Codes, never sentences.
//!
//! What needs a list or a table (common passwords, national phone formats) is the backend's alone; it answers with a
//! [`Rule`] from here all the same.

use crate::problem::FieldProblem;
use crate::text;
use serde::{Deserialize, Serialize};

/// Longest name and task, in characters as a person counts them. Source: the product's guide.
pub const NAME_MAX: u32 = 20;
/// Longest label of a key, in characters as a person counts them.
pub const LABEL_MAX: u32 = 40;
/// Shortest password that stands alone, in code points. Source: NIST SP 800-63B-4 section 3.1.1.2.
pub const PASSWORD_MIN_ALONE: u32 = 15;
/// Shortest password beside a second factor, in code points. Source: NIST SP 800-63B-4 section 3.1.1.2.
pub const PASSWORD_MIN_WITH_TWO_FACTOR: u32 = 8;
/// Longest password, in code points: far above the 64 that must be accepted, low enough to hash at once.
pub const PASSWORD_MAX: u32 = 256;
/// Digits of an authentication number. Source: ASVS 5.0 6.5.4.
pub const NUMBER_DIGITS: u32 = 6;
/// Longest email address, in octets. Source: RFC 5321 section 4.5.3.1.3, less the angle brackets.
pub const EMAIL_MAX: u32 = 254;

/// Why a value is not accepted. On the wire: `{"rule": "too_long", "max": 20}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Rule {
    /// It must be there and is not, or is empty.
    Missing,
    /// The request has a field that the operation does not know.
    Unknown,
    /// The same field stands twice.
    Duplicate,
    /// Another type was expected, such as a number where text must be.
    WrongType,
    /// Fewer characters than `min`.
    TooShort {
        /// The least number of characters.
        min: u32,
    },
    /// More characters than `max`.
    TooLong {
        /// The greatest number of characters.
        max: u32,
    },
    /// A control, bidirectional-override or unassigned invisible character.
    ForbiddenCharacter,
    /// Not the syntax of an email address.
    NotAnEmailAddress,
    /// Not a mobile phone number that can be called.
    NotAMobilePhone,
    /// Not six digits.
    NotANumber,
    /// One of the passwords that are tried first by whoever guesses.
    CommonPassword,
    /// The password is made of the name, the address or the product's name.
    ContextWord,
    /// One of the last three passwords.
    UsedBefore,
    /// The two new passwords differ.
    Differs,
    /// The box must be ticked.
    NotAgreed,
    /// Not a SHA-256 in 64 lower-case hexadecimal digits, or not a hint of four characters.
    NotAFingerprint,
    /// The password given again is not right.
    Wrong,
    /// An authentication number must be sent to this new address and entered.
    NotProven,
    /// The method is not offered here.
    NotOffered,
}

impl Rule {
    /// One of each, for tests that hold that every rule has words.
    pub const SAMPLES: &[Self] = &[
        Self::Missing,
        Self::Unknown,
        Self::Duplicate,
        Self::WrongType,
        Self::TooShort { min: PASSWORD_MIN_ALONE },
        Self::TooLong { max: NAME_MAX },
        Self::ForbiddenCharacter,
        Self::NotAnEmailAddress,
        Self::NotAMobilePhone,
        Self::NotANumber,
        Self::CommonPassword,
        Self::ContextWord,
        Self::UsedBefore,
        Self::Differs,
        Self::NotAgreed,
        Self::NotAFingerprint,
        Self::Wrong,
        Self::NotProven,
        Self::NotOffered,
    ];
}

/// Collects what is wrong with a request: `Findings::default().add("name", display_name(..)).done()`.
#[derive(Debug, Default)]
pub struct Findings(Vec<FieldProblem>);

impl Findings {
    /// Notes the field if the check failed.
    #[must_use]
    pub fn add<T>(mut self, field: &str, checked: Result<T, Rule>) -> Self {
        if let Some(rule) = checked.err() {
            self.0.push(FieldProblem { field: field.to_owned(), rule });
        }
        self
    }

    /// Everything noted.
    pub fn done(self) -> Vec<FieldProblem> {
        self.0
    }
}

/// How many characters a person sees: extended grapheme clusters after NFC and trimming.
pub fn length(text: &str) -> u32 {
    let canonical = text::nfc(text.trim());
    text::characters(&canonical)
}

/// A name of 1–[`NAME_MAX`] characters, trimmed and in NFC.
pub fn display_name(text: &str) -> Result<String, Rule> {
    line(text, NAME_MAX)
}

/// A task of 0–[`NAME_MAX`] characters; `None` where it is empty.
pub fn task(text: &str) -> Result<Option<String>, Rule> {
    if text.trim().is_empty() { Ok(None) } else { line(text, NAME_MAX).map(Some) }
}

/// A label of 1–[`LABEL_MAX`] characters.
pub fn label(text: &str) -> Result<String, Rule> {
    line(text, LABEL_MAX)
}

/// An email address by RFC 5321 syntax with a dotted domain, at most [`EMAIL_MAX`] octets; trimmed, NFC, as typed.
pub fn email_address(text: &str) -> Result<String, Rule> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Rule::Missing);
    }
    if trimmed.len() > EMAIL_MAX as usize {
        return Err(Rule::TooLong { max: EMAIL_MAX });
    }
    let canonical = text::nfc(trimmed);
    if canonical.chars().any(forbidden) {
        return Err(Rule::ForbiddenCharacter);
    }
    let options =
        email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
    match email_address::EmailAddress::parse_with_options(&canonical, options) {
        Ok(address) if !address.local_part().starts_with('"') => Ok(canonical),
        _ => Err(Rule::NotAnEmailAddress),
    }
}

/// What a mobile phone number may look like when typed: an optional `+`, 7–15 digits, and spaces, hyphens, dots or
/// brackets between them. Answers it without the separators; whether it can be called is for the backend to say.
pub fn mobile_phone(text: &str) -> Result<String, Rule> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Rule::Missing);
    }
    let mut compact = String::with_capacity(16);
    for (position, character) in trimmed.chars().enumerate() {
        match character {
            '+' if position == 0 => compact.push('+'),
            '0'..='9' => compact.push(character),
            ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => {}
            _ => return Err(Rule::NotAMobilePhone),
        }
    }
    let digits = compact.trim_start_matches('+').len();
    if (7..=15).contains(&digits) { Ok(compact) } else { Err(Rule::NotAMobilePhone) }
}

/// A new password: `min`–[`PASSWORD_MAX`] code points after NFKC. No rule asks for kinds of characters.
pub fn new_password(text: &str, min: u32) -> Result<(), Rule> {
    if text.is_empty() {
        return Err(Rule::Missing);
    }
    let length = u32::try_from(canonical_password(text).chars().count()).unwrap_or(u32::MAX);
    if length < min {
        Err(Rule::TooShort { min })
    } else if length > PASSWORD_MAX {
        Err(Rule::TooLong { max: PASSWORD_MAX })
    } else {
        Ok(())
    }
}

/// A password that is checked, not set: not empty and not longer than any could be.
pub fn password(text: &str) -> Result<(), Rule> {
    if text.is_empty() {
        Err(Rule::Missing)
    } else if text.len() > 4 * PASSWORD_MAX as usize * 4 {
        Err(Rule::TooLong { max: PASSWORD_MAX })
    } else {
        Ok(())
    }
}

/// The form in which a password is hashed and compared: NFKC.
pub fn canonical_password(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(text::nfkc(text))
}

/// An authentication number as typed or pasted, "123 456" included: six ASCII digits once spaces and hyphens are gone.
pub fn number(text: &str) -> Result<String, Rule> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.is_empty() {
        Err(Rule::Missing)
    } else if digits.len() == NUMBER_DIGITS as usize && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(Rule::NotANumber)
    }
}

/// A SHA-256: 64 lower-case hexadecimal digits.
pub fn fingerprint(text: &str) -> Result<(), Rule> {
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let whole = text.len() == 64 && text.bytes().all(hexadecimal);
    if whole { Ok(()) } else { Err(Rule::NotAFingerprint) }
}

/// One line of text for people: trimmed, NFC, 1–`max` characters, nothing invisible that changes how it reads.
pub fn line(text: &str, max: u32) -> Result<String, Rule> {
    // NFC never shrinks a text below a third of its bytes nor a person's character below one byte, so a text this long
    // cannot fit; refusing it first keeps a 1 MiB name from being normalised.
    if text.len() > max as usize * 256 {
        return Err(Rule::TooLong { max });
    }
    let canonical = text::nfc(text.trim());
    if canonical.is_empty() {
        return Err(Rule::Missing);
    }
    if canonical.chars().any(forbidden) {
        return Err(Rule::ForbiddenCharacter);
    }
    if length(&canonical) > max { Err(Rule::TooLong { max }) } else { Ok(canonical) }
}

/// Control characters, bidirectional overrides and isolates, line separators, byte-order marks, tags, and the invisible
/// joiners that make two names look alike. The zero-width joiner stays: emoji and several scripts need it.
fn forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::{Rule, display_name, email_address, length, mobile_phone, new_password, number, task};

    #[test]
    fn a_name_is_counted_as_a_person_counts() {
        assert_eq!(length("김민아"), 3);
        assert_eq!(length("👩‍👩‍👧‍👦"), 1);
        assert_eq!(display_name(&"각".repeat(20)).unwrap(), "각".repeat(20));
        assert_eq!(display_name(&"👩‍👩‍👧‍👦".repeat(20)).unwrap(), "👩‍👩‍👧‍👦".repeat(20));
        assert_eq!(display_name(&"n".repeat(21)), Err(Rule::TooLong { max: 20 }));
        assert_eq!(display_name(&"n".repeat(1 << 20)), Err(Rule::TooLong { max: 20 }));
        assert_eq!(display_name("  \t "), Err(Rule::Missing));
        assert_eq!(display_name("  Mina  ").unwrap(), "Mina");
    }

    #[test]
    fn what_changes_how_a_name_reads_is_refused() {
        for hostile in ["a\0b", "a\u{202e}b", "a\nb", "a\u{2066}b", "a\u{feff}b", "a\u{7f}b", "a\u{200b}b"] {
            assert_eq!(display_name(hostile), Err(Rule::ForbiddenCharacter), "{hostile:?}");
        }
    }

    #[test]
    fn an_empty_task_is_no_task() {
        assert_eq!(task(" ").unwrap(), None);
        assert_eq!(task("gate").unwrap(), Some("gate".to_owned()));
    }

    #[test]
    fn addresses() {
        assert_eq!(email_address(" mina@harbor.example ").unwrap(), "mina@harbor.example");
        for bad in [
            "mina",
            "mina@",
            "@harbor.example",
            "mina@harbor",
            "Mina <m@harbor.example>",
            "a b@c.example",
            "m@[127.0.0.1]",
            "\"a b\"@c.example",
        ] {
            assert_eq!(email_address(bad), Err(Rule::NotAnEmailAddress), "{bad}");
        }
        assert_eq!(email_address("m@har\u{202e}bor.example"), Err(Rule::ForbiddenCharacter));
        assert_eq!(mobile_phone("010-2345-6789").unwrap(), "01023456789");
        assert_eq!(mobile_phone("+82 (10) 2345.6789").unwrap(), "+821023456789");
        for bad in ["12", "call me", "+", "010+2345", "1234567890123456"] {
            assert_eq!(mobile_phone(bad), Err(Rule::NotAMobilePhone), "{bad}");
        }
    }

    #[test]
    fn passwords_are_counted_in_code_points() {
        assert_eq!(new_password(&"é".repeat(15), 15), Ok(()));
        assert_eq!(new_password(&"é".repeat(14), 15), Err(Rule::TooShort { min: 15 }));
        assert_eq!(new_password(&"p".repeat(256), 15), Ok(()));
        assert_eq!(new_password(&"p".repeat(257), 15), Err(Rule::TooLong { max: 256 }));
    }

    #[test]
    fn a_number_may_be_pasted_with_a_space() {
        assert_eq!(number(" 012 345").unwrap(), "012345");
        for bad in ["12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(number(bad), Err(Rule::NotANumber), "{bad}");
        }
    }
}
