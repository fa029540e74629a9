//! What the refusal of a mail relay means for a message: whether it concerns the recipient, so that the message will never
//! arrive, or this server (its name, its sender, its login, a policy, a limit), so that it is retried until an operator has
//! seen to that. Decided by the stage of the dialogue, the reply code and the enhanced status code (RFC 3463).

use super::carrier::Tried;
use lettre::transport::smtp::Error;

/// Where in the dialogue it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The connection, the greeting and EHLO.
    Greeting,
    StartTls,
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA, before the message.
    Data,
    /// The end of the message.
    Content,
}

impl Stage {
    pub(super) const fn refused(self, fault: Error) -> Refusal {
        Refusal::At(self, fault)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Login => "AUTH",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "end of data",
        }
    }
}

/// Why a message was not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    At(Stage, Error),
    /// The relay takes no address with such letters.
    NoSmtpUtf8,
}

impl Refusal {
    pub(super) fn verdict(&self) -> Tried {
        let (stage, fault) = match self {
            Self::NoSmtpUtf8 => return Tried::Refused { fault: "address_refused" },
            Self::At(stage, fault) => (*stage, fault),
        };
        if fault.is_tls() || breaks_tls(fault) {
            return Tried::blocked("not_trusted");
        }
        if let Some(code) = fault.status() {
            // of what the relay says only the codes: the rest may repeat the address
            let text = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
            let tried = meaning(stage, code.into(), &text);
            if let Tried::Blocked { .. } = tried {
                let (code, status) = (
                    u16::from(code),
                    enhanced(&text).map(|[class, subject, detail]| format!("{class}.{subject}.{detail}")),
                );
                tracing::warn!(
                    stage = stage.as_str(),
                    code,
                    status,
                    "the mail relay refuses this server; retried"
                );
            }
            return tried;
        }
        match stage {
            // nearly every reply to a message says that it was taken, and a second copy is worse than a missing one: the number
            // in it can be asked for again
            Stage::Content if is_unreadable(fault) => Tried::Taken,
            Stage::StartTls if fault.is_client() => Tried::blocked("no_tls"),
            Stage::Login if fault.is_client() => Tried::blocked("login_refused"),
            _ => Tried::later(if fault.is_timeout() { "no_answer" } else { "no_connection" }),
        }
    }
}

/// Whether the relay replied, in an encoding other than UTF-8, which cannot be read.
fn is_unreadable(fault: &Error) -> bool {
    let cause = std::error::Error::source(fault).and_then(|cause| cause.downcast_ref::<std::io::Error>());
    cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::InvalidData)
}

/// Whether TLS could not be agreed on, most often since the certificate is not trusted.
fn breaks_tls(fault: &Error) -> bool {
    let mut cause = std::error::Error::source(fault);
    while let Some(error) = cause {
        // what an I/O error was made of is not among its causes
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if error.is::<rustls::Error>() || inner.is_some() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The enhanced status code that a reply begins with.
fn enhanced(text: &str) -> Option<[u16; 3]> {
    let mut parts = text.split_whitespace().next()?.split('.');
    let mut part = || parts.next().filter(|part| part.len() <= 3)?.parse::<u16>().ok();
    let code = [part()?, part()?, part()?];
    (parts.next().is_none() && matches!(code[0], 2 | 4 | 5)).then_some(code)
}

/// What a negative reply means.
fn meaning(stage: Stage, code: u16, text: &str) -> Tried {
    let status = enhanced(text);
    if names_limit(text) && !status.is_some_and(concerns_recipient) {
        return Tried::blocked("limit_reached");
    }
    if matches!(code, 530 | 534 | 535 | 538) {
        return Tried::blocked("login_refused");
    }
    // whoever is greylisted is let through later
    let is_passing = (400..500).contains(&code)
        && (status.is_none_or(|[_, subject, _]| subject != 7)
            || text.to_ascii_lowercase().contains("greylist"));
    match stage {
        Stage::StartTls => Tried::blocked("no_tls"),
        Stage::Login => Tried::blocked("login_refused"),
        _ if is_passing => Tried::later("put_off"),
        Stage::Greeting => Tried::blocked("greeting_refused"),
        Stage::Sender => Tried::blocked("sender_refused"),
        Stage::Recipient | Stage::Data | Stage::Content => match status {
            Some(status) if concerns_recipient(status) && code != 504 => Tried::Refused { fault: "refused" },
            Some([_, 1, _]) => Tried::blocked("sender_refused"),
            Some([_, 5, _]) => Tried::blocked("greeting_refused"),
            // without a status, what the command is about is refused: RFC 5321, section 4.2.2, and RFC 7504
            None if stage == Stage::Recipient && matches!(code, 550..=553 | 556) => {
                Tried::Refused { fault: "refused" }
            }
            None if (500..510).contains(&code) => Tried::blocked("greeting_refused"),
            _ => Tried::blocked("policy_refused"),
        },
    }
}

/// Whether an enhanced status code speaks of the recipient, so that no other try helps. Source: RFC 3463 and IANA's registry
/// of enumerated status codes.
const fn concerns_recipient([_, subject, detail]: [u16; 3]) -> bool {
    match (subject, detail) {
        // the sender's address, and a relay that takes none from here
        (1, 7 | 8) => false,
        // the address and the mailbox; Exchange's word for no such recipient; an address that is not ASCII; a mailbox that
        // belongs to another by now
        (1 | 2, _) | (4, 1) | (6, 7 | 9) | (7, 17 | 18) => true,
        _ => false,
    }
}

/// Whether a reply says that this server has sent too much. Providers say so with all kinds of codes.
fn names_limit(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    (says(&["daily", "hourly", "per day", "per hour", "sending"]) && says(&["limit", "quota", "exceeded"]))
        || says(&["rate limit", "too many messages"])
}

#[cfg(test)]
mod tests {
    use super::{Stage, Tried, meaning};

    #[test]
    fn u8_a_refusal_that_concerns_us_is_retried_and_one_that_concerns_the_recipient_is_final() {
        use Stage::{Content, Data, Greeting, Login, Recipient, Sender, StartTls};
        for (stage, code, text, fault) in [
            (
                Greeting,
                504,
                "5.5.2 <vm>: Helo command rejected: need fully-qualified hostname",
                "greeting_refused",
            ),
            (Greeting, 554, "no SMTP service here", "greeting_refused"),
            (Greeting, 550, "5.7.1 listed", "greeting_refused"),
            (Greeting, 521, "5.3.2 no mail here", "greeting_refused"),
            (StartTls, 454, "4.7.0 TLS not available", "no_tls"),
            (StartTls, 502, "not implemented", "no_tls"),
            (Login, 535, "5.7.8 credentials invalid", "login_refused"),
            (Login, 454, "4.7.0 temporary authentication failure", "login_refused"),
            (Sender, 530, "5.7.0 must issue a STARTTLS command first", "login_refused"),
            (Sender, 550, "5.1.8 sender address rejected", "sender_refused"),
            (Sender, 550, "5.1.1 no such user", "sender_refused"),
            (Sender, 553, "sender rejected", "sender_refused"),
            (Sender, 550, "5.4.5 Daily user sending limit exceeded", "limit_reached"),
            (Sender, 451, "4.7.1 not now", "sender_refused"),
            // Postfix puts these off until RCPT TO
            (
                Recipient,
                504,
                "5.5.2 <vm>: Helo command rejected: need fully-qualified hostname",
                "greeting_refused",
            ),
            (Recipient, 504, "need fully-qualified hostname", "greeting_refused"),
            (Recipient, 501, "5.5.4 syntax", "greeting_refused"),
            (Recipient, 553, "5.1.8 sender domain not found", "sender_refused"),
            (Recipient, 553, "5.7.1 sender address rejected: not owned by user", "policy_refused"),
            (Recipient, 554, "5.7.1 relay access denied", "policy_refused"),
            (Recipient, 554, "relay access denied", "policy_refused"),
            (Recipient, 550, "5.7.26 unauthenticated", "policy_refused"),
            (Recipient, 450, "4.7.1 rate limit exceeded", "limit_reached"),
            (Recipient, 550, "Your daily sending quota is exceeded", "limit_reached"),
            (Recipient, 530, "authentication required", "login_refused"),
            (Data, 554, "5.5.1 no valid recipients", "greeting_refused"),
            (Content, 550, "5.7.1 spam", "policy_refused"),
            (Content, 554, "rejected", "policy_refused"),
            (Content, 552, "5.3.4 too large", "policy_refused"),
        ] {
            assert_eq!(meaning(stage, code, text), Tried::blocked(fault), "{stage:?} {code} {text}");
        }
        for (stage, code, text) in [
            (Recipient, 550, "5.1.1 no such mailbox"),
            (Recipient, 550, "5.1.10 recipient not found"),
            (Recipient, 553, "5.1.3 bad address"),
            (Recipient, 550, "5.2.1 mailbox disabled"),
            (Recipient, 552, "5.2.2 mailbox full, quota exceeded"),
            (Recipient, 550, "5.4.1 recipient address rejected: access denied"),
            (Recipient, 553, "5.6.7 address is not ASCII"),
            (Recipient, 556, "domain takes no mail"),
            (Recipient, 550, "no such user here"),
            (Recipient, 551, "user not local"),
            (Recipient, 553, "mailbox name not allowed"),
            (Content, 550, "5.1.1 no such mailbox"),
        ] {
            assert_eq!(
                meaning(stage, code, text),
                Tried::Refused { fault: "refused" },
                "{stage:?} {code} {text}"
            );
        }
        for (stage, code, text) in [
            (Greeting, 421, "4.3.2 shutting down"),
            (Sender, 451, "4.3.0 try again"),
            (Recipient, 450, "4.2.1 busy"),
            (Recipient, 451, "greylisted"),
            (Recipient, 450, "4.7.1 Greylisted, come back later"),
            (Recipient, 452, "4.2.2 mailbox full"),
            (Content, 451, "try again"),
        ] {
            assert_eq!(meaning(stage, code, text), Tried::later("put_off"), "{stage:?} {code} {text}");
        }
    }
}
