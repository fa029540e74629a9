//! Validation that both sides run: the page before it asks, the backend before it acts. Codes, never sentences.
//!
//! What needs a list or a table (common passwords, national phone formats) is the backend's alone; it answers with a
//! [`Rule`] from here all the same.

use crate::problem::FieldProblem;
use crate::text::{self, digits, domain, visible};
use serde::{Deserialize, Serialize};

mod code_point;
pub mod email;

pub use code_point::CodePoint;

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
/// Longest authentication number as typed, in code points: with everything between its digits.
pub const NUMBER_TYPED_MAX: u32 = 64;
/// Longest email address or phone number as typed, in code points; longest email address as sent, in octets. Source: RFC 5321 section 4.5.3.1.3, less the
/// angle brackets.
pub const EMAIL_MAX: u32 = 254;
/// Longest name, task in code points, as typed.
pub const NAME_CODE_POINTS_MAX: u32 = visible::code_points_max(NAME_MAX);
/// Longest label in code points, as typed.
pub const LABEL_CODE_POINTS_MAX: u32 = visible::code_points_max(LABEL_MAX);
/// Longest password that is checked, in code points, as typed: more than any that can be set has after NFKC.
pub const PASSWORD_TYPED_MAX: u32 = 1024;

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
    /// A control, private-use, unassigned or otherwise unsuitable character.
    ForbiddenCharacter {
        /// Which one.
        #[serde(default)]
        code_point: CodePoint,
    },
    /// A character that cannot be seen, outside of an emoji sequence.
    InvisibleCharacter {
        /// Which one.
        #[serde(default)]
        code_point: CodePoint,
    },
    /// Too many marks on one character, or too many code points in one.
    StackedCharacters,
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
    /// Text messages are not sent to the country of this number.
    CountryNotServed,
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
        Self::ForbiddenCharacter { code_point: CodePoint::LINE_FEED },
        Self::InvisibleCharacter { code_point: CodePoint::ZERO_WIDTH_SPACE },
        Self::StackedCharacters,
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
        Self::CountryNotServed,
    ];

    /// A character that is not accepted here.
    pub fn forbidden(character: char) -> Self {
        let code_point = character.into();
        if text::is_ignorable(character) {
            Self::InvisibleCharacter { code_point }
        } else {
            Self::ForbiddenCharacter { code_point }
        }
    }

    /// A character that cannot be seen.
    pub fn invisible(character: char) -> Self {
        Self::InvisibleCharacter { code_point: character.into() }
    }
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
    if text.trim().is_empty() && text::code_points(text) <= NAME_CODE_POINTS_MAX {
        Ok(None)
    } else {
        line(text, NAME_MAX).map(Some)
    }
}

/// A label of 1–[`LABEL_MAX`] characters.
pub fn label(text: &str) -> Result<String, Rule> {
    line(text, LABEL_MAX)
}

/// One line of text for people: trimmed, NFC, 1–`max` characters, each of which can be seen.
pub fn line(text: &str, max: u32) -> Result<String, Rule> {
    visible::line(text, max)
}

/// Whether two labels, names or other lines look the same.
pub fn same_line(one: &str, other: &str) -> bool {
    one == other || visible::folded(one) == visible::folded(other)
}

/// An email address as it is displayed: the local part as typed, the domain with U-labels.
pub fn email_address(text: &str) -> Result<String, Rule> {
    email::Address::parse(text).map(|address| address.displayed())
}

/// An email address as it is compared and counted: in lower case, the domain with A-labels. Text that is no address is
/// only put into lower case.
pub fn canonical_email(text: &str) -> String {
    email::Address::parse(text)
        .map_or_else(|_| text::nfc(&text::nfc(text.trim()).to_lowercase()), |address| address.canonical())
}

/// What a mobile phone number may look like when typed: an optional `+`, 7–15 digits, and whatever people put between
/// them ([`digits`]). Answers it without the separators; whether it can be called is for the backend to say.
pub fn mobile_phone(text: &str) -> Result<String, Rule> {
    let compact = bounded_digits(text, EMAIL_MAX)?;
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    let whole = (7..=15).contains(&digits.len()) && !digits.contains('+');
    if whole { Ok(compact) } else { Err(Rule::NotAMobilePhone) }
}

fn bounded_digits(text: &str, max: u32) -> Result<String, Rule> {
    if text::code_points(text) > max {
        return Err(Rule::TooLong { max });
    }
    let compact = digits::compact(text)?;
    if compact.is_empty() { Err(Rule::Missing) } else { Ok(compact) }
}

/// A new password: `min`–[`PASSWORD_MAX`] code points, both as typed and after NFKC. No rule asks for kinds of characters.
pub fn new_password(text: &str, min: u32) -> Result<(), Rule> {
    if text.is_empty() {
        return Err(Rule::Missing);
    }
    let (typed, folded) = password_lengths(text);
    if typed.min(folded) < min {
        Err(Rule::TooShort { min })
    } else if typed.max(folded) > PASSWORD_MAX {
        Err(Rule::TooLong { max: PASSWORD_MAX })
    } else {
        Ok(())
    }
}

/// How much of a new password counts towards its least length: the fewer of its code points as typed and after NFKC, so
/// that one ligature that folds to eighteen letters is one character.
pub fn password_length(text: &str) -> u32 {
    let (typed, folded) = password_lengths(text);
    typed.min(folded)
}

fn password_lengths(text: &str) -> (u32, u32) {
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let typed = count(text);
    // NFKC makes at least one code point of eighteen: a longer text need not be folded
    if typed > 18 * PASSWORD_MAX {
        return (typed, typed);
    }
    (typed, count(&canonical_password(text)))
}

/// A password that is checked, not set: not empty and not longer than any could be.
pub fn password(text: &str) -> Result<(), Rule> {
    if text.is_empty() {
        Err(Rule::Missing)
    } else if text::code_points(text) > PASSWORD_TYPED_MAX {
        Err(Rule::TooLong { max: PASSWORD_TYPED_MAX })
    } else {
        Ok(())
    }
}

/// The form in which a password is hashed and compared: NFKC.
pub fn canonical_password(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(text::nfkc(text))
}

/// An authentication number as typed or pasted, "123 456" included: six ASCII digits ([`digits`]).
pub fn number(text: &str) -> Result<String, Rule> {
    let digits = bounded_digits(text, NUMBER_TYPED_MAX)?;
    let whole = digits.len() == NUMBER_DIGITS as usize && !digits.contains('+');
    if whole { Ok(digits) } else { Err(Rule::NotANumber) }
}

/// A SHA-256: 64 lower-case hexadecimal digits.
pub fn fingerprint(text: &str) -> Result<(), Rule> {
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let whole = text.len() == 64 && text.bytes().all(hexadecimal);
    if whole { Ok(()) } else { Err(Rule::NotAFingerprint) }
}

#[cfg(test)]
mod tests {
    use super::{
        Rule, display_name, email_address, length, mobile_phone, new_password, number, password_length, task,
    };

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
        assert_eq!(email_address("m@har\u{202e}bor.example"), Err(Rule::invisible('\u{202e}')));
        assert_eq!(email_address("m\u{200b}@harbor.example"), Err(Rule::invisible('\u{200b}')));
        assert_eq!(email_address("\u{202a}m@harbor.example\u{202c}\n").unwrap(), "m@harbor.example");
        assert_eq!(mobile_phone("010-2345-6789").unwrap(), "01023456789");
        assert_eq!(mobile_phone("+82 (10) 2345.6789").unwrap(), "+821023456789");
        for bad in ["12", "+", "010+23456", "++821055501234", "1234567890123456"] {
            assert_eq!(mobile_phone(bad), Err(Rule::NotAMobilePhone), "{bad}");
        }
        assert_eq!(mobile_phone("call me"), Err(Rule::forbidden('c')));
        assert_eq!(mobile_phone(" - \u{200b}"), Err(Rule::Missing));
    }

    #[test]
    fn passwords_are_counted_in_code_points() {
        assert_eq!(new_password(&"é".repeat(15), 15), Ok(()));
        assert_eq!(new_password(&"é".repeat(14), 15), Err(Rule::TooShort { min: 15 }));
        assert_eq!(new_password(&"p".repeat(256), 15), Ok(()));
        assert_eq!(new_password(&"p".repeat(257), 15), Err(Rule::TooLong { max: 256 }));
    }

    #[test]
    fn u7_a_password_is_counted_as_typed_and_as_folded() {
        for (typed, min, expected) in [
            ("\u{fdfa}", 15, Err(Rule::TooShort { min: 15 })),
            ("\u{fdfa}", 8, Err(Rule::TooShort { min: 8 })),
            // each ligature is three letters folded
            ("\u{fb03}\u{fb03}\u{fb03}\u{fb03}\u{fb03}", 15, Err(Rule::TooShort { min: 15 })),
            ("㍿㍿㍿㍿", 15, Err(Rule::TooShort { min: 15 })),
            // fifteen typed code points that fold to ten
            ("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}abcde", 15, Err(Rule::TooShort { min: 15 })),
            // seven Korean syllables typed as twenty-one letters
            (
                "\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}",
                8,
                Err(Rule::TooShort { min: 8 }),
            ),
            ("１２３４５６７８９０abcde", 15, Ok(())),
        ] {
            assert_eq!(new_password(typed, min), expected, "{typed}");
        }
        assert_eq!(new_password(&"\u{fdfa}".repeat(15), 15), Err(Rule::TooLong { max: 256 }));
        assert_eq!(new_password(&"e\u{301}".repeat(129), 15), Err(Rule::TooLong { max: 256 }));
        assert_eq!(new_password(&"e\u{301}".repeat(128), 15), Ok(()));
        assert_eq!(password_length("\u{fdfa}"), 1);
        assert_eq!(password_length("e\u{301}e\u{301}"), 2);
    }

    #[test]
    fn u3_a_number_is_read_however_it_is_typed() {
        for typed in [
            " 012 345",
            "０１２３４５",
            "012-345",
            "012\u{a0}345\u{200b}",
            "٠١٢٣٤٥",
            "\u{202d}012345\u{202c}\n",
        ] {
            assert_eq!(number(typed).unwrap(), "012345", "{typed:?}");
        }
        for bad in ["12345", "1234567", "+123456", "１２３４５"] {
            assert_eq!(number(bad), Err(Rule::NotANumber), "{bad}");
        }
        assert_eq!(number("12345a"), Err(Rule::forbidden('a')));
        assert_eq!(number(" "), Err(Rule::Missing));
        assert_eq!(number(&" ".repeat(65)), Err(Rule::TooLong { max: 64 }));
    }
}
