//! Output: results on standard output, everything else on standard error. With `--json` standard output is one
//! [`Envelope`], printed when the command ends, and everything that is said on standard error is in it too.
//!
//! The first write that fails is remembered, and the command then ends as failed. A reader that went away (`postern … | head`)
//! is no failure.

use crate::ending::Ending;
use crate::envelope::{self, Envelope};
use crate::words;
use postern_client::config::finding::{self, plain, steers};
use postern_contract::Problem;
use postern_contract::configuration::Finding;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a command has said so far.
#[derive(Debug)]
struct Record {
    is_json: bool,
    result: Option<Value>,
    findings: Vec<Finding>,
    problem: Option<Problem>,
    messages: Vec<String>,
    /// The first write that failed, but for a reader that went away.
    fault: Option<io::Error>,
}

/// A process has one standard output, so it has one record.
static RECORD: Mutex<Record> = Mutex::new(Record {
    is_json: false,
    result: None,
    findings: Vec::new(),
    problem: None,
    messages: Vec::new(),
    fault: None,
});

fn record() -> MutexGuard<'static, Record> {
    RECORD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints an envelope at the end instead of lines.
pub fn as_json() {
    record().is_json = true;
}

/// A text of several lines as it is printed: what comes out of files, or from a backend, does not steer the terminal.
fn calm(text: &impl std::fmt::Display) -> String {
    text.to_string().split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// Writes and flushes, and remembers a failure.
fn put(mut to: impl Write, bytes: &[u8]) {
    if let Err(fault) = to.write_all(bytes).and_then(|()| to.flush())
        && fault.kind() != io::ErrorKind::BrokenPipe
    {
        record().fault.get_or_insert(fault);
    }
}

fn print(text: &str) {
    put(io::stdout().lock(), text.as_bytes());
}

fn print_aside(text: &str) {
    put(io::stderr().lock(), text.as_bytes());
}

/// A line of the result. With `--json` it is left out: the value stands in the envelope.
pub fn result(text: impl std::fmt::Display) {
    if !record().is_json {
        print(&format!("{}\n", calm(&text)));
    }
}

/// Bytes of the result, as they are; on a terminal, as [`result`]. With `--json` a text in the envelope.
pub fn bytes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if record().is_json {
        return json(&envelope::Text { text: text.into_owned() });
    }
    if io::stdout().is_terminal() {
        print(&calm(&text));
    } else {
        put(io::stdout().lock(), bytes);
    }
}

/// The result as a value of the envelope.
pub fn json(value: &impl Serialize) {
    // does not fail: each of the contract's types has a shape in JSON
    record().result = serde_json::to_value(value).ok();
}

/// The same JSON with what would steer a terminal written as JSON writes characters; outside of strings it has none but new
/// lines.
fn calm_json(text: &str) -> String {
    let mut calm = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && steers(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(calm, "\\u{unit:04x}");
            }
        } else {
            calm.push(c);
        }
    }
    calm
}

/// A reason, a warning.
pub fn aside(text: impl std::fmt::Display) {
    let text = calm(&text);
    print_aside(&format!("{text}\n"));
    record().messages.push(text);
}

/// A line of the log. It is no message of the command, so the envelope leaves it out.
pub fn log(line: &str) {
    print_aside(&format!("{}\n", calm(&line.trim_end())));
}

/// A finding, beside the result.
pub fn finding(finding: &Finding) {
    print_aside(&format!("{}\n", calm(&finding::text(finding))));
    record().findings.push(finding.clone());
}

/// Findings that are the result itself.
pub fn findings(findings: &[Finding]) {
    for finding in findings {
        result(finding::text(finding));
    }
    record().findings.extend_from_slice(findings);
}

/// What went wrong; `words` says it to a person, without the findings that come along.
pub fn problem(problem: &Problem, words: impl std::fmt::Display) {
    aside(words);
    let mut record = record();
    record.findings.extend_from_slice(&problem.findings);
    record.problem = Some(problem.clone());
}

/// What went wrong, after each of its findings.
pub fn problem_with_findings(found: &Problem, words: impl std::fmt::Display) {
    for one in &found.findings {
        print_aside(&format!("{}\n", calm(&finding::text(one))));
    }
    problem(found, words);
}

/// Why a command ends as it does, where standard output says it to a person already: for the envelope alone.
pub fn note(text: impl std::fmt::Display) {
    record().messages.push(calm(&text));
}

/// A question as it is printed: no new line after it.
pub fn prompt(text: impl std::fmt::Display) -> String {
    format!("{} ", calm(&text))
}

/// Asks on standard error.
pub fn question(text: impl std::fmt::Display) {
    print_aside(&prompt(text));
}

/// Asks for a yes: `y` or `yes`, in any case. No where there is no terminal.
pub fn confirm(text: impl std::fmt::Display) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    question(text);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).is_ok() && is_yes(&answer)
}

/// Whether an answer says yes.
fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
}

/// Prints the envelope where one is asked for, and answers how the command ends: as failed where something could not be
/// written.
pub fn finish(command: &str, ending: Ending) -> Ending {
    let envelope = {
        let mut record = record();
        let envelope = Envelope {
            format: envelope::FORMAT,
            command: command.to_owned(),
            outcome: ending,
            exit_code: ending.code(),
            result: record.result.take(),
            findings: std::mem::take(&mut record.findings),
            problem: record.problem.take(),
            messages: std::mem::take(&mut record.messages),
        };
        record.is_json.then_some(envelope)
    };
    if let Some(envelope) = envelope {
        let text = serde_json::to_string_pretty(&envelope).unwrap_or_default();
        print(&format!("{}\n", calm_json(&text)));
    }
    let fault = record().fault.take();
    match fault {
        Some(fault) => {
            // where standard error is what cannot be written, there is no other place to say it
            let _ = writeln!(io::stderr().lock(), "{}", words::output_failed(&fault));
            ending.worse(Ending::Failed)
        }
        None => ending,
    }
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn f23_yes_is_accepted_in_any_case() {
        for yes in ["y\n", "Y\n", "yes", "Yes\r\n", "YES", "  y  "] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "ye", "yess", "y y", "j"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
