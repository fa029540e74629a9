//! Messages in words: what the embedded backend would have mailed or texted.

use super::{notice, reason, standing};
use postern_contract::message::{Content, Notice};
use postern_contract::verification::Channel;

/// What a message is about.
pub const fn subject(content: &Content) -> &'static str {
    match content {
        Content::Number { .. } => "Authentication number",
        Content::AlreadyRegistered => "You already have an account",
        Content::Notice { notice, .. } => match notice {
            Notice::PasswordChanged => "Your password is now changed",
            Notice::EmailChanged => "Your email address is now changed",
            Notice::MobilePhoneChanged => "Your mobile phone is now changed",
            Notice::TwoFactorEnabled | Notice::TwoFactorDisabled | Notice::TwoFactorMethodChanged => {
                "Your security settings are now changed"
            }
            Notice::KeyAdded | Notice::KeyDeleted => "Your authentication keys are now changed",
            Notice::AccountDisabled => "Your account is disabled",
            Notice::AccountEnabled => "Your account is enabled",
            Notice::SubscriptionCanceled => "Your user information is deleted",
        },
    }
}

/// `Email to mina@lighthouse.example`.
pub fn sent_by(channel: Channel, to: &str) -> String {
    format!("{} to {to}", super::method(channel))
}

/// What a message says under its subject; `seconds_left` and `at` are of its number, where it has one.
pub fn body(content: &Content, seconds_left: u32, at: &str) -> String {
    match content {
        Content::Number { reason: why, standing: stands, .. } => {
            format!("{} {}", reason(*why), standing(*stands, seconds_left, at))
        }
        Content::AlreadyRegistered => {
            "Someone asked for a new account with this address, which already has one. Sign in with it instead. If it was \
             not you, ignore this message."
                .to_owned()
        }
        Content::Notice { notice: what, place } => {
            let from = place.as_ref().map(|place| format!(" From “{place}”.")).unwrap_or_default();
            let then = match what {
                Notice::SubscriptionCanceled | Notice::AccountDisabled | Notice::AccountEnabled => "",
                _ => " If this was not you, sign in and change your password.",
            };
            format!("{}{from}{then}", notice(*what))
        }
    }
}

/// `418 209`, as people read six digits.
pub fn spaced(number: &str) -> String {
    let middle = number.char_indices().nth(number.chars().count() / 2).map_or(0, |(at, _)| at);
    let (first, last) = number.split_at(middle);
    format!("{first} {last}").trim().to_owned()
}

/// `Authentication number 4 1 8 2 0 9`, as it is read aloud.
pub fn spelled(number: &str) -> String {
    let digits: Vec<_> = number.chars().map(String::from).collect();
    format!("Authentication number {}", digits.join(" "))
}
