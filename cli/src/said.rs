//! Where a command speaks: results on standard output, everything else on standard error. Never in colour, and never in a
//! panic where nobody listens: `postern … | head` is fine.

use postern_client::config::finding::{plain, steers};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};

/// A text of several lines as it is printed: what comes out of files, or from a backend, does not steer the terminal.
fn calm(text: &impl std::fmt::Display) -> String {
    text.to_string().split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// A line of the result.
pub fn result(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{}", calm(&text));
}

/// Bytes of the result, as they are; on a terminal, as [`result`].
pub fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = if out.is_terminal() {
        out.write_all(calm(&String::from_utf8_lossy(bytes)).as_bytes())
    } else {
        out.write_all(bytes)
    };
}

/// The result as JSON: the same for every reader, and nothing in it steers a terminal.
pub fn json(value: &impl Serialize) {
    // does not fail: each of the contract's types has a shape in JSON
    if let Ok(text) = serde_json::to_string_pretty(value) {
        let _ = writeln!(std::io::stdout().lock(), "{}", calm_json(&text));
    }
}

/// The same JSON with what would steer a terminal written as JSON writes characters; outside of strings it has none but new
/// lines.
fn calm_json(text: &str) -> String {
    let mut calm = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && steers(c) {
            let _ = write!(calm, "\\u{:04x}", u32::from(c));
        } else {
            calm.push(c);
        }
    }
    calm
}

/// A finding, a reason, a warning.
pub fn aside(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{}", calm(&text));
}

/// A question: no new line after it.
pub fn question(text: impl std::fmt::Display) {
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "{} ", calm(&text));
    let _ = err.flush();
}
