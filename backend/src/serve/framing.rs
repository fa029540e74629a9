//! Request framing: a request whose end or addressee two readers could take differently is refused, so that no proxy in
//! front and this server disagree on where one request ends and the next begins (RFC 9112, sections 3.2, 6.1 and 6.3).

use axum::http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Request, Version};

/// Heads are read no further for what they hold; a longer one is refused in any case.
const HEAD_MAX: usize = 32 * 1024;

/// Whether the request is refused for its framing or its addressee.
pub(super) fn is_ambiguous<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let encodings: Vec<_> = headers.get_all(TRANSFER_ENCODING).iter().collect();
    let coded = match encodings.as_slice() {
        [] => false,
        [only] if only.as_bytes().eq_ignore_ascii_case(b"chunked") => true,
        _ => return true,
    };
    let target = request.uri().authority().is_some_and(|authority| authority.as_str().contains('@'));
    (coded && headers.contains_key(CONTENT_LENGTH)) || target || !has_host(headers, request.version())
}

/// One host that is one, or, before HTTP/1.1, none.
fn has_host(headers: &HeaderMap, version: Version) -> bool {
    let hosts: Vec<_> = headers.get_all(HOST).iter().collect();
    match hosts.as_slice() {
        [] => version < Version::HTTP_11,
        [host] => host.to_str().is_ok_and(|host| {
            host.is_empty() || (!host.contains(['@', ',']) && host.parse::<Authority>().is_ok())
        }),
        _ => false,
    }
}

/// Reads along the head of a request for what the parser leaves out of it: it drops a length that is repeated, and one that
/// follows a transfer coding.
#[derive(Debug, Default)]
pub(super) struct HeadScan {
    head: Vec<u8>,
    done: bool,
}

impl HeadScan {
    /// Reads on. Answers once for each head, when it is whole: whether its length is said more than once.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<bool> {
        if self.done {
            return None;
        }
        let left = HEAD_MAX.saturating_sub(self.head.len());
        self.head.extend(&bytes[..bytes.len().min(left)]);
        let begin = self.head.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let head = &self.head[begin..];
        let end = (1..head.len())
            .find(|end| head[..*end].ends_with(b"\r\n\r\n") || head[..*end].ends_with(b"\n\n"));
        let end =
            end.or_else(|| (head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n")).then_some(head.len()))?;
        let lengths = head[..end]
            .split(|byte| *byte == b'\n')
            .filter_map(|line| line.split(|byte| *byte == b':').next())
            .filter(|name| {
                [&b"content-length"[..], b"transfer-encoding"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known))
            })
            .count();
        self.done = true;
        self.head = Vec::new();
        Some(lengths > 1)
    }

    /// The next byte begins a head.
    pub(super) fn begin(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::{HeadScan, is_ambiguous};
    use axum::http::{Request, Version};

    #[test]
    fn a16_a_request_has_one_host_and_one_framing() {
        let built = |version, headers: &[(&str, &str)]| {
            let mut request = Request::get("/livez").version(version);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            is_ambiguous(&request.body(()).unwrap())
        };
        let host = ("host", "accounts.example:8443");
        for (headers, ambiguous) in [
            (&[host][..], false),
            (&[("host", "[2001:db8::1]:443")], false),
            (&[host, ("transfer-encoding", "Chunked")], false),
            (&[], true),
            (&[host, host], true),
            (&[("host", "a@b.example")], true),
            (&[("host", "a b")], true),
            (&[("host", "a.example,b.example")], true),
            (&[host, ("transfer-encoding", "gzip, chunked")], true),
            (&[host, ("transfer-encoding", "chunked, chunked")], true),
            (&[host, ("transfer-encoding", "identity")], true),
            (&[host, ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")], true),
            (&[host, ("content-length", "3"), ("transfer-encoding", "chunked")], true),
        ] {
            assert_eq!(built(Version::HTTP_11, headers), ambiguous, "{headers:?}");
        }
        assert!(!built(Version::HTTP_10, &[]));
        assert!(built(Version::HTTP_10, &[host, host]));
    }

    #[test]
    fn a16_a_length_that_the_parser_drops_is_seen() {
        let scan = |text: &str| {
            let mut scan = HeadScan::default();
            text.bytes().find_map(|byte| scan.read(&[byte]))
        };
        let head = "\r\nPOST /v1/sessions HTTP/1.1\r\nHost: a\r\n";
        for (lines, twice) in [
            ("Content-Length: 2\r\n\r\n{}", Some(false)),
            ("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", Some(true)),
            ("Transfer-Encoding: chunked\r\ncontent-length: 2\r\n\r\n", Some(true)),
            ("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", Some(true)),
            ("Content-Length: 80\n\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", Some(false)),
            ("Content-Length: 2\r\n", None),
        ] {
            assert_eq!(scan(&format!("{head}{lines}")), twice, "{lines}");
        }
    }
}
