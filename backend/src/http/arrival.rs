//! What whoever accepted a connection knows of a request and tells by extensions of it, never by headers. In-process
//! nobody does.

use axum::http::StatusCode;
use std::fmt;
use std::net::IpAddr;

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub IpAddr);

/// How a request came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrival {
    /// Its name in the logs, where a trusted proxy has given it one.
    pub id: Option<String>,
    /// Whether it came over TLS, to here or to a trusted proxy.
    pub sealed: bool,
    /// Whether there is no room for it: it is to be refused without being looked at.
    pub turned_away: bool,
    /// Why it is no request at all, where it is none: its head cannot be read, or is too long.
    pub unread: Option<StatusCode>,
}

/// Why a body ends early: by now, as many requests are worked on as may be.
#[derive(Debug)]
pub(crate) struct NoRoom;

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("as many requests are worked on as may be")
    }
}

impl std::error::Error for NoRoom {}
