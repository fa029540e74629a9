//! Nothing is counted where nobody looks.

use axum::http::Method;
use std::time::Duration;

/// The same calls as a server's, which do nothing. Made by `default`, as that one is.
#[derive(Debug, Default)]
pub(crate) struct Measures {}

#[allow(clippy::unused_self, reason = "the same calls as a server's")]
impl Measures {
    pub(crate) fn answered(&self, _: &Method, _: &str, _: u16, _: Duration) {}
    pub(crate) fn conflicted(&self) {}
    pub(crate) fn gave_up(&self) {}
}
