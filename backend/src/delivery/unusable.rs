//! What keeps mail or text messages from being carried with the settings as they are: found by a look at the values
//! alone, so that a check of the configuration finds the same, or by opening the files they name.

use super::settings::{Gateway, Mail, MailTls};
use super::template;
use contract::Secret;
use lettre::message::Mailbox;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};
use std::path::Path;
use zeroize::Zeroizing;

/// The setting and what is wrong with it. Never repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unusable {
    /// As the configuration file calls it, within its section.
    pub key: &'static str,
    pub found: String,
    pub expected: &'static str,
}

impl Unusable {
    pub(super) fn new(key: &'static str, found: impl Into<String>, expected: &'static str) -> Self {
        Self { key, found: found.into(), expected }
    }
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: found {}, expected {}", self.key, self.found, self.expected)
    }
}

impl Mail {
    /// What is wrong with the values, each with its key.
    pub(crate) fn faults(&self) -> Vec<Unusable> {
        let mut faults = Vec::new();
        if self.from.parse::<Mailbox>().is_err() {
            let expected = "an address, or a name with an address: `Postern <postern@harbor.example>`";
            faults.push(Unusable::new("from", "no address", expected));
        }
        if self.tls == MailTls::Off && !is_loopback(&self.host) {
            let expected =
                "`starttls` or `tls`; `off` is for a relay on this machine alone (localhost, 127.0.0.1, ::1)";
            faults.push(Unusable::new("tls", format!("`off` for the host `{}`", self.host), expected));
        }
        if self.hello_name.as_deref().is_some_and(|name| !super::is_hello_name(name)) {
            let expected =
                "a full name like `accounts.harbor.example`, or an address literal like `[192.0.2.7]`";
            faults.push(Unusable::new("hello_name", "another name", expected));
        }
        faults
    }
}

impl Gateway {
    /// The same.
    pub(crate) fn faults(&self) -> Vec<Unusable> {
        let mut faults = Vec::new();
        let url = Url::parse(&self.url).ok().filter(|url| {
            let local = url.host_str().is_some_and(is_loopback);
            let plain = url.username().is_empty() && url.password().is_none() && !self.url.contains('{');
            plain && (url.scheme() == "https" || (url.scheme() == "http" && local))
        });
        if url.is_none() {
            let expected =
                "https://HOST/PATH without places and without a password (http:// to this machine alone)";
            faults.push(Unusable::new("url", "another URL", expected));
        }
        if let Some(expected) = template::fault(&self.body, self.content) {
            faults.push(Unusable::new("body", "a template that cannot work", expected));
        }
        if !self.body.contains("{id}") && !self.headers.iter().any(|(_, value)| value.contains("{id}")) {
            let expected = "{id} in the body or in a header, so that the gateway knows a second copy for one";
            faults.push(Unusable::new("body", "no {id}", expected));
        }
        if !matches!(self.method.as_str(), "POST" | "PUT") {
            faults.push(Unusable::new("method", format!("`{}`", self.method), "`POST` or `PUT`"));
        }
        let is_header = |name: &str| HeaderName::try_from(name).is_ok();
        for (name, value) in &self.headers {
            if !is_header(name) || HeaderValue::from_str(value).is_err() {
                faults.push(Unusable::new(
                    "headers",
                    format!("`{name}`"),
                    "names and values of HTTP headers",
                ));
            }
        }
        if self.token.as_ref().is_some_and(|token| !is_header(&token.0)) {
            faults.push(Unusable::new("token_header", "another name", "the name of an HTTP header"));
        }
        faults
    }

    pub(super) fn method(&self) -> Method {
        if self.method == "PUT" { Method::PUT } else { Method::POST }
    }
}

/// Whether a host is this machine, where nobody else can listen in: said by the name or number alone, so that no answer
/// of a name server decides about it.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A file that a setting names.
pub(super) fn read(key: &'static str, file: &Path) -> Result<Vec<u8>, Unusable> {
    std::fs::read(file).map_err(|fault| {
        Unusable::new(key, format!("{} ({fault})", file.display()), "a file that the server may read")
    })
}

/// The certificates in a file, in DER.
pub(super) fn authorities(key: &'static str, file: &Path) -> Result<Vec<Vec<u8>>, Unusable> {
    let read = crate::certificate::read(&read(key, file)?);
    if !read.is_usable() {
        let found = format!("{}, {}", file.display(), read.errors());
        return Err(Unusable::new(key, found, "certificates in PEM"));
    }
    Ok(read.all.into_iter().map(|one| one.der).collect())
}

/// The secret in a file, without the line's end.
pub(super) fn secret(key: &'static str, file: &Path) -> Result<Secret<String>, Unusable> {
    let bytes = Zeroizing::new(read(key, file)?);
    let text = std::str::from_utf8(&bytes).ok().map(str::trim_end).filter(|text| !text.is_empty());
    text.map(Secret::from).ok_or_else(|| {
        Unusable::new(key, format!("{}, empty", file.display()), "a file with one line, the secret")
    })
}

#[cfg(test)]
mod tests {
    use crate::settings::{Gateway, GatewayContent, Mail, MailTls};
    use std::time::Duration;

    fn mail(host: &str, tls: MailTls, from: &str) -> Vec<&'static str> {
        let (timeout, per_minute) = (Duration::from_secs(1), 1);
        let (host, from) = (host.to_owned(), from.to_owned());
        let mail = Mail {
            host,
            port: 25,
            tls,
            login: None,
            from,
            hello_name: None,
            ca_file: None,
            timeout,
            per_minute,
        };
        mail.faults().into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn mail_without_tls_goes_to_this_machine_alone() {
        for host in ["localhost", "127.0.0.1", "::1", "[::1]", "127.3.4.5"] {
            assert!(mail(host, MailTls::Off, "Postern <p@harbor.example>").is_empty(), "{host}");
        }
        for host in ["mail.harbor.example", "10.0.0.1", "localhost.harbor.example", "0.0.0.0"] {
            assert_eq!(mail(host, MailTls::Off, "p@harbor.example"), ["tls"], "{host}");
            assert!(mail(host, MailTls::StartTls, "p@harbor.example").is_empty());
        }
        assert_eq!(mail("localhost", MailTls::Wrapped, "nobody"), ["from"]);
    }

    #[test]
    fn a_gateway_is_fixed_private_and_knows_a_second_copy() {
        let gateway = |url: &str, method: &str, body: &str, header: (&str, &str)| {
            let gateway = Gateway {
                url: url.to_owned(),
                method: method.to_owned(),
                headers: vec![(header.0.to_owned(), header.1.to_owned())],
                token: None,
                content: GatewayContent::Plain,
                body: body.to_owned(),
                success_status: vec![200],
                success: None,
                ca_file: None,
                timeout: Duration::from_secs(1),
                per_minute: 1,
            };
            gateway.faults().into_iter().map(|fault| fault.key).collect::<Vec<_>>()
        };
        let (whole, key) = ("{to} {text} {id}", ("x-key", "1"));
        for url in
            ["https://sms.example/send", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"]
        {
            assert!(gateway(url, "POST", whole, key).is_empty(), "{url}");
        }
        for url in [
            "http://sms.example/",
            "ftp://localhost/",
            "nowhere",
            "https://user:word@sms.example/",
            "https://sms.example/?to={to}",
        ] {
            assert_eq!(gateway(url, "POST", whole, key), ["url"], "{url}");
        }
        let url = "https://sms.example/";
        assert_eq!(gateway(url, "GET", whole, key), ["method"]);
        assert_eq!(gateway(url, "PUT", "{to} {text}", key), ["body"]);
        assert!(gateway(url, "PUT", "{to} {text}", ("idempotency-key", "{id}")).is_empty());
        assert_eq!(gateway(url, "PUT", whole, ("x y", "1")), ["headers"]);
        assert_eq!(gateway(url, "PUT", whole, ("x", "a\r\nb: c")), ["headers"]);
    }
}
