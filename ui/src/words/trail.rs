//! Activity, notices and messages in words.

use postern_contract::activity::Event;
use postern_contract::message::{Notice, NumberReason};
use postern_contract::verification::Channel;

/// The guide's words for a method of two-factor.
pub const fn method(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "Email",
        Channel::TextMessage => "Text message",
    }
}

/// The same inside a sentence: `by email`.
pub const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::TextMessage => "text message",
    }
}

/// What a method is worth, beside its address.
pub const fn about_method(channel: Channel, weak: bool) -> &'static str {
    match (channel, weak) {
        (Channel::Email, true) => "Weaker if your mail is open on this computer.",
        (Channel::Email, false) => "The number arrives by email.",
        (Channel::TextMessage, true) => "Weaker if someone takes over your phone number.",
        (Channel::TextMessage, false) => "The number arrives on a second device.",
    }
}

/// The notice before two-factor is disabled.
pub const fn before_disabling() -> &'static str {
    "Anyone who learns your password can then sign in as you and manage your authentication keys. You can enable it \
     again at any time. It is disabled when you press OK."
}

/// One entry of the account's own trail.
pub const fn event(event: Event) -> &'static str {
    match event {
        Event::AccountCreated => "Account created",
        Event::SignedIn => "Signed in",
        Event::SignInRefused => "Sign-in refused: the password was not right",
        Event::SecondFactorAsked => "Password accepted, authentication number sent",
        Event::SecondFactorRefused => "Authentication number refused",
        Event::SignedOut => "Signed out",
        Event::SteppedUp => "Password entered again",
        Event::StepUpRefused => "Password refused when entered again",
        Event::SessionEnded => "Signed out from elsewhere",
        Event::NameChanged => "Name changed",
        Event::TaskChanged => "Task changed",
        Event::EmailChanged => "Email address changed",
        Event::MobilePhoneChanged => "Mobile phone changed",
        Event::PasswordChanged => "Password changed",
        Event::TwoFactorEnabled => "2-Factor authentication enabled",
        Event::TwoFactorDisabled => "2-Factor authentication disabled",
        Event::TwoFactorMethodChanged => "Authentication method changed",
        Event::KeyAdded => "Authentication key added",
        Event::KeyDeleted => "Authentication key deleted",
        Event::ContactNumberRefused => "Number of a new address refused",
        Event::DataExported => "Own data exported",
        Event::TwoFactorReset => "2-Factor authentication reset by an operator",
        Event::AccountDisabled => "Account disabled by an operator",
        Event::AccountEnabled => "Account enabled by an operator",
        Event::AccountUnlocked => "Waits after wrong passwords ended by an operator",
    }
}

/// What a notice to the owner says.
pub const fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::PasswordChanged => "The password was changed. Every other place is signed out.",
        Notice::EmailChanged => "The email address was changed.",
        Notice::MobilePhoneChanged => "The mobile phone was changed.",
        Notice::TwoFactorEnabled => "2-Factor authentication was enabled.",
        Notice::TwoFactorDisabled => "2-Factor authentication was disabled.",
        Notice::TwoFactorMethodChanged => "The authentication method was changed.",
        Notice::KeyAdded => "An authentication key was added.",
        Notice::KeyDeleted => "An authentication key was deleted.",
        Notice::AccountDisabled => "An operator disabled the account.",
        Notice::AccountEnabled => "An operator enabled the account again.",
        Notice::SubscriptionCanceled => "The subscription was canceled and the user information deleted.",
    }
}

/// What an authentication number is for.
pub const fn reason(reason: NumberReason) -> &'static str {
    match reason {
        NumberReason::CreateAccount => "To create an account.",
        NumberReason::ChangeEmail => "To change your email address.",
        NumberReason::ChangeMobilePhone => "To change your mobile phone.",
        NumberReason::SignIn => "To sign in.",
        NumberReason::StepUp => "To unlock changes.",
    }
}
