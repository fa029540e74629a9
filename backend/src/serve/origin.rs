//! Where a request came from: whoever is at the other end of the connection, or, where that is a trusted proxy and only then,
//! whom the proxies name. Read from the right, since everything to the left of the last untrusted address is what a stranger
//! has written.

use super::Forwarded;
use axum::http::header::FORWARDED;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whom to trust.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    pub proxies: Vec<IpNet>,
    pub forwarded: Forwarded,
}

impl Trust {
    /// Whether this is the address of a trusted proxy.
    pub(super) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&address))
    }

    /// Where a request of this connection came from. What cannot be read ends the search: whoever wrote it is then taken for
    /// its origin.
    pub(super) fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let name = match self.forwarded {
            Forwarded::XForwardedFor => X_FORWARDED_FOR,
            Forwarded::Rfc7239 => FORWARDED,
        };
        let mut origin = peer;
        for value in headers.get_all(name).iter().rev() {
            let Ok(text) = value.to_str() else { return origin };
            for hop in text.rsplit(',') {
                if !self.is_proxy(origin) {
                    return origin;
                }
                let named = match self.forwarded {
                    Forwarded::XForwardedFor => address(hop.trim()),
                    Forwarded::Rfc7239 => for_of(hop).and_then(address),
                };
                match named {
                    Some(address) => origin = address,
                    None => return origin,
                }
            }
        }
        origin
    }
}

/// One address has one form: an IPv4 address within IPv6 is itself.
pub(super) fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The addresses that count as one client: an IPv6 subscriber has a whole /64.
pub(super) fn client(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(canonical)
}

/// The value of `for` in one element of `Forwarded`. An element that names it twice says nothing.
fn for_of(element: &str) -> Option<&str> {
    let mut named = element.split(';').filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    });
    let (Some(value), None) = (named.next(), named.next()) else { return None };
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::{Forwarded, Trust, client};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use std::net::IpAddr;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn origin(forwarded: Forwarded, peer: &str, values: &[&str]) -> IpAddr {
        let proxies = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).to_vec();
        let name = match forwarded {
            Forwarded::XForwardedFor => "x-forwarded-for",
            Forwarded::Rfc7239 => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        // the other header is whatever a stranger says
        let other = if name == "forwarded" { "x-forwarded-for" } else { "forwarded" };
        headers.append(HeaderName::from_static(other), HeaderValue::from_static("for=198.51.100.66"));
        Trust { proxies, forwarded }.origin(ip(peer), &headers)
    }

    // API-5: who is no trusted proxy is not believed, and of what a proxy says only what it has written itself
    #[test]
    fn api_5_the_origin_is_the_right_most_address_that_is_not_trusted() {
        let said = |peer, values: &[&str]| origin(Forwarded::XForwardedFor, peer, values);
        assert_eq!(said("203.0.113.9", &["198.51.100.1"]), ip("203.0.113.9"));
        assert_eq!(said("10.0.0.1", &[]), ip("10.0.0.1"));
        assert_eq!(said("10.0.0.1", &["198.51.100.1"]), ip("198.51.100.1"));
        assert_eq!(said("10.0.0.1", &["6.6.6.6, 198.51.100.1"]), ip("198.51.100.1"));
        assert_eq!(said("10.0.0.1", &["6.6.6.6", "198.51.100.1"]), ip("198.51.100.1"));
        assert_eq!(said("10.0.0.1", &["6.6.6.6,198.51.100.1 ,10.2.3.4"]), ip("198.51.100.1"));
        assert_eq!(said("10.0.0.1", &["10.9.9.9, 10.2.3.4"]), ip("10.9.9.9"));
        assert_eq!(said("10.0.0.1", &["198.51.100.1:4711"]), ip("198.51.100.1"));
        assert_eq!(said("10.0.0.1", &["[2001:db8::1]:80"]), ip("2001:db8::1"));
        assert_eq!(said("fd00::1", &["2001:db8::1"]), ip("2001:db8::1"));
        assert_eq!(said("10.0.0.1", &["::ffff:198.51.100.1"]), ip("198.51.100.1"));
        // what cannot be read is nobody's word
        for odd in ["", ",", "unknown", "198.51.100.1.5", "a, b", "\u{e9}", "6.6.6.6, _x"] {
            assert_eq!(said("10.0.0.1", &[odd]), ip("10.0.0.1"), "{odd}");
        }
        assert_eq!(said("10.0.0.1", &["6.6.6.6, nonsense, 10.0.0.2"]), ip("10.0.0.2"));
    }

    // API-5: the same where proxies speak RFC 7239
    #[test]
    fn api_5_the_standard_header_is_read_alike() {
        let said = |peer, values: &[&str]| origin(Forwarded::Rfc7239, peer, values);
        assert_eq!(said("203.0.113.9", &["for=198.51.100.1"]), ip("203.0.113.9"));
        assert_eq!(said("10.0.0.1", &["for=6.6.6.6, For=198.51.100.1;proto=https"]), ip("198.51.100.1"));
        assert_eq!(said("10.0.0.1", &["proto=https;for=\"[2001:db8::1]:4711\""]), ip("2001:db8::1"));
        for odd in ["for=_hidden", "for=unknown", "by=6.6.6.6", "for=6.6.6.6;for=7.7.7.7", "for"] {
            assert_eq!(said("10.0.0.1", &[odd]), ip("10.0.0.1"), "{odd}");
        }
    }

    // API-5: a thousand made-up origins are one client
    #[test]
    fn api_5_forged_addresses_do_not_make_clients() {
        for n in 0..1000 {
            let forged = format!("198.51.{}.{}", n / 250, n % 250);
            assert_eq!(origin(Forwarded::XForwardedFor, "203.0.113.9", &[&forged]), ip("203.0.113.9"));
            let behind = format!("{forged}, 203.0.113.9");
            assert_eq!(origin(Forwarded::XForwardedFor, "10.0.0.1", &[&behind]), ip("203.0.113.9"));
        }
        assert_eq!(client(ip("2001:db8::1:2:3:4")), client(ip("2001:db8::ffff:ffff:ffff:ffff")));
        assert_ne!(client(ip("2001:db8::1")), client(ip("2001:db8:0:1::1")));
        assert_ne!(client(ip("192.0.2.1")), client(ip("192.0.2.2")));
    }
}
