//! Authentication numbers, countdowns and password advice in words.

use super::count;
use postern_contract::Rule;
use postern_contract::advice::{PasswordAdvice, PasswordHint};
use postern_contract::message::NumberStanding;
use postern_contract::session::Challenge;
use postern_contract::verification::Channel;

/// `9:05`.
pub fn minutes_seconds(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `30 s`.
pub fn seconds(seconds: u32) -> String {
    format!("{seconds} s")
}

/// `Valid for 9:12`, or that it is over.
pub fn valid_for(seconds: u32) -> String {
    if seconds == 0 {
        "No longer valid".to_owned()
    } else {
        format!("Valid for {}", minutes_seconds(seconds))
    }
}

/// `2 tries left`.
pub fn tries_left(tries: u32) -> String {
    if tries == 0 { "No tries left".to_owned() } else { format!("{} left", count(tries, "try", "tries")) }
}

pub(super) fn tries_left_sentence(tries: u32) -> String {
    format!("{}.", tries_left(tries))
}

/// How a number that was sent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberStatus {
    /// None was sent.
    None,
    /// It can be entered.
    Live,
    /// What was entered is not right; it can be entered again.
    Wrong,
    /// It expired, or a newer one replaced it.
    Expired,
    /// All its tries are used up.
    Exhausted,
    /// It was entered right.
    Proven,
}

/// What stands under the number's field; none while nothing is wrong. `next` is when another one can be sent, where that
/// is later.
pub fn number_trouble(status: NumberStatus, next: Option<&str>) -> Option<String> {
    let what = match status {
        NumberStatus::None | NumberStatus::Live | NumberStatus::Proven => return None,
        NumberStatus::Wrong => {
            return Some(
                "That number is not right. Look at the newest message and type it again.".to_owned(),
            );
        }
        NumberStatus::Expired => "That number is too old.",
        NumberStatus::Exhausted => "No tries left.",
    };
    Some(format!("{what} {}", send_another(next)))
}

/// `You can send another at 16:19.`; without a time it can be sent now.
pub fn send_another(next: Option<&str>) -> String {
    next.map_or_else(|| "Send another one.".to_owned(), |at| format!("You can send another at {at}."))
}

/// The button while the next number has to wait.
pub fn send_another_at(next: &str) -> String {
    format!("Send another at {next}")
}

/// The budget of an address is used up.
pub fn sending_limited(next: &str) -> String {
    format!("Too many numbers requested. {}", send_another(Some(next)))
}

/// Where a second factor's number went: text before the address, the address, text after it.
pub fn sent_to(challenge: &Challenge) -> (&'static str, String, &'static str) {
    match challenge.channel {
        _ if challenge.conditional => (
            "Many sign-ins failed here lately. If the password is right, a number went to ",
            challenge.sent_to.clone(),
            ", or to the mobile phone that the account's numbers go to.",
        ),
        Channel::Email => ("It went by email to ", challenge.sent_to.clone(), "."),
        Channel::TextMessage => {
            ("It went by text message to the mobile phone ending in ", challenge.sent_to.clone(), ".")
        }
    }
}

/// How a number of a message stands; `at` is the local time where there is one.
pub fn standing(standing: NumberStanding, seconds_left: u32, at: &str) -> String {
    match standing {
        NumberStanding::Valid { .. } => format!("{}.", valid_for(seconds_left)),
        NumberStanding::Used { .. } => format!("Used at {at}."),
        NumberStanding::Replaced { .. } => format!("Replaced by a newer one at {at}."),
        NumberStanding::Dead => "No longer valid.".to_owned(),
    }
}

/// Advice on a password that is too short, where its error says so already.
pub fn advice_while_short() -> (String, String) {
    (String::new(), "A few unrelated words are easy to remember.".to_owned())
}

/// Advice on a password: a word of judgement, and one sentence that says what to add. `length` is what is typed.
pub fn advice(advice: PasswordAdvice, length: u32, min: u32) -> (String, String) {
    if length == 0 {
        return (String::new(), format!("At least {min} characters; words and spaces are welcome."));
    }
    if length < min {
        let more = count(min - length, "more character", "more characters");
        return ("Too short.".to_owned(), format!("{more}. A few unrelated words are easy to remember."));
    }
    if advice.rule == Some(Rule::CommonPassword) && advice.hint == PasswordHint::None {
        return ("Weak.".to_owned(), "It is a common password. Choose unrelated words.".to_owned());
    }
    let judged = match advice.level {
        0 | 1 => "Weak.",
        2 => "Fair.",
        3 => "Good.",
        _ => "Strong.",
    };
    let add = match advice.hint {
        PasswordHint::None => "Words and spaces are welcome.",
        PasswordHint::AddWords => {
            "One more unusual word would make it stronger. Words and spaces are welcome."
        }
        PasswordHint::AvoidContext => "Leave out your name and your address.",
        PasswordHint::AvoidCommon => "It is near a common password. Choose unrelated words.",
        PasswordHint::AvoidRepeats => "It repeats itself. Add a different word.",
        PasswordHint::AvoidSequences => "It follows the keyboard or a sequence. Add an unrelated word.",
        PasswordHint::AvoidDates => "It holds a date, which is easy to guess. Add an unrelated word.",
    };
    (judged.to_owned(), add.to_owned())
}
