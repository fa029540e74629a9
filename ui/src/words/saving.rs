//! Saving in words: what is not saved yet, and what to say where somebody else saved first.

use super::Said;

/// `Not saved yet: email address, name`; empty where nothing differs.
pub fn not_saved<'a>(what: impl Iterator<Item = &'a str>) -> String {
    let what: Vec<_> = what.collect();
    if what.is_empty() { String::new() } else { format!("Not saved yet: {}", what.join(", ")) }
}

/// OK without a change.
pub fn nothing_to_save() -> String {
    "Nothing to save. Edit something, then press OK.".to_owned()
}

/// Somebody else saved the account while this was typed.
pub fn account_changed_elsewhere(at: &str, from: Option<&str>) -> Said {
    let place = from.map(|place| format!(" from “{place}”")).unwrap_or_default();
    Said::new(
        "This account was changed elsewhere while you were typing",
        format!("Saved at {at}{place}. Nothing you typed is lost, and nothing was saved yet."),
    )
}

/// Somebody else saved the settings while these were chosen.
pub fn settings_changed_elsewhere() -> Said {
    Said::new(
        "The settings were changed elsewhere while you were choosing",
        "Nothing you chose is lost, and nothing was saved yet.",
    )
}

/// A text in a sentence, or that there is none.
pub fn or_empty(text: &str) -> String {
    if text.is_empty() { "(empty)".to_owned() } else { text.to_owned() }
}

/// What to do with two versions.
pub const fn choose_versions() -> &'static str {
    "Choose one version for each field."
}

/// The other version was taken whole.
pub fn theirs_taken() -> String {
    "You took what was saved elsewhere. Nothing was changed from here.".to_owned()
}

/// `Email address and mobile phone number are the same in both.`
pub fn same_in_both(legends: &[&str]) -> Option<String> {
    let (last, first) = legends.split_last()?;
    if first.is_empty() {
        return Some(format!("{last} is the same in both."));
    }
    Some(format!("{} and {} are the same in both.", first.join(", "), uncapitalized(last)))
}

/// The same words inside a sentence.
fn uncapitalized(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
