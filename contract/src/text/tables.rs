//! Unicode data of [`super`] from tables, for native targets.

use super::Property;
use icu_properties::props::{
    Dash, DefaultIgnorableCodePoint, Emoji, ExtendedPictographic, GeneralCategory, GeneralCategoryGroup,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;
use unicode_security::{MixedScript as _, skeleton};
use unicode_segmentation::UnicodeSegmentation;

pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// The number of code points of each extended grapheme cluster.
pub fn clusters(text: &str) -> Vec<u32> {
    text.graphemes(true).map(super::code_points).collect()
}

pub(super) fn has(property: Property, character: char) -> bool {
    let category = || CodePointMapData::<GeneralCategory>::new().get(character);
    let among = |group: GeneralCategoryGroup| group.contains(category());
    match property {
        Property::Ignorable => CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character),
        Property::Control => {
            among(GeneralCategoryGroup::Other)
                || matches!(category(), GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator)
        }
        Property::Digit => category() == GeneralCategory::DecimalNumber,
        Property::Dash => CodePointSetData::new::<Dash>().contains(character),
        Property::Bracket => matches!(
            category(),
            GeneralCategory::OpenPunctuation
                | GeneralCategory::ClosePunctuation
                | GeneralCategory::InitialPunctuation
                | GeneralCategory::FinalPunctuation
        ),
        Property::Mark => among(GeneralCategoryGroup::Mark),
        Property::Nonspacing => {
            matches!(category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
        }
        Property::Emoji => CodePointSetData::new::<Emoji>().contains(character),
        Property::Pictographic => CodePointSetData::new::<ExtendedPictographic>().contains(character),
    }
}

/// The A-label form of a domain by UTS #46, or none where it is no host name.
pub fn to_ascii(domain: &str) -> Option<String> {
    use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
    Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// See [`super::script::suspect`].
pub fn suspect(text: &str) -> Option<char> {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (latin, other): (Vec<char>, Vec<char>) = letters.partition(|c| is_latin(*c));
    let first = *other.first()?;
    let rest: String = other.iter().collect();
    let scripts = rest.as_str().resolve_script_set();
    let with_latin = scripts.hanb || scripts.jpan || scripts.kore;
    let mixed = scripts.is_empty() || !latin.is_empty() && !with_latin;
    let read_as_latin = latin.is_empty() && skeleton(&rest).all(|c| c.is_ascii());
    (mixed || read_as_latin).then_some(first)
}

fn is_latin(letter: char) -> bool {
    use icu_properties::{props::Script, script::ScriptWithExtensions};
    ScriptWithExtensions::new().has_script(letter, Script::Latin)
}
