//! Rules in words: what stands under a field.

use super::count;
use postern_contract::{Rule, rules};

/// Why `value` is not accepted, and what to do. `value` is only measured, never repeated.
pub fn rule(rule: Rule, value: &str) -> String {
    let length = rules::length(value);
    let fixed = match rule {
        Rule::Missing => "This is still empty. Fill it in.",
        Rule::Unknown | Rule::Duplicate | Rule::WrongType => {
            "The backend does not understand this field; versions may differ. Update Postern."
        }
        Rule::TooShort { min } => {
            let more = min.saturating_sub(length).max(1);
            return format!("Too short: {} more. Use {min} or more.", count(more, "character", "characters"));
        }
        Rule::TooLong { max } => {
            let over = length.saturating_sub(max).max(1);
            return format!("{} too long. Shorten it to {max}.", count(over, "character", "characters"));
        }
        Rule::ForbiddenCharacter { code_point } => {
            return format!("{} is not allowed here. Remove it.", code_point.named());
        }
        Rule::InvisibleCharacter { code_point } => {
            return format!(
                "{code_point} is invisible and not allowed. Type the text again instead of pasting it."
            );
        }
        Rule::StackedCharacters => "One character has too many marks. Remove some of them.",
        Rule::NotAnEmailAddress => "That is not an email address. It looks like name@company.example.",
        Rule::NotAMobilePhone => "That is not a mobile phone number. Type it as on a business card.",
        Rule::NotANumber => "An authentication number has 6 digits. Type all of them.",
        Rule::CommonPassword => "This password is among the first that are guessed. Choose other words.",
        Rule::ContextWord => {
            "It is made of your name, your address or the product’s name. Choose other words."
        }
        Rule::UsedBefore => "It is one of your last 3 passwords. Choose a new one.",
        Rule::Differs => "The two new passwords differ. Type the new one again.",
        Rule::NotAgreed => "Tick the box to go on.",
        Rule::NotAFingerprint => "The key could not be made. Add it again.",
        Rule::Wrong => "That is not the current password. Type it again.",
        Rule::NotProven => {
            "This new address is not proven yet. Send an authentication number to it and enter it."
        }
        Rule::CountryNotServed => {
            "Text messages are not sent to this country. Use a number of another country, or ask your administrator."
        }
        Rule::NotOffered => "This method is not offered here. Choose another one.",
    };
    fixed.to_owned()
}

/// A text with a mark where it mixes writing systems, so that it may pass for another text.
pub fn marked(text: &str) -> String {
    match postern_contract::text::script::suspect(text) {
        Some(letter) => format!("{text} [mixed writing systems: {letter}]"),
        None => text.to_owned(),
    }
}

/// `9 of 20`.
pub fn counter(length: u32, max: u32) -> String {
    format!("{length} of {max}")
}
