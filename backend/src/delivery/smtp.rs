//! Mail by SMTP, to one relay, one recipient at a time. TLS is required unless the relay is on this machine and it is
//! switched off: a relay that does not offer it, or whose certificate is not trusted, gets nothing.

use super::carrier::{Parcel, Tried};
use super::settings::{Mail, MailTls};
use super::unusable::{Unusable, authorities, secret};
use lettre::address::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport as _, Tokio1Executor};
use std::time::Duration;

/// The relay.
pub(crate) struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
    per_minute: u32,
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
        let from = settings.from.parse().map_err(|_| Unusable::new("from", "no address", "an address"))?;
        let tls = match settings.tls {
            MailTls::Off => Tls::None,
            MailTls::Wrapped => Tls::Wrapper(trust(settings)?),
            MailTls::StartTls => Tls::Required(trust(settings)?),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout));
        if let Some((user, file)) = &settings.login {
            let password = secret("password_file", file)?;
            transport = transport.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        let (timeout, per_minute) = (settings.timeout, settings.per_minute);
        Ok(Self { transport: transport.build(), from, timeout, per_minute })
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) fn per_minute(&self) -> u32 {
        self.per_minute
    }

    pub(super) async fn carry(&self, parcel: &Parcel) -> Tried {
        let Some(to) = recipient(&parcel.to) else { return Tried::Refused { fault: "address_refused" } };
        let foreign = !parcel.to.is_ascii();
        let Some(message) = self.compose(to, parcel) else {
            return Tried::Refused { fault: "not_a_mail" };
        };
        match self.transport.send(message).await {
            Ok(_) => Tried::Taken,
            Err(fault) => verdict(&fault, foreign),
        }
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
    let mut parameters = TlsParameters::builder(settings.host.clone());
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

/// One address, without anything that could be more than one, or a command.
fn recipient(to: &str) -> Option<Address> {
    if to.chars().any(|c| c.is_control() || c.is_whitespace() || c == ',') {
        return None;
    }
    to.parse().ok()
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

/// What an error means for the message. A refused login or a relay without TLS is no fault of the message: it waits until
/// that is mended.
fn verdict(fault: &Error, foreign: bool) -> Tried {
    if fault.is_tls() || breaks_tls(fault) {
        return Tried::later("not_trusted");
    }
    if fault.is_permanent() {
        let code = fault.status().map(u16::from);
        return if matches!(code, Some(530 | 534 | 535 | 538)) {
            Tried::later("login_refused")
        } else {
            Tried::Refused { fault: "refused" }
        };
    }
    if fault.is_transient() {
        return Tried::later("put_off");
    }
    if fault.is_client() {
        return if foreign { Tried::Refused { fault: "address_refused" } } else { Tried::later("no_tls") };
    }
    Tried::later(if fault.is_timeout() { "no_answer" } else { "no_connection" })
}
