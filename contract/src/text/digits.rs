//! Digit input: the normal form of a phone number or an authentication number. Compatibility forms and decimal digits of
//! every script become ASCII digits; ignorable and bidirectional characters and separators of every kind are dropped.

use super::{Property, is_ignorable, source};
use crate::rules::Rule;

/// The digits of a text, with a leading `+` where one stands before them. The first character that is neither a digit nor
/// a separator is an error that names it.
pub fn compact(text: &str) -> Result<String, Rule> {
    let mut compact = String::with_capacity(16);
    for character in super::nfkc(text).chars() {
        match digit(character) {
            Some(digit) => compact.push(digit),
            None if character == '+' => compact.push('+'),
            None if is_separator(character) => {}
            None => return Err(Rule::forbidden(character)),
        }
    }
    Ok(compact)
}

/// Every digit of a text as ASCII, and nothing else: for a field that takes digits alone while it is typed into.
pub fn only(text: &str) -> String {
    super::nfkc(text).chars().filter_map(digit).collect()
}

/// The ASCII digit that a decimal digit of any script stands for.
fn digit(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_digit().then_some(character);
    }
    // decimal digits stand in runs of ten from zero to nine (Unicode stability policy), some of them side by side
    let is_digit = |c: char| source::has(Property::Digit, c);
    if !is_digit(character) {
        return None;
    }
    let before = (1..100).take_while(|distance| {
        u32::from(character).checked_sub(*distance).and_then(char::from_u32).is_some_and(is_digit)
    });
    char::from_digit(u32::try_from(before.count() % 10).ok()?, 10)
}

/// What people put between digits: white space, dashes, brackets, dots and slashes, and what is not displayed.
fn is_separator(character: char) -> bool {
    match character {
        // the last four: a full stop, middle dots, and the prolonged sound mark, which Japanese keyboards type for a dash
        '.' | '/' | '(' | ')' | '-' | ' ' | '。' | '·' | '・' | 'ー' => true,
        _ => {
            character.is_whitespace()
                || is_ignorable(character)
                || source::has(Property::Dash, character)
                || source::has(Property::Bracket, character)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{compact, digit, only};
    use crate::rules::Rule;

    // U2
    #[test]
    fn u2_digits_are_read_however_they_are_separated() {
        for typed in [
            "\u{202a}010-5550-1234\u{202c}",
            "\u{200e}010\u{200b}5550\u{feff}1234",
            "\u{2066}010 5550 1234\u{2069}\r\n",
            "010\u{2011}5550\u{2013}1234",
            "010\u{2212}5550\u{fe63}1234",
            "010\u{a0}5550\u{3000}1234",
            "010.5550.1234",
            "010・5550・1234",
            "０１０ー５５５０ー１２３４",
            "（010）5550〜1234",
            "「010」5550/1234",
            "٠١٠ ٥٥٥٠ ١٢٣٤",
            "०१०-५५५०-१२३४",
            "𝟎𝟏𝟎-𝟓𝟓𝟓𝟎-𝟏𝟐𝟑𝟒",
        ] {
            assert_eq!(compact(typed).as_deref(), Ok("01055501234"), "{typed:?}");
        }
        assert_eq!(compact("(＋82) 10-5550-1234").as_deref(), Ok("+821055501234"));
        assert_eq!(compact("010-5550-12x4"), Err(Rule::forbidden('x')));
        assert_eq!(compact("010\u{0}5550"), Err(Rule::forbidden('\0')));
        assert_eq!(compact("010#5550"), Err(Rule::forbidden('#')));
    }

    #[test]
    fn u3_every_decimal_digit_has_its_value() {
        // each script's ten digits, one after another
        let all: Vec<char> = ('\u{80}'..='\u{10ffff}').filter_map(digit).collect();
        assert!(all.len() > 600 && all.len().is_multiple_of(10), "{}", all.len());
        for run in all.chunks(10) {
            assert_eq!(run.iter().collect::<String>(), "0123456789");
        }
        assert_eq!(only("Your number: １２３ ４５６."), "123456");
    }
}
