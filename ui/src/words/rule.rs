//! Rules in words: what stands under a field.

use super::count;
use postern_contract::{Rule, rules};

/// Why the `value` of a field is not accepted, and what to do. `field` is the backend's name for it; `value` is only
/// measured, never repeated.
pub fn rule(rule: Rule, field: &str, value: &str) -> String {
    let length = rules::length(value);
    let fixed = match rule {
        Rule::Missing => missing(field),
        Rule::Unknown | Rule::Duplicate | Rule::WrongType => {
            "The backend does not understand this field; versions may differ. Update Postern."
        }
        Rule::TooShort { min } => {
            let more = min.saturating_sub(length).max(1);
            return format!("{}.", count(more, "more character", "more characters"));
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
        Rule::NotProven if field.starts_with("mobile_phone") => {
            "Send a number to this phone and enter it below."
        }
        Rule::NotProven => "Send a number to this email address and enter it below.",
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

/// What to enter in a field that is empty.
fn missing(field: &str) -> &'static str {
    match field {
        "name" => "Enter your name.",
        "email" | "email.address" => "Enter your email address.",
        "mobile_phone" | "mobile_phone.address" => "Enter your mobile phone number.",
        "password" => "Enter your password.",
        "current_password" => "Enter your current password.",
        "new_password" => "Enter a new password.",
        "confirm_password" => "Enter the new password again.",
        "confirm" => "Enter the password again.",
        "number" => "Enter the authentication number.",
        "label" => "Enter a label.",
        "author" => "Enter who prepares the plan.",
        "reason" => "Enter what the plan is for.",
        _ => "Enter a value.",
    }
}

/// `9 of 20`.
pub fn counter(length: u32, max: u32) -> String {
    format!("{length} of {max}")
}
