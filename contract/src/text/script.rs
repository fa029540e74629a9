//! Mixed-script detection (UTS #39 section 5): text whose letters come from writing systems that are not used together, so
//! that it passes for other text. Native targets alone; a page is told the result.

use crate::rules::CodePoint;
use unicode_security::MixedScript as _;
use unicode_security::skeleton;

/// The first character by which a text passes for another one: a letter of a writing system that does not go with the rest,
/// or where all are of one system other than Latin, a text that can be read as Latin. None where there is no such doubt.
///
/// Latin beside Chinese, Japanese or Korean is no mixture (UTS #39 section 5.2, "Highly Restrictive").
pub fn suspect(text: &str) -> Option<CodePoint> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.iter().all(char::is_ascii) {
        return None;
    }
    let (latin, other): (Vec<char>, Vec<char>) = letters.iter().partition(|c| is_latin(**c));
    let first = *other.first()?;
    let rest: String = other.iter().collect();
    let scripts = rest.as_str().resolve_script_set();
    let one = !scripts.is_empty();
    let mixed = !one || !latin.is_empty() && !(scripts.hanb || scripts.jpan || scripts.kore);
    let read_as_latin = latin.is_empty() && skeleton(&rest).all(|c| c.is_ascii());
    (mixed || read_as_latin).then_some(CodePoint::from(first))
}

fn is_latin(letter: char) -> bool {
    use icu_properties::{props::Script, script::ScriptWithExtensions};
    ScriptWithExtensions::new().has_script(letter, Script::Latin)
}

#[cfg(test)]
mod tests {
    use super::suspect;

    #[test]
    fn f14_letters_of_two_writing_systems_are_found() {
        for (text, named) in [
            ("Dаy robot", "U+0430"),
            ("аccounts", "U+0430"),
            ("gate Ω", "U+03A9"),
            ("оnlу", "U+043E"),
            ("서버 а", "U+C11C"),
            ("сахо", "U+0441"),
        ] {
            assert_eq!(suspect(text).map(|c| c.to_string()).as_deref(), Some(named), "{text}");
        }
        for fine in [
            "Day robot 2",
            "Nachtschicht für Büro",
            "서버 A",
            "夜間ロボット B",
            "Ночной робот",
            "Ελλάδα",
            "روبوت",
            "№ 5 – 🤖",
            "",
        ] {
            assert_eq!(suspect(fine), None, "{fine}");
        }
    }
}
