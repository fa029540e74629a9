//! What an operator decides about messages: who carries them, how patiently, and how many.

#[cfg(feature = "server")]
use std::path::PathBuf;
use std::time::Duration;

/// How messages go out. By default nothing carries them: they are kept in place, for the person alone with the
/// application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Another process on the same database carries them out; this one only queues.
    pub elsewhere: bool,
    /// What becomes of messages that nothing here carries.
    pub uncarried: Uncarried,
    /// How patiently what failed is tried again.
    pub retry: Retry,
    /// The relay that takes mail.
    #[cfg(feature = "server")]
    pub mail: Option<Mail>,
    /// The gateway that takes text messages.
    #[cfg(feature = "server")]
    pub text_message: Option<Gateway>,
}

/// What becomes of messages of a channel that this process has no carrier for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Uncarried {
    /// They are kept in place, where whoever is alone with the database reads them, and count as sent.
    #[default]
    Kept,
    /// They wait for another process on the same database that has a carrier.
    Queued,
}

/// The first try is at once. After the n-th that failed for a passing reason, the wait is `first` · 2ⁿ⁻¹, at most
/// `longest`, times something between 0.8 and 1.2, and never less than the other side asks for (up to an hour).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    pub first: Duration,
    pub longest: Duration,
    /// How often at most; then the message is dead.
    pub tries: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self { first: Duration::from_secs(5), longest: Duration::from_mins(15), tries: 12 }
    }
}

/// A mail relay.
#[cfg(feature = "server")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// User, and the file with the password.
    pub login: Option<(String, PathBuf)>,
    /// The sender: `postern@harbor.example` or `Postern <postern@harbor.example>`.
    pub from: String,
    /// What EHLO says: a domain name or an address literal; without it, the literal of the address that the relay is reached
    /// from.
    pub hello_name: Option<String>,
    /// A file of certificates (PEM) that are trusted beside the operating system's.
    pub ca_file: Option<PathBuf>,
    /// How long one try may take in all.
    pub timeout: Duration,
    /// How many tries within a minute, of all replicas together.
    pub per_minute: u32,
}

/// How the connection to a mail relay is kept private.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte.
    Wrapped,
    /// STARTTLS, without which nothing is sent.
    StartTls,
    /// None; to this machine alone.
    Off,
}

/// A text-message gateway, spoken to over HTTP.
#[cfg(feature = "server")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// `https://…`; plain to this machine alone. Holds no placeholder: addresses do not belong into URLs.
    pub url: String,
    /// `POST` or `PUT`.
    pub method: String,
    /// Values may hold `{id}`.
    pub headers: Vec<(String, String)>,
    /// A header whose value is secret: its name, what stands before the token, and the file with the token.
    pub token: Option<(String, String, PathBuf)>,
    pub content: GatewayContent,
    /// Holds `{to}` and `{text}`, and `{id}` unless a header does.
    pub body: String,
    /// Which statuses mean that the message was taken; where there is none, all from 200 to 299.
    pub success_status: Vec<u16>,
    /// What the answer must say, beside the status.
    pub success: Option<Success>,
    /// A file of certificates (PEM) that are trusted beside the operating system's.
    pub ca_file: Option<PathBuf>,
    /// How long one try may take in all.
    pub timeout: Duration,
    /// How many tries within a minute, of all replicas together.
    pub per_minute: u32,
}

/// What an answer of the gateway must say.
#[cfg(feature = "server")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success {
    /// A place in JSON (RFC 6901) and what must stand there.
    Value(String, String),
    /// The whole text, without blanks around it; `*` stands for any characters.
    Text(String),
}

/// What the body of a request to the gateway is, and so how what is put into it is escaped.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayContent {
    Json,
    Form,
    Plain,
}
