//! The sections `[mail]`, `[text_message]`, `[retry]` and `[messages]`: how messages leave, and what becomes of those that
//! nothing here sends.

use super::finding::Notes;
use crate::delivery::unusable::Unusable;
use crate::settings::{self, Gateway, GatewayContent, MailTls, Retry, Success, Uncarried};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// What becomes of messages that nothing is configured to send: mail without `[mail]`, text messages without
/// `[text_message]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Messages {
    /// `queued`: they wait until a server on the same database sends them, and are given up after a week. `kept`: they stay
    /// where `postern-backend messages` shows them, and count as sent; every server on the database must be told so.
    /// Default: `kept` on SQLite where neither `[mail]` nor `[text_message]` is there, else `queued`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "WithoutCarrier")]
    pub without_carrier: Option<WithoutCarrier>,
}

/// The choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the key says it")]
pub enum WithoutCarrier {
    Queued,
    Kept,
}

impl From<WithoutCarrier> for Uncarried {
    fn from(chosen: WithoutCarrier) -> Self {
        match chosen {
            WithoutCarrier::Queued => Self::Queued,
            WithoutCarrier::Kept => Self::Kept,
        }
    }
}

/// How mail leaves: over one relay, by SMTP. Each mail has one recipient and a `Message-ID` that is the same at every
/// try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The relay's name, as its certificate says it.
    #[schemars(length(min = 1))]
    pub host: String,
    /// Its port. Default: 587, and 465 where `tls = "tls"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", range(min = 1))]
    pub port: Option<u16>,
    /// How the connection is kept private. Without it nothing is sent.
    #[serde(default)]
    pub tls: Tls,
    /// The sender: an address, or a name with an address.
    #[schemars(extend("format" = "mailbox"))]
    pub from: String,
    /// Whom the relay knows us as. Not set: it asks for no login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub user: Option<String>,
    /// A file with that user's password. Read at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub password_file: Option<PathBuf>,
    /// What EHLO says: the full name of this server, like `accounts.harbor.example`, or an address literal, like `[192.0.2.7]`
    /// or `[IPv6:2001:db8::7]`. Not set: the literal of the address from which the relay is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "hello-name"))]
    pub hello_name: Option<String>,
    /// A file of certificates (PEM) that are trusted beside the operating system's, for a relay with a private one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub ca_file: Option<PathBuf>,
    /// Seconds one try may take in all.
    #[serde(default = "seconds")]
    #[schemars(range(min = 1, max = 120))]
    pub timeout_seconds: u32,
    /// Mails tried within a minute at most, by all replicas together; the rest wait, notices longer than numbers.
    #[serde(default = "mails")]
    #[schemars(range(min = 1, max = 100_000))]
    pub per_minute: u32,
}

/// How a connection to a mail relay is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// STARTTLS, required.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: for a relay on this machine alone.
    Off,
}

/// How text messages leave: by one HTTP request each. No redirect is followed and no proxy used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextMessage {
    /// Where the gateway takes messages: `https://…`, or `http://…` on this machine.
    pub url: String,
    /// How it is asked.
    #[serde(default)]
    pub method: Method,
    /// What the body is, and so how what is put into it is escaped.
    #[serde(default)]
    pub content: Content,
    /// The body. `{to}` becomes the phone number (`+821055501234`), `{text}` the message, and `{id}` what is the same at
    /// every try, so that the gateway knows a second copy for one.
    pub body: String,
    /// More headers. Values may hold `{id}`: `Idempotency-Key = "{id}"`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A file with the token that the gateway asks for. Read at the start. Not set: it asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub token_file: Option<PathBuf>,
    /// The header the token is sent in.
    #[serde(default = "authorization")]
    pub token_header: String,
    /// What stands before the token in that header.
    #[serde(default = "bearer")]
    pub token_prefix: String,
    /// The statuses that mean the message was taken; empty: all from 200 to 299. An answer with another one of those, or
    /// without what `success_text` or `success_pointer` asks for, is a refusal for good: the message may have been taken, so it
    /// is not sent again. 400, 413 and 422 are refusals for good too. 408, 409, 425, 429 and 5xx are retried, with
    /// `Retry-After` honoured; all other answers concern this server and not the message, which is retried until an operator
    /// has seen to it.
    #[serde(default)]
    #[schemars(inner(range(min = 200, max = 299)))]
    pub success_status: Vec<u16>,
    /// What the answer says as text where the message was taken, blanks around it aside; `*` stands for any characters: `OK*`.
    /// Beside it there is no `success_pointer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub success_text: Option<String>,
    /// Where the answer (JSON) says so too, as a JSON pointer: `/messages/0/status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub success_pointer: Option<String>,
    /// What must stand there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub success_value: Option<String>,
    /// A file of certificates (PEM) that are trusted beside the operating system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PathBuf")]
    pub ca_file: Option<PathBuf>,
    /// Seconds one try may take in all.
    #[serde(default = "seconds")]
    #[schemars(range(min = 1, max = 120))]
    pub timeout_seconds: u32,
    /// Text messages tried within a minute at most, by all replicas together; the rest wait, notices longer than
    /// numbers.
    #[serde(default = "texts")]
    #[schemars(range(min = 1, max = 100_000))]
    pub per_minute: u32,
}

/// How a gateway is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Method {
    #[default]
    #[serde(rename = "POST")]
    Post,
    #[serde(rename = "PUT")]
    Put,
}

/// What the body of a request is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// `application/json`; places stand between quotes.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `text/plain`.
    Plain,
}

/// How patiently a message is tried again that failed for a passing reason. Each wait is twice the one before, and a fifth
/// longer or shorter by chance. A number that has expired or was replaced is never sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tries {
    /// Seconds before the second try.
    #[schemars(range(min = 1, max = 600))]
    pub first_seconds: u32,
    /// The longest wait in seconds.
    #[schemars(range(min = 1, max = 3_600))]
    pub longest_seconds: u32,
    /// After so many tries the message is given up. It is kept for a day, where `postern-backend messages` shows it.
    #[schemars(range(min = 1, max = 100))]
    pub tries: u32,
}

impl Default for Tries {
    fn default() -> Self {
        let Retry { first, longest, tries } = Retry::default();
        let narrow = |span: Duration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX);
        Self { first_seconds: narrow(first), longest_seconds: narrow(longest), tries }
    }
}

impl From<&Tries> for Retry {
    fn from(tries: &Tries) -> Self {
        Self {
            first: Duration::from_secs(tries.first_seconds.into()),
            longest: Duration::from_secs(tries.longest_seconds.into()),
            tries: tries.tries,
        }
    }
}

impl From<&Mail> for settings::Mail {
    fn from(mail: &Mail) -> Self {
        let (tls, port) = match mail.tls {
            Tls::Starttls => (MailTls::StartTls, 587),
            Tls::Tls => (MailTls::Wrapped, 465),
            Tls::Off => (MailTls::Off, 25),
        };
        Self {
            host: mail.host.clone(),
            port: mail.port.unwrap_or(port),
            tls,
            login: mail.user.clone().zip(mail.password_file.clone()),
            from: mail.from.clone(),
            hello_name: mail.hello_name.clone(),
            ca_file: mail.ca_file.clone(),
            timeout: Duration::from_secs(mail.timeout_seconds.into()),
            per_minute: mail.per_minute,
        }
    }
}

impl From<&TextMessage> for Gateway {
    fn from(text: &TextMessage) -> Self {
        let method = match text.method {
            Method::Post => "POST",
            Method::Put => "PUT",
        };
        let token = text.token_file.clone();
        Self {
            url: text.url.clone(),
            method: method.to_owned(),
            headers: text.headers.clone().into_iter().collect(),
            token: token.map(|file| (text.token_header.clone(), text.token_prefix.clone(), file)),
            content: match text.content {
                Content::Json => GatewayContent::Json,
                Content::Form => GatewayContent::Form,
                Content::Plain => GatewayContent::Plain,
            },
            body: text.body.clone(),
            success_status: text.success_status.clone(),
            success: match (&text.success_text, &text.success_pointer, &text.success_value) {
                (Some(text), ..) => Some(Success::Text(text.clone())),
                (None, Some(pointer), Some(value)) => Some(Success::Value(pointer.clone(), value.clone())),
                _ => None,
            },
            ca_file: text.ca_file.clone(),
            timeout: Duration::from_secs(text.timeout_seconds.into()),
            per_minute: text.per_minute,
        }
    }
}

impl Mail {
    /// Rules over several keys.
    pub(super) fn rules(&self, notes: &mut Notes) {
        if self.user.is_some() != self.password_file.is_some() {
            let expected = "`user` and `password_file` together, or neither";
            notes.error("mail.user", "one without the other", expected, "add the other, or remove both");
        }
        note("mail", settings::Mail::from(self).faults(), notes);
    }
}

impl TextMessage {
    /// The same.
    pub(super) fn rules(&self, notes: &mut Notes) {
        if self.success_pointer.is_some() != self.success_value.is_some() {
            let expected = "`success_pointer` and `success_value` together, or neither";
            let fix = "add the other, or remove both";
            notes.error("text_message.success_pointer", "one without the other", expected, fix);
        }
        if self.success_pointer.is_some() && self.success_text.is_some() {
            let expected = "`success_text` or `success_pointer`";
            notes.error("text_message.success_text", "both", expected, "remove one of them");
        }
        if self.success_pointer.as_ref().is_some_and(|pointer| !pointer.starts_with('/')) {
            let expected = "a JSON pointer (RFC 6901), like `/status`";
            notes.error("text_message.success_pointer", "another text", expected, "begin it with a slash");
        }
        note("text_message", Gateway::from(self).faults(), notes);
    }
}

fn note(section: &str, faults: Vec<Unusable>, notes: &mut Notes) {
    for Unusable { key, found, expected } in faults {
        notes.error(&format!("{section}.{key}"), found, expected, "write it so");
    }
}

/// Whether a text is what EHLO may say.
pub(super) fn is_hello_name(text: &str) -> bool {
    crate::delivery::is_hello_name(text)
}

/// Whether a text is a mailbox, as far as its form goes.
pub(super) fn is_mailbox(text: &str) -> bool {
    text.parse::<lettre::message::Mailbox>().is_ok()
}

const fn seconds() -> u32 {
    20
}

const fn mails() -> u32 {
    600
}

const fn texts() -> u32 {
    300
}

fn authorization() -> String {
    "Authorization".to_owned()
}

fn bearer() -> String {
    "Bearer ".to_owned()
}
