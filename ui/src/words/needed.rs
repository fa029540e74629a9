//! What is still needed before an account can be created, in words.

use super::Said;
use postern_contract::verification::Channel;

/// One thing that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// The name.
    Name,
    /// The email address or the mobile phone number.
    Address(Channel),
    /// A number to be sent there.
    NumberSent(Channel),
    /// The number that was sent there.
    Number(Channel),
    /// A password.
    Password,
    /// A longer password.
    LongerPassword,
    /// A shorter password.
    ShorterPassword,
    /// The password once more.
    PasswordAgain,
}

const fn one(needed: Needed) -> &'static str {
    match needed {
        Needed::Name => "your name",
        Needed::Address(Channel::Email) => "your email address",
        Needed::Address(Channel::TextMessage) => "your mobile phone number",
        Needed::NumberSent(Channel::Email) => "a number sent to your email address",
        Needed::NumberSent(Channel::TextMessage) => "a number sent to your mobile phone",
        Needed::Number(Channel::Email) => "the number from the email",
        Needed::Number(Channel::TextMessage) => "the number from the text message",
        Needed::Password => "a password",
        Needed::LongerPassword => "a longer password",
        Needed::ShorterPassword => "a shorter password",
        Needed::PasswordAgain => "the password once more",
    }
}

/// `Still needed: your name, and a password.`
pub fn still_needed(needed: &[Needed]) -> String {
    match needed {
        [] => "Nothing is missing.".to_owned(),
        [only] => format!("Still needed: {}.", one(*only)),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().copied().map(one).collect();
            format!("Still needed: {}, and {}.", first.join(", "), one(*last))
        }
    }
}

/// What sign-in says to somebody whose account was just created.
pub fn account_created() -> Said {
    Said::new("Your account is created.", "Sign in with its password.")
}
