//! Visible text: the normal form of names, tasks, labels and every other line that people type and read. Each character
//! can be seen, and no character is built from an unbounded number of code points.

use super::{Property, is_ignorable, source};
use crate::rules::Rule;

/// Most code points of a text for each visible character it may have: the longest recommended emoji sequence has ten.
pub const CODE_POINTS_PER_CHARACTER: u32 = 12;
/// Most nonspacing marks in a row. Source: UTS #39 section 5.4.
const MARKS_MAX: u32 = 4;

/// Assigned characters that print nothing although no Unicode property says so: the blank Braille pattern, the blank
/// Egyptian hieroglyphs and the null notehead.
const BLANK: [char; 4] = ['\u{2800}', '\u{13441}', '\u{13442}', '\u{1d159}'];

const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const FLAG: char = '\u{1f3f4}';
const TAG_END: char = '\u{e007f}';

/// Most code points of a line with at most `max` visible characters, as it is typed. The bound in docs/openapi.json.
pub const fn code_points_max(max: u32) -> u32 {
    max * CODE_POINTS_PER_CHARACTER
}

/// Trimmed, in NFC, with 1 to `max` visible characters, all of which can be seen.
pub fn line(text: &str, max: u32) -> Result<String, Rule> {
    if text.len() > max as usize && super::code_points(text) > code_points_max(max) {
        return Err(Rule::TooLong { max });
    }
    let canonical = super::nfc(text.trim());
    if canonical.is_empty() {
        return Err(Rule::Missing);
    }
    seen(&canonical)?;
    let clusters = source::clusters(&canonical);
    if super::number(clusters.len()) > max {
        Err(Rule::TooLong { max })
    } else if clusters.into_iter().any(|code_points| code_points > CODE_POINTS_PER_CHARACTER) {
        Err(Rule::StackedCharacters)
    } else {
        Ok(canonical)
    }
}

/// Whether each character can be seen; the first one that cannot is named.
pub fn seen(text: &str) -> Result<(), Rule> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Ok(());
    }
    let characters: Vec<char> = text.chars().collect();
    let mut marks = 0;
    for (at, &character) in characters.iter().enumerate() {
        let (before, after) = (&characters[..at], &characters[at + 1..]);
        if is_ignorable(character) || BLANK.contains(&character) {
            if !in_emoji(before, character, after) {
                return Err(Rule::invisible(character));
            }
        } else if character.is_control() || !character.is_ascii() && source::has(Property::Control, character)
        {
            return Err(Rule::forbidden(character));
        } else if at == 0 && source::has(Property::Mark, character) {
            // it would combine with what is displayed before the text
            return Err(Rule::forbidden(character));
        }
        let stacks = !character.is_ascii() && source::has(Property::Nonspacing, character);
        marks = if stacks && !is_ignorable(character) { marks + 1 } else { 0 };
        if marks > MARKS_MAX {
            return Err(Rule::StackedCharacters);
        }
    }
    Ok(())
}

/// The form in which two labels are compared: what looks the same is the same. NFKC in lower case, without ignorable
/// characters, with one space for each run of white space.
pub fn folded(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_ignorable(*c) && !BLANK.contains(c)).collect();
    let folded = super::nfkc(&super::nfkc(&seen).to_lowercase());
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether an ignorable character is part of an emoji sequence (UTS #51 section 1.4).
fn in_emoji(before: &[char], character: char, after: &[char]) -> bool {
    let is = |property, c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && source::has(property, *c));
    match character {
        EMOJI_STYLE | TEXT_STYLE => {
            let keycap = before.last().is_some_and(|c| c.is_ascii_digit() || matches!(c, '#' | '*'))
                && after.first() == Some(&KEYCAP);
            keycap || is(Property::Emoji, before.last())
        }
        JOINER => {
            let base = match before {
                [rest @ .., EMOJI_STYLE | '\u{1f3fb}'..='\u{1f3ff}'] => rest.last(),
                all => all.last(),
            };
            is(Property::Pictographic, base) && is(Property::Pictographic, after.first())
        }
        '\u{e0020}'..=TAG_END => {
            let is_tag = |c: &&char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
            let behind = before.iter().rev().take_while(is_tag).count();
            let flag = before.len().checked_sub(behind + 1).and_then(|at| before.get(at)) == Some(&FLAG);
            let code: Vec<char> = std::iter::once(character).chain(after.iter().copied()).collect();
            let ahead = code.iter().take_while(is_tag).count();
            // a subdivision: `gbeng`, `usca`
            flag && code.get(ahead) == Some(&TAG_END) && (3..=6).contains(&(behind + ahead))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{code_points_max, folded, line};
    use crate::rules::Rule;

    #[test]
    fn a15_what_cannot_be_seen_is_named() {
        for (typed, named) in [
            ("\u{3164}", '\u{3164}'),
            ("Mina\u{ffa0}", '\u{ffa0}'),
            ("\u{115f}\u{1160}", '\u{115f}'),
            ("Wor\u{200b}ker", '\u{200b}'),
            ("Day\u{200c} robot", '\u{200c}'),
            ("Day\u{200d} robot", '\u{200d}'),
            ("\u{feff}Mina", '\u{feff}'),
            ("Mi\u{ad}na", '\u{ad}'),
            ("Mi\u{34f}na", '\u{34f}'),
            ("Mi\u{2060}na", '\u{2060}'),
            ("Mi\u{180e}na", '\u{180e}'),
            ("Mi\u{202e}na", '\u{202e}'),
            ("Mi\u{2066}na", '\u{2066}'),
            ("Mi\u{17b4}na", '\u{17b4}'),
            ("1\u{fe0f}", '\u{fe0f}'),
            ("a\u{e0100}", '\u{e0100}'),
            ("\u{2800}", '\u{2800}'),
            ("a\u{e0061}\u{e0062}\u{e0063}\u{e007f}", '\u{e0061}'),
            ("\u{1f3f4}\u{e0061}\u{e0062}\u{e0063}", '\u{e0061}'),
            ("👩\u{200d}", '\u{200d}'),
        ] {
            assert_eq!(line(typed, 20), Err(Rule::invisible(named)), "{typed:?}");
        }
        for (typed, named) in [
            ("a\0b", '\0'),
            ("a\nb", '\n'),
            ("a\u{7f}b", '\u{7f}'),
            ("a\u{9b}b", '\u{9b}'),
            ("a\u{2028}b", '\u{2028}'),
            ("\u{e000}", '\u{e000}'),
            ("a\u{f0000}", '\u{f0000}'),
            ("a\u{378}", '\u{378}'),
            ("a\u{ffff}", '\u{ffff}'),
            ("a\u{fff9}b", '\u{fff9}'),
            ("\u{301}", '\u{301}'),
            ("\u{20dd}a", '\u{20dd}'),
        ] {
            assert_eq!(line(typed, 20), Err(Rule::forbidden(named)), "{typed:?}");
        }
    }

    #[test]
    fn a15_marks_are_bounded() {
        assert_eq!(line(&format!("a{}", "\u{301}".repeat(80)), 20), Err(Rule::StackedCharacters));
        assert_eq!(line(&format!("a{}", "\u{20dd}".repeat(5)), 20), Err(Rule::StackedCharacters));
        assert_eq!(
            line(&"\u{1100}".repeat(40), 20),
            Err(Rule::StackedCharacters),
            "one syllable of forty parts"
        );
        assert_eq!(line(&["👩"; 40].join("\u{200d}"), 20), Err(Rule::StackedCharacters));
        // Hebrew with vowel and cantillation, Vietnamese, Thai, Tibetan, Devanagari
        for real in ["בְּ֖רֵא", "Nguyễn Thị Ánh", "น้ำปั่น", "བསྒྲུབས", "क्ष्म्य", "김민아", "각".repeat(20).as_str()]
        {
            assert!(line(real, 20).is_ok(), "{real}");
        }
    }

    #[test]
    fn a15_emoji_sequences_are_characters() {
        for emoji in
            ["👩‍👩‍👧‍👦", "❤️‍🔥", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "1️⃣", "🇰🇷", "👩🏿‍❤️‍💋‍👩🏿", "☺︎"]
        {
            assert_eq!(line(&emoji.repeat(20), 20).as_deref(), Ok(emoji.repeat(20).as_str()), "{emoji}");
            assert_eq!(line(&emoji.repeat(21), 20), Err(Rule::TooLong { max: 20 }), "{emoji}");
        }
    }

    #[test]
    fn u23_a_text_is_bounded_in_code_points_as_it_is_typed() {
        let padded = |length: u32| format!("n{}", " ".repeat(length as usize - 1));
        assert_eq!(line(&padded(code_points_max(20)), 20).as_deref(), Ok("n"));
        assert_eq!(line(&padded(code_points_max(20) + 1), 20), Err(Rule::TooLong { max: 20 }));
        assert_eq!(line(&"n".repeat(1 << 20), 20), Err(Rule::TooLong { max: 20 }));
    }

    #[test]
    fn u6_labels_that_look_the_same_are_compared_as_the_same() {
        for other in
            ["Day\u{200c} robot", "day  robot", "Day\u{a0}robot\u{3164}", "Ｄａｙ robot", "\u{202a}Day robot"]
        {
            assert_eq!(folded(other), folded("Day robot"), "{other:?}");
        }
        assert_ne!(folded("Day robots"), folded("Day robot"));
    }
}
