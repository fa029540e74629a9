//! Unicode text processing: normalisation forms, character properties, and the three normal forms of typed text: digits,
//! visible text and email domains. The backend and the shell carry Unicode tables; a page asks the browser engine, which
//! has them already, and is a third smaller for it.

pub mod digits;
pub mod domain;
pub mod script;
pub mod visible;

#[cfg(not(target_arch = "wasm32"))]
#[path = "text/tables.rs"]
mod source;
#[cfg(target_arch = "wasm32")]
#[path = "text/engine.rs"]
mod source;

/// A set of code points, defined by Unicode properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    /// `Default_Ignorable_Code_Point`: not displayed. Includes every `Bidi_Control`.
    Ignorable,
    /// General category C, Zl or Zp: control, format, surrogate, private use, unassigned, line and paragraph separators.
    Control,
    /// General category Nd: a decimal digit of any script.
    Digit,
    /// `Dash`.
    Dash,
    /// General category Ps, Pe, Pi or Pf: opening and closing brackets and quotation marks.
    Bracket,
    /// General category M: combines with the character before.
    Mark,
    /// General category Mn or Me: takes no space of its own in the line.
    Nonspacing,
    /// `Emoji`.
    Emoji,
    /// `Extended_Pictographic`: what an emoji sequence can be joined from.
    Pictographic,
}

/// Normalization form C.
pub fn nfc(text: &str) -> String {
    source::nfc(text)
}

/// Normalization form KC.
pub fn nfkc(text: &str) -> String {
    source::nfkc(text)
}

/// The number of extended grapheme clusters.
pub fn characters(text: &str) -> u32 {
    number(source::clusters(text).len())
}

/// The number of code points.
pub fn code_points(text: &str) -> u32 {
    number(text.chars().count())
}

/// Whether nothing is displayed for this character.
pub fn is_ignorable(character: char) -> bool {
    !character.is_ascii() && source::has(Property::Ignorable, character)
}

/// Whether the character is displayed as itself wherever it stands.
pub fn is_graphic(character: char) -> bool {
    let is = |property| source::has(property, character);
    let hidden = || is(Property::Ignorable) || is(Property::Control) || is(Property::Mark);
    if character.is_ascii() { character.is_ascii_graphic() } else { !character.is_whitespace() && !hidden() }
}

/// The text without white space, ignorable and bidirectional characters at its ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_ignorable(c))
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
