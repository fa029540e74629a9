//! What hyper answers by itself, where something is no request: a status and nothing else. It is kept back, and the router
//! says the same in a problem, so that whoever sent it is told what everybody is told (RFC 9457), under an id that is in
//! the log.

use crate::http::{Arrival, Peer};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// What hyper says where a head cannot be read, or is too long.
const STATUSES: [StatusCode; 3] =
    [StatusCode::BAD_REQUEST, StatusCode::URI_TOO_LONG, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE];
/// Longer than any of its heads.
const LONGEST: usize = 256;
/// Longer than any problem.
const BODY_MAX: usize = 16 * 1024;

/// An answer that is not the router's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    status: StatusCode,
    /// When it was said, as hyper says it.
    date: Option<String>,
}

impl Own {
    /// The answer that these bytes end with, and where it begins. The router's have a body or are no refusals.
    pub(super) fn find(bytes: &[u8]) -> Option<(usize, Self)> {
        if !bytes.ends_with(b"\r\n\r\n") {
            return None;
        }
        let tail = bytes.len().saturating_sub(LONGEST);
        // a connection that began with HTTP/1.0 is answered in it
        let is_version = |window: &[u8]| matches!(window, b"HTTP/1.1 " | b"HTTP/1.0 ");
        let begin = bytes[tail..].windows(9).rposition(is_version)? + tail;
        let head = std::str::from_utf8(&bytes[begin..]).ok()?;
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next()?.get(9..12)?.parse().ok()?;
        let mut date = None;
        for line in lines {
            match line.split_once(": ")? {
                ("date", value) => date = Some(value.to_owned()),
                ("connection" | "content-length", _) => {}
                _ => return None,
            }
        }
        STATUSES.contains(&status).then_some((begin, Self { status, date }))
    }

    /// Says it in the router's words.
    pub(super) async fn say<S: AsyncWrite + Unpin>(
        self,
        stream: &mut S,
        router: axum::Router,
        peer: IpAddr,
        arrival: Arrival,
    ) -> io::Result<()> {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Arrival { unread: Some(self.status), ..arrival });
        request.extensions_mut().insert(Peer(peer));
        let Ok(answer) = TowerToHyperService::new(router).call(request).await;
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, BODY_MAX).await.unwrap_or_default();
        let mut text =
            format!("HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", self.status, body.len());
        let date = self.date.iter().map(|date| ("date", date.as_str()));
        let headers =
            head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        for (name, value) in
            date.chain(headers).filter(|(name, _)| !matches!(*name, "content-length" | "connection"))
        {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        stream.write_all(&[text.as_bytes(), &body].concat()).await?;
        stream.flush().await
    }
}

#[cfg(test)]
mod tests {
    use super::Own;
    use axum::http::StatusCode;

    #[test]
    fn only_what_the_router_did_not_say_is_taken_for_it() {
        let bare = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: Mon, 23 Nov 2026 20:00:00 GMT\r\n\r\n";
        let date = Some("Mon, 23 Nov 2026 20:00:00 GMT".to_owned());
        let own = Own { status: StatusCode::BAD_REQUEST, date };
        assert_eq!(Own::find(bare.as_bytes()), Some((0, own.clone())));
        // after an answer that waited to be sent
        let both = format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok{bare}");
        assert_eq!(Own::find(both.as_bytes()), Some((both.len() - bare.len(), own.clone())));
        let older = bare.replacen("HTTP/1.1", "HTTP/1.0", 1);
        assert_eq!(Own::find(older.as_bytes()), Some((0, own)));
        for routers in [
            "HTTP/1.1 204 No Content\r\nx-request-id: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-request-id: 1\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "\r\n\r\n",
            "",
        ] {
            assert_eq!(Own::find(routers.as_bytes()), None, "{routers}");
        }
    }
}
