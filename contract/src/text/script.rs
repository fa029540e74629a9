//! Mixed-script detection (UTS #39 section 5): text whose letters come from writing systems that are not used together, so
//! that it passes for other text.

use super::source;
use crate::rules::CodePoint;

/// The first character by which a text passes for another one: a letter of a writing system that does not go with the rest,
/// or where all are of one system other than Latin, a text that can be read as Latin. None where there is no such doubt.
///
/// Latin beside Chinese, Japanese or Korean is no mixture (UTS #39 section 5.2, "Highly Restrictive"). A page finds other
/// letters among Latin ones alone.
pub fn suspect(text: &str) -> Option<CodePoint> {
    if text.is_ascii() { None } else { source::suspect(text).map(CodePoint::from) }
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
