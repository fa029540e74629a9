//! Mail by SMTP, to one relay, one recipient at a time. TLS is required unless the relay is on this machine and it is
//! switched off: a relay that does not offer it, or whose certificate is not trusted, gets nothing. What a refusal means is
//! in [`super::smtp_reply`].

use super::carrier::{Parcel, Tried};
use super::settings::{Mail, MailTls};
use super::smtp_reply::{Refusal, Stage};
use super::unusable::{Unusable, authorities, secret};
use contract::rules::email;
use contract::text::domain;
use lettre::address::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// How long the end of a connection may take. The message is taken by then, or it is not.
const QUIT_LIMIT: Duration = Duration::from_secs(5);

/// The relay.
pub(crate) struct Relay {
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
    tls: Encryption,
    login: Option<Credentials>,
    /// What EHLO says; none for the address that the relay is reached from.
    hello: Option<ClientId>,
    from: Mailbox,
    timeout: Duration,
    per_minute: u32,
}

/// How the connection is encrypted.
enum Encryption {
    Off,
    Wrapped(TlsParameters),
    StartTls(TlsParameters),
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").finish_non_exhaustive()
    }
}

/// `Auto-Submitted` (RFC 3834): answering machines leave it alone.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `Content-Language` (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(&'static str);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(""))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}

impl Relay {
    pub(super) fn open(settings: &Mail) -> Result<Self, Unusable> {
        if let Some(fault) = settings.faults().into_iter().next() {
            return Err(fault);
        }
        let from: Mailbox =
            settings.from.parse().map_err(|_| Unusable::new("from", "no address", "an address"))?;
        let from = Mailbox { email: with_a_labels(from.email), ..from };
        let tls = match settings.tls {
            MailTls::Off => Encryption::Off,
            MailTls::Wrapped => Encryption::Wrapped(trust(settings)?),
            MailTls::StartTls => Encryption::StartTls(trust(settings)?),
        };
        let login = settings.login.as_ref().map(|(user, file)| {
            let password = secret("password_file", file)?;
            Ok(Credentials::new(user.clone(), password.expose().clone()))
        });
        Ok(Self {
            host: host(settings),
            port: settings.port,
            tls,
            login: login.transpose()?,
            hello: settings.hello_name.as_deref().and_then(hello),
            from,
            timeout: settings.timeout,
            per_minute: settings.per_minute,
        })
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) fn per_minute(&self) -> u32 {
        self.per_minute
    }

    pub(super) async fn carry(&self, parcel: &Parcel) -> Tried {
        let Some(to) = recipient(&parcel.to) else { return Tried::Refused { fault: "address_refused" } };
        let Some(message) = self.compose(to.clone(), parcel) else {
            return Tried::Refused { fault: "not_a_mail" };
        };
        match self.send(&to, &message.formatted()).await {
            Ok(()) => Tried::Taken,
            Err(refusal) => refusal.verdict(),
        }
    }

    /// One connection with one message.
    async fn send(&self, to: &Address, message: &[u8]) -> Result<(), Refusal> {
        let hello = match &self.hello {
            Some(hello) => hello.clone(),
            None => literal(&self.host, self.port).await,
        };
        let wrapped = match &self.tls {
            Encryption::Wrapped(tls) => Some(tls.clone()),
            Encryption::Off | Encryption::StartTls(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, wrapped, None);
        let mut connection = connecting.await.map_err(|fault| Stage::Greeting.refused(fault))?;
        let taken = self.transaction(&mut connection, &hello, to, message).await;
        // whatever becomes of the farewell, the message was taken or it was not
        tokio::spawn(async move { tokio::time::timeout(QUIT_LIMIT, connection.quit()).await.map(drop) });
        taken
    }

    async fn transaction(
        &self,
        connection: &mut AsyncSmtpConnection,
        hello: &ClientId,
        to: &Address,
        message: &[u8],
    ) -> Result<(), Refusal> {
        if let Encryption::StartTls(tls) = &self.tls {
            connection.starttls(tls.clone(), hello).await.map_err(|fault| Stage::StartTls.refused(fault))?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await.map_err(|fault| Stage::Login.refused(fault))?;
        }
        let mut parameters = Vec::new();
        let supports = |extension| connection.server_info().supports_feature(extension);
        if [to, &self.from.email].into_iter().any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !supports(Extension::SmtpUtfEight) {
                return Err(Refusal::NoSmtpUtf8);
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !message.is_ascii() {
            if !supports(Extension::EightBitMime) {
                return Err(Refusal::NoSmtpUtf8);
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from = MailFrom::new(Some(self.from.email.clone()), parameters);
        connection.command(from).await.map_err(|fault| Stage::Sender.refused(fault))?;
        let rcpt = Rcpt::new(to.clone(), Vec::new());
        connection.command(rcpt).await.map_err(|fault| Stage::Recipient.refused(fault))?;
        connection.command(Data).await.map_err(|fault| Stage::Data.refused(fault))?;
        connection.message(message).await.map_err(|fault| Stage::Content.refused(fault))?;
        Ok(())
    }

    fn compose(&self, to: Address, parcel: &Parcel) -> Option<Message> {
        let milliseconds = u64::try_from(parcel.at.as_millisecond()).ok()?;
        let at = std::time::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))?;
        let id = format!("<{}@{}>", parcel.id, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(parcel.wording.subject.clone())
            .date(at)
            .message_id(Some(id))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .header(ContentLanguage(parcel.language.tag()))
            .header(AutoSubmitted)
            .body(parcel.wording.mail.clone())
            .ok()
    }
}

/// Whom the relay's certificate must be from.
fn trust(settings: &Mail) -> Result<TlsParameters, Unusable> {
    const EXPECTED: &str = "certificates in PEM";
    let mut parameters = TlsParameters::builder(host(settings));
    if let Some(file) = &settings.ca_file {
        for der in authorities("ca_file", file)? {
            let trusted = Certificate::from_der(der).map_err(|fault| {
                Unusable::new("ca_file", format!("{} ({fault})", file.display()), EXPECTED)
            })?;
            parameters = parameters.add_root_certificate(trusted);
        }
    }
    parameters.build().map_err(|fault| match &settings.ca_file {
        Some(file) => Unusable::new("ca_file", format!("{} ({fault})", file.display()), EXPECTED),
        None => Unusable::new("host", fault.to_string(), "a host that a certificate can name"),
    })
}

/// One address, without anything that could be more than one, or a command. With A-labels in its domain, so that only a
/// local part that is not ASCII needs a relay with SMTPUTF8 (RFC 6531).
fn recipient(to: &str) -> Option<Address> {
    if to.chars().any(|c| c.is_control() || c.is_whitespace() || c == ',') {
        return None;
    }
    email::Address::parse(to).ok()?.sent().parse().ok()
}

/// The operator's own address, likewise.
fn with_a_labels(address: Address) -> Address {
    let ascii = domain::ascii(address.domain()).and_then(|ascii| Address::new(address.user(), ascii).ok());
    ascii.unwrap_or(address)
}

/// The relay's name as it is looked up and as its certificate names it: with A-labels, an IPv6 address without brackets.
fn host(settings: &Mail) -> String {
    let host = settings.host.as_str();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.map(str::to_owned).or_else(|| domain::ascii(host)).unwrap_or_else(|| host.to_owned())
}

/// Whether EHLO may say it.
pub(crate) fn is_hello_name(text: &str) -> bool {
    hello(text).is_some()
}

/// What EHLO says: a domain name, or an address literal (RFC 5321, section 4.1.3).
fn hello(text: &str) -> Option<ClientId> {
    if let Some(literal) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return match literal.strip_prefix("IPv6:") {
            Some(six) => six.parse::<Ipv6Addr>().ok().map(ClientId::Ipv6),
            None => literal.parse::<Ipv4Addr>().ok().map(ClientId::Ipv4),
        };
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_domain = text.len() <= 253 && text.contains('.') && text.split('.').all(is_label);
    (is_domain && text.parse::<IpAddr>().is_err()).then(|| ClientId::Domain(text.to_owned()))
}

/// The literal of the address from which a host is reached. Nothing is sent to find it out.
async fn literal(host: &str, port: u16) -> ClientId {
    let reached = tokio::net::lookup_host((host, port)).await;
    for there in reached.into_iter().flatten() {
        let any =
            if there.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
        let Ok(socket) = tokio::net::UdpSocket::bind(SocketAddr::new(any, 0)).await else { continue };
        if socket.connect(there).await.is_ok()
            && let Ok(here) = socket.local_addr()
        {
            return match here.ip().to_canonical() {
                IpAddr::V4(four) => ClientId::Ipv4(four),
                IpAddr::V6(six) => ClientId::Ipv6(six),
            };
        }
    }
    ClientId::Ipv4(Ipv4Addr::LOCALHOST)
}

#[cfg(test)]
mod tests {
    use super::{hello, literal};

    #[test]
    fn u8_the_name_of_ehlo_is_a_domain_or_an_address_literal() {
        for good in ["accounts.harbor.example", "[192.0.2.7]", "[IPv6:2001:db8::7]", "xn--bcher-kva.example"]
        {
            assert_eq!(hello(good).map(|name| name.to_string()).as_deref(), Some(good));
        }
        for bad in [
            "vm",
            "",
            "192.0.2.7",
            "[2001:db8::7]",
            "[IPv6:192.0.2.7]",
            "a..example",
            "-a.example",
            "a b.example",
            "b\u{fc}cher.example",
            "a.example\r\nRSET",
        ] {
            assert_eq!(hello(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn u8_the_literal_is_that_of_the_address_a_host_is_reached_from() {
        assert_eq!(literal("127.0.0.1", 25).await.to_string(), "[127.0.0.1]");
        assert_eq!(literal("::1", 25).await.to_string(), "[IPv6:::1]");
        assert_eq!(literal("host.invalid", 25).await.to_string(), "[127.0.0.1]");
    }
}
