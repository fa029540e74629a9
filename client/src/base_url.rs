//! Base URLs: the address of a backend or of a proxy, `SCHEME://HOST` or `SCHEME://HOST:PORT`. They are read more strictly than
//! a browser reads what is typed: nothing is trimmed, completed or left out, so what is shown is what is used.

use reqwest::Url;
use std::fmt;

/// The longest host name (RFC 1035), in bytes.
const HOST_MAX: usize = 253;
/// The longest label of one.
const LABEL_MAX: usize = 63;

/// Why an address is not accepted: the rule it breaks and, where one character does, its position from 1. The address is
/// never repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendUrlError {
    /// It cannot be read as a URL with a host.
    NotAUrl,
    /// It holds a blank, a control character or an invisible one.
    Blank(usize),
    /// It holds a user name or a password, or the `@` after them.
    Credentials,
    /// It goes on after the host and the port.
    Path(usize),
    /// A label of the host is empty.
    EmptyLabel(usize),
    /// The host holds something that no host name does.
    Host(usize),
    /// The host or one of its labels is too long.
    TooLong,
    /// The host ends in a number and is no IPv4 address.
    NotAnAddress,
    /// The port is no number from 1 to 65535.
    Port(usize),
    /// It is not `https://` and not this computer.
    NotEncrypted,
    /// It is neither `http://` nor `https://`.
    Scheme,
}

impl fmt::Display for BackendUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAUrl => f.write_str("expected a URL with a host, such as https://accounts.harbor.example"),
            Self::Blank(at) => write!(f, "character {at} is a blank or invisible, which no address holds"),
            Self::Credentials => {
                f.write_str("a URL must not hold a user name or password: leave them out and sign in instead")
            }
            Self::Path(at) => write!(
                f,
                "expected nothing after the host and port, such as https://accounts.harbor.example; it goes on at character {at}"
            ),
            Self::EmptyLabel(at) => {
                write!(f, "the host has an empty label at character {at}: a dot needs a name on both sides")
            }
            Self::Host(at) => write!(
                f,
                "character {at} has no place in a host name: labels hold letters, digits and inner hyphens"
            ),
            Self::TooLong => {
                write!(f, "a host has at most {HOST_MAX} characters, and a label of it at most {LABEL_MAX}")
            }
            Self::NotAnAddress => {
                f.write_str("a host that ends in a number is an IPv4 address of four numbers, such as 192.0.2.7")
            }
            Self::Port(at) => write!(f, "expected a port from 1 to 65535 at character {at}"),
            Self::NotEncrypted => f.write_str(
                "expected https:// (http:// is accepted for this computer alone, such as http://127.0.0.1:8080)",
            ),
            Self::Scheme => f.write_str("expected http:// or https://"),
        }
    }
}

impl std::error::Error for BackendUrlError {}

/// A backend's URL: `https://`, or `http://` to this very computer, and nothing after the host and port.
pub fn backend_url(text: &str) -> Result<Url, BackendUrlError> {
    let url = base_url(text).map_err(|fault| match fault {
        BackendUrlError::Scheme => BackendUrlError::NotEncrypted,
        other => other,
    })?;
    let is_here = url.host_str().is_some_and(is_loopback);
    if url.scheme() == "https" || is_here { Ok(url) } else { Err(BackendUrlError::NotEncrypted) }
}

/// A proxy's URL: `http://` or `https://`, and nothing after the host and port.
pub fn proxy_url(text: &str) -> Result<Url, BackendUrlError> {
    base_url(text)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn base_url(text: &str) -> Result<Url, BackendUrlError> {
    use BackendUrlError as Fault;
    // from 1, in characters
    let position = |at: usize| text.get(..at).map_or(1, |before| before.chars().count() + 1);
    if let Some((at, _)) = text.char_indices().find(|(_, c)| is_blank(*c)) {
        return Err(Fault::Blank(position(at)));
    }
    let scheme_end = text.find("://").ok_or(Fault::NotAUrl)?;
    let (scheme, begin) = (text.get(..scheme_end).unwrap_or_default(), scheme_end + 3);
    let rest = text.get(begin..).unwrap_or_default();
    let end = begin + rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let authority = text.get(begin..end).unwrap_or_default();
    if authority.contains('@') {
        return Err(Fault::Credentials);
    }
    if authority.is_empty() {
        return Err(Fault::NotAUrl);
    }
    let known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if !known {
        return Err(Fault::Scheme);
    }
    if !matches!(text.get(end..), Some("" | "/")) {
        // `//` and `/?` too: the first character after a single slash
        let after = end + usize::from(text.get(end..).is_some_and(|rest| rest.starts_with('/')));
        return Err(Fault::Path(position(after)));
    }
    // the port begins after the last colon, but for those within the brackets of an IPv6 address
    let host_end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None if authority.starts_with('[') => return Err(Fault::Host(position(begin))),
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(host_end).ok_or(Fault::NotAUrl)?;
    if !port.is_empty() {
        let digits = port.strip_prefix(':').ok_or(Fault::Port(position(begin + host_end)))?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        if !plain || !digits.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(Fault::Port(position(begin + host_end + 1)));
        }
    }
    if !host.starts_with('[') {
        labels(host).map_err(|fault| match fault {
            Fault::EmptyLabel(at) => Fault::EmptyLabel(position(begin + at)),
            Fault::Host(at) => Fault::Host(position(begin + at)),
            other => other,
        })?;
    }
    let url = Url::parse(text)
        .map_err(|_| if host.is_empty() { Fault::NotAUrl } else { Fault::Host(position(begin)) })?;
    let ascii = url.host_str().ok_or(Fault::NotAUrl)?.trim_end_matches('.');
    // what became of a name in letters of the world
    if !ascii.starts_with('[')
        && (ascii.len() > HOST_MAX || ascii.split('.').any(|label| label.len() > LABEL_MAX))
    {
        return Err(Fault::TooLong);
    }
    Ok(url)
}

/// The rules of a host name, with places as bytes of it. A name may end in the dot of the root.
fn labels(host: &str) -> Result<(), BackendUrlError> {
    use BackendUrlError as Fault;
    if host.is_empty() {
        return Err(Fault::NotAUrl);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let mut at = 0;
    for label in name.split('.') {
        if label.is_empty() {
            return Err(Fault::EmptyLabel(at));
        }
        // RFC 1123, and the underscore that networks use inside
        let fits =
            |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || (!c.is_ascii() && !c.is_control());
        if let Some((inner, _)) = label.char_indices().find(|(_, c)| !fits(*c)) {
            return Err(Fault::Host(at + inner));
        }
        if label.starts_with('-') {
            return Err(Fault::Host(at));
        }
        if label.ends_with('-') {
            return Err(Fault::Host(at + label.len() - 1));
        }
        at += label.len() + 1;
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = |label: &str| {
        let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
        label.bytes().all(|byte| byte.is_ascii_digit())
            || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    if is_number(last) && name.parse::<std::net::Ipv4Addr>().is_err() {
        return Err(Fault::NotAnAddress);
    }
    Ok(())
}

/// A blank, a control character, or one that is not seen.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::{BackendUrlError as Fault, backend_url, proxy_url};

    #[test]
    fn only_an_encrypted_or_local_backend_is_accepted() {
        for good in [
            "https://accounts.harbor.example",
            "https://accounts.harbor.example/",
            "HTTPS://Accounts.Harbor.Example:8443",
            "https://accounts.harbor.example.",
            "https://har_bor.example",
            "https://b\u{fc}cher.example",
            "https://192.0.2.7",
            "https://[2001:db8::1]:65535",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost",
        ] {
            assert!(backend_url(good).is_ok(), "{good}");
        }
        for bad in ["http://accounts.harbor.example", "http://localhost.harbor.example", "ftp://127.0.0.1"] {
            assert_eq!(backend_url(bad), Err(Fault::NotEncrypted), "{bad}");
        }
        assert!(proxy_url("http://proxy.harbor.example:3128").is_ok());
        assert_eq!(proxy_url("socks5://proxy.harbor.example"), Err(Fault::Scheme));
    }

    #[test]
    fn f15_an_address_that_breaks_a_rule_is_refused_with_place_and_rule() {
        let long_label = format!("https://{}.example", "a".repeat(64));
        let long_host = format!("https://{}example", "a1234567.".repeat(30));
        for (bad, why) in [
            ("", Fault::NotAUrl),
            ("accounts.harbor.example", Fault::NotAUrl),
            ("https:accounts.harbor.example", Fault::NotAUrl),
            ("https:/accounts.harbor.example", Fault::NotAUrl),
            ("https:///accounts.harbor.example", Fault::NotAUrl),
            ("https://", Fault::NotAUrl),
            ("https://:443", Fault::NotAUrl),
            ("https://a..example", Fault::EmptyLabel(11)),
            ("https://.example", Fault::EmptyLabel(9)),
            ("https://a.example..", Fault::EmptyLabel(19)),
            ("https://.", Fault::EmptyLabel(9)),
            ("https://a.example:0", Fault::Port(19)),
            ("https://a.example:", Fault::Port(19)),
            ("https://a.example:65536", Fault::Port(19)),
            ("https://a.example:0443", Fault::Port(19)),
            ("https://a.example:+443", Fault::Port(19)),
            ("https://a.example:44x", Fault::Port(19)),
            ("https://a.example:1:2", Fault::Port(19)),
            ("https://[::1]443", Fault::Port(14)),
            (" https://a.example", Fault::Blank(1)),
            ("https://a.example ", Fault::Blank(18)),
            ("https://a.example\n", Fault::Blank(18)),
            ("https://a\t.example", Fault::Blank(10)),
            ("https://a\u{a0}.example", Fault::Blank(10)),
            ("https://a\u{200b}.example", Fault::Blank(10)),
            ("\u{feff}https://a.example", Fault::Blank(1)),
            ("https://mina:secret@harbor.example", Fault::Credentials),
            ("https://mina@harbor.example", Fault::Credentials),
            ("https://@harbor.example", Fault::Credentials),
            ("https://:@harbor.example", Fault::Credentials),
            ("https://harbor.example/api", Fault::Path(24)),
            ("https://harbor.example//", Fault::Path(24)),
            ("https://harbor.example/.", Fault::Path(24)),
            ("https://harbor.example?", Fault::Path(23)),
            ("https://harbor.example/?x", Fault::Path(24)),
            ("https://harbor.example#", Fault::Path(23)),
            ("https://harbor.example#top", Fault::Path(23)),
            ("https://harbor.example\\", Fault::Path(23)),
            ("https://*.example", Fault::Host(9)),
            ("https://h%61rbor.example", Fault::Host(10)),
            ("https://-harbor.example", Fault::Host(9)),
            ("https://harbor-.example", Fault::Host(15)),
            ("https://[::1", Fault::Host(9)),
            ("https://[::g]", Fault::Host(9)),
            ("https://1", Fault::NotAnAddress),
            ("https://127.1", Fault::NotAnAddress),
            ("https://0x7f.0.0.1", Fault::NotAnAddress),
            ("https://192.0.2.256", Fault::NotAnAddress),
            ("https://a.example.7", Fault::NotAnAddress),
            (&long_label, Fault::TooLong),
            (&long_host, Fault::TooLong),
        ] {
            assert_eq!(backend_url(bad), Err(why), "{bad:?}");
            assert_eq!(proxy_url(bad), Err(why), "{bad:?}");
            assert!(!why.to_string().contains("secret"), "what was typed may hold a password");
        }
    }
}
