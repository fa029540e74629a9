//! How lines of the log are written: one event in each, for people or as JSON, whatever an event quotes. A control
//! character, or one that turns the direction of writing round, would let its sender write lines of their own.

use crate::config::log::{Log, LogFormat};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Begins to log to standard error, this level and above; `RUST_LOG` may say it more finely. Of a panic only the place is
/// written, since its own text may quote what it stumbled over.
pub fn start(log: &Log, level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new(match level {
            "info" => "info,sqlx=warn",
            level => level,
        })
    });
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Lines(io::stderr));
    match log.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().with_current_span(false).with_span_list(true).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

/// Writes each event as one line.
#[derive(Debug, Clone, Copy)]
struct Lines<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Lines<M> {
    type Writer = Line<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.make_writer())
    }
}

/// Writes one event. The subscriber hands it over whole.
struct Line<W>(W);

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        match encoded(event) {
            None => self.0.write_all(event)?,
            Some(line) => self.0.write_all(line.as_bytes())?,
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The event as one line.
fn encoded(event: &[u8]) -> Option<String> {
    // nearly every line, and told at once
    if event.strip_suffix(b"\n").unwrap_or(event).iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let text = String::from_utf8_lossy(event);
    match plain(text.strip_suffix('\n').unwrap_or(&text)) {
        Cow::Borrowed(_) => None,
        Cow::Owned(line) => Some(line + "\n"),
    }
}

/// A text that somebody else wrote, as it may be shown in a line: what would end the line or change how it is shown is
/// written as `\u0000`, which is good within JSON too.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_treacherous(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The longest text of another side in a line, in characters.
const FOREIGN_MAX: usize = 200;

/// A text that another side wrote, or that quotes it, cut to a length that no line is made long with.
pub fn shortened(text: &str) -> String {
    text.chars().take(FOREIGN_MAX).collect()
}

/// Controls, line and paragraph separators, marks and overrides of direction. All are below U+10000.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::config::log::LogFormat;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    const CORPUS: [&str; 8] = [
        "a\n2026-11-23T12:00:00Z  INFO postern_backend: FORGED",
        "a\r\nFORGED",
        "\u{1b}[31mFORGED\u{1b}[0m",
        "FORGED\u{0}\u{7f}\u{9b}",
        "FORGED\u{2028}b\u{2029}",
        "FORGED\u{202e}b\u{2066}\u{200f}",
        "FORGED\",\"level\":\"ERROR",
        "mina 민아 é 👍",
    ];

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(format: LogFormat) -> String {
        let shared = Shared::default();
        let sink = shared.clone();
        let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(Lines(move || sink.clone()));
        let say = || {
            let _span = tracing::error_span!("request", id = "edge-7").entered();
            for text in CORPUS {
                tracing::error!(fault = %text, debug = ?text, "{text}");
            }
        };
        match format {
            LogFormat::Text => tracing::subscriber::with_default(lines.finish(), say),
            LogFormat::Json => {
                let lines = lines.json().with_current_span(false).with_span_list(true);
                tracing::subscriber::with_default(lines.finish(), say);
            }
        }
        String::from_utf8(shared.0.lock().unwrap().clone()).unwrap()
    }

    // LOG-1: whatever an event quotes, it is one line, and says of itself what it is
    #[test]
    fn log_1_an_event_is_one_line() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let text = written(format);
            assert_eq!(text.lines().count(), CORPUS.len(), "{text}");
            for line in text.lines() {
                assert!(!line.chars().any(super::is_treacherous), "{line:?}");
                assert!(line.contains("edge-7"), "{line}");
            }
            // what is harmless stays as it is
            assert!(text.contains("mina 민아 é 👍"));
        }
    }

    // LOG-1: each line of the other form is JSON, and its words are the event's own
    #[test]
    fn log_1_a_line_of_json_is_json() {
        for (line, text) in written(LogFormat::Json).lines().zip(CORPUS) {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(value["level"], "ERROR");
            assert_eq!(value["fields"]["fault"], text);
            assert_eq!(value["spans"][0]["id"], "edge-7");
        }
    }
}
