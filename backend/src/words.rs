//! What messages say, in the language of whoever asked: a subject and a text for mail, one segment for the phone. The
//! only sentences the backend utters; everything else it says is a code.
//!
//! Of all that a person or a stranger may have typed, one thing alone gets into a message: the name of the place that a
//! change was made from, into mail, without anything in it that could be a link or a line of its own.

mod english;
mod japanese;
mod korean;

use crate::config::Language;
use crate::delivery::outbox::Says;
use contract::message::{Notice, NumberReason};

/// A message in words.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Wording {
    /// Never holds the number.
    pub subject: String,
    /// The mail's text, in lines of at most 78 characters where the language has spaces.
    pub mail: String,
    /// The text message.
    pub text_message: String,
}

/// The sentences of one language, each exhaustive.
struct Tongue {
    number: fn(NumberReason, &str, u32) -> Wording,
    already_registered: fn() -> Wording,
    notice: fn(Notice, Option<&str>) -> Wording,
}

const fn tongue(language: Language) -> Tongue {
    match language {
        Language::English => english::TONGUE,
        Language::Korean => korean::TONGUE,
        Language::Japanese => japanese::TONGUE,
    }
}

/// The message in this language.
pub(crate) fn wording(language: Language, says: &Says) -> Wording {
    let tongue = tongue(language);
    match says {
        Says::Number { number, reason, minutes } => (tongue.number)(*reason, number, *minutes),
        Says::AlreadyRegistered => (tongue.already_registered)(),
        Says::Nothing => Wording::default(),
        Says::Notice { notice, place } => {
            (tongue.notice)(*notice, place.as_deref().and_then(harmless).as_deref())
        }
    }
}

/// The longest name of a place in a mail, in characters.
const PLACE_MAX: usize = 64;

/// A place's name as it may stand in a mail: letters, digits, spaces, hyphens and underscores. A dot, a slash or an at
/// sign would let a mail program make a link of it. Nothing where nothing is left.
fn harmless(place: &str) -> Option<String> {
    let kept: String =
        place.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { ' ' }).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(PLACE_MAX).collect();
    (!short.is_empty()).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::{Wording, harmless, wording};
    use crate::config::Language;
    use crate::delivery::outbox::Says;
    use contract::message::{Notice, NumberReason};

    const LANGUAGES: [Language; 3] = [Language::English, Language::Korean, Language::Japanese];
    const REASONS: [NumberReason; 5] = [
        NumberReason::CreateAccount,
        NumberReason::ChangeEmail,
        NumberReason::ChangeMobilePhone,
        NumberReason::SignIn,
        NumberReason::StepUp,
    ];
    const NOTICES: [Notice; 11] = [
        Notice::PasswordChanged,
        Notice::EmailChanged,
        Notice::MobilePhoneChanged,
        Notice::TwoFactorEnabled,
        Notice::TwoFactorDisabled,
        Notice::TwoFactorMethodChanged,
        Notice::KeyAdded,
        Notice::KeyDeleted,
        Notice::AccountDisabled,
        Notice::AccountEnabled,
        Notice::SubscriptionCanceled,
    ];

    /// Every message there is.
    fn everything() -> Vec<Says> {
        let number = |reason| Says::Number { number: "012345".to_owned(), reason, minutes: 10 };
        let notice = |notice| Says::Notice { notice, place: Some("harbor-desk".to_owned()) };
        let mut all: Vec<Says> = REASONS.into_iter().map(number).collect();
        all.push(Says::AlreadyRegistered);
        all.extend(NOTICES.into_iter().map(notice));
        all
    }

    /// The basic alphabet of GSM 03.38, of which 160 fit into one segment.
    fn is_gsm_7(text: &str) -> bool {
        text.chars().all(|c| c.is_ascii_alphanumeric() || " .,:;!?'\"()-_/+&%*=<>@#$\n".contains(c))
    }

    // every message stands in every language, says what it says differently from every other, and holds its number
    // OTP-9: the subject never holds the number
    // OTP-11: a text message is one segment of our own words
    #[test]
    fn every_message_in_every_language() {
        let mut subjects = Vec::new();
        for language in LANGUAGES {
            let mut mails = std::collections::BTreeSet::new();
            let mut texts = std::collections::BTreeSet::new();
            for says in everything() {
                let Wording { subject, mail, text_message } = wording(language, &says);
                assert!(!subject.contains("012345") && !subject.contains('\n') && !subject.is_empty());
                assert!(mails.insert(mail.clone()) && texts.insert(text_message.clone()), "{mail}");
                let holds = matches!(says, Says::Number { .. });
                assert_eq!((mail.contains("012345"), text_message.contains("012345")), (holds, holds));
                assert!(!text_message.contains("harbor-desk"), "no stranger's words in a text message");
                assert_eq!(mail.contains("harbor-desk"), matches!(says, Says::Notice { .. }));
                let fits = if language == Language::English {
                    is_gsm_7(&text_message) && text_message.len() <= 160
                } else {
                    text_message.encode_utf16().count() <= 70
                };
                assert!(fits, "{}: {text_message}", text_message.encode_utf16().count());
                assert!(mail.lines().all(|line| line.chars().count() <= 78), "{mail}");
                assert!(!mail.contains("://") && !text_message.contains("://"), "no links of our own either");
                subjects.push((language, subject));
            }
            // what somebody else may have brought about says what to do then
            let Wording { mail, .. } =
                wording(language, &Says::Notice { notice: Notice::KeyAdded, place: None });
            let not_me = match language {
                Language::English => "If this was not you",
                Language::Korean => "본인이 아니라면",
                Language::Japanese => "心当たりがない場合",
            };
            assert!(mail.contains(not_me), "{mail}");
        }
        for (language, subject) in &subjects {
            assert!(!subjects.iter().any(|(other, same)| other != language && same == subject), "{subject}");
        }
    }

    // OTP-11
    #[test]
    fn otp_11_nothing_of_a_place_can_be_a_link_or_a_line() {
        for (place, shown) in [
            ("rack 4", Some("rack 4")),
            ("https://evil.example/sign-in?a=b", Some("https evil example sign-in a b")),
            ("mail\r\nBcc: all@evil.example\u{202e}\0x", Some("mail Bcc all evil example x")),
            ("서버실 3", Some("서버실 3")),
            (" \u{202e}\0. ", None),
        ] {
            assert_eq!(harmless(place).as_deref(), shown, "{place:?}");
        }
        assert_eq!(harmless(&"x".repeat(10_000)).unwrap().len(), 64);
    }
}
