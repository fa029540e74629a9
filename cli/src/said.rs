//! Where a command speaks: results on standard output, everything else on standard error. Never in colour, and never in a
//! panic where nobody listens: `postern … | head` is fine.

use serde::Serialize;
use std::io::Write;

/// A line of the result.
pub fn result(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Bytes of the result, as they are.
pub fn bytes(bytes: &[u8]) {
    let _ = std::io::stdout().lock().write_all(bytes);
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
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A question: no new line after it.
pub fn question(text: impl std::fmt::Display) {
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "{text} ");
    let _ = err.flush();
}
