//! What is wrong with a file, from the reader's words into the contract's, which windows and the command line show alike.

use postern_backend::config::finding as reader;
use postern_contract::configuration::{Finding, Gravity};
use std::path::Path;

pub use reader::{plain, steers};

/// A reader's findings.
pub fn of(findings: reader::Findings) -> Vec<Finding> {
    findings.0.into_iter().map(one).collect()
}

fn one(finding: reader::Finding) -> Finding {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Finding {
        gravity: match finding.gravity {
            reader::Gravity::Error => Gravity::Error,
            reader::Gravity::Warning => Gravity::Warning,
        },
        file: finding.file.display().to_string(),
        line: number(finding.line),
        column: number(finding.column),
        key: finding.key,
        found: finding.found,
        expected: finding.expected,
        fix: finding.fix,
    }
}

/// A finding as a person reads it: file, line and column, key; what was found, what is expected, how to mend it. Nothing in
/// it steers a terminal.
pub fn text(finding: &Finding) -> String {
    reader::Finding {
        gravity: match finding.gravity {
            Gravity::Error => reader::Gravity::Error,
            Gravity::Warning => reader::Gravity::Warning,
        },
        file: finding.file.clone().into(),
        line: finding.line as usize,
        column: finding.column as usize,
        key: finding.key.clone(),
        found: finding.found.clone(),
        expected: finding.expected.clone(),
        fix: finding.fix.clone(),
    }
    .to_string()
}

/// Whether one of them keeps the file from being used.
pub fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.gravity == Gravity::Error)
}

/// Something about a file as a whole.
pub(crate) fn whole(gravity: Gravity, file: &Path, found: String, expected: &str, fix: &str) -> Finding {
    Finding {
        gravity,
        file: file.display().to_string(),
        line: 0,
        column: 0,
        key: String::new(),
        found,
        expected: expected.to_owned(),
        fix: fix.to_owned(),
    }
}
