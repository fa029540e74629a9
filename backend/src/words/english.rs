//! Messages in English.

use super::{Tongue, Wording};
use contract::message::{Notice, NumberReason};

pub(super) const TONGUE: Tongue = Tongue { number, already_registered, notice };

fn number(reason: NumberReason, number: &str, minutes: u32) -> Wording {
    let to = match reason {
        NumberReason::CreateAccount => "to create an account",
        NumberReason::ChangeEmail => "to change your email address",
        NumberReason::ChangeMobilePhone => "to change your mobile phone",
        NumberReason::SignIn => "to sign in",
        NumberReason::StepUp => "to unlock changes",
    };
    let minutes = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    Wording {
        subject: format!("Your authentication number {to}"),
        mail: format!(
            "Your authentication number {to}:\n\n    {number}\n\n\
             It works once, for {minutes} after it was asked for.\n\
             Tell it to nobody, whoever asks for it.\n\n\
             If you did not ask for it, nothing has to be done.\n"
        ),
        text_message: format!(
            "Postern: {number} is your number {to}. It works for {minutes}. Tell it to nobody. \
             Did you not ask for it? Then ignore this."
        ),
    }
}

fn already_registered() -> Wording {
    Wording {
        subject: "You already have an account".to_owned(),
        mail: "Somebody asked for a new account with this address, which has one.\n\
               Sign in with it instead.\n\n\
               If this was not you, nothing has to be done.\n"
            .to_owned(),
        text_message: "Postern: somebody asked for a new account with this number, which has one. Sign in \
                       instead. If this was not you, nothing has to be done."
            .to_owned(),
    }
}

fn notice(notice: Notice, place: Option<&str>) -> Wording {
    let what = match notice {
        Notice::PasswordChanged => "Your password is now changed",
        Notice::EmailChanged => "Your email address is now changed",
        Notice::MobilePhoneChanged => "Your mobile phone is now changed",
        Notice::TwoFactorEnabled => "2-Factor authentication is now on",
        Notice::TwoFactorDisabled => "2-Factor authentication is now off",
        Notice::TwoFactorMethodChanged => "Your authentication method is now changed",
        Notice::KeyAdded => "An authentication key was added",
        Notice::KeyDeleted => "An authentication key was deleted",
        Notice::AccountDisabled => "Your account was disabled by an operator",
        Notice::AccountEnabled => "Your account was enabled again by an operator",
        Notice::SubscriptionCanceled => "Your user information is deleted",
    };
    let from = place.map(|place| format!("From: {place}\n")).unwrap_or_default();
    let (then, briefly) = match notice {
        Notice::SubscriptionCanceled => ("", ""),
        Notice::AccountDisabled | Notice::AccountEnabled => (
            "\nNothing was deleted. Ask whoever runs this backend for the reason.\n",
            " Ask whoever runs this backend for the reason.",
        ),
        _ => (
            "\nIf this was not you, sign in and change your password.\n",
            " If this was not you, sign in and change your password.",
        ),
    };
    Wording {
        subject: what.to_owned(),
        mail: format!("{what}.\n{from}{then}"),
        text_message: format!("Postern: {what}.{briefly}"),
    }
}
