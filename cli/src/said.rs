//! Where a command speaks: results on standard output, everything else on standard error. Never in colour, and never in a
//! panic where nobody listens: `postern … | head` is fine.

use postern_client::config::finding::plain;
use serde::Serialize;
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

/// The result as JSON.
pub fn json(value: &impl Serialize) {
    let mut out = std::io::stdout().lock();
    // fails only where nobody listens: each of the contract's types has a shape in JSON
    if serde_json::to_writer_pretty(&mut out, value).is_ok() {
        let _ = writeln!(out);
    }
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
