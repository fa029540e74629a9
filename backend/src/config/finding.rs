//! What is wrong with a configuration file, so that whoever wrote it can mend it: where, what was found, what was
//! expected, and how to put it right. A value that may be secret is never repeated.

use contract::Rule;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// Nothing starts with it.
    Error,
    /// It works, and it is not safe.
    Warning,
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub gravity: Gravity,
    /// The configuration file.
    pub file: PathBuf,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 where the file as a whole is meant.
    pub column: usize,
    /// The key, as `section.key`; empty where the file as a whole is meant.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// How to mend it.
    pub fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, key, found, expected, fix, .. } = self;
        write!(f, "{}", plain(&file.display().to_string()))?;
        if *line > 0 {
            write!(f, ":{line}:{column}")?;
        }
        let gravity = match self.gravity {
            Gravity::Error => "error",
            Gravity::Warning => "warning",
        };
        write!(f, ": {gravity}")?;
        if !key.is_empty() {
            write!(f, ": {}", plain(key))?;
        }
        let (found, expected, fix) = (plain(found), plain(expected), plain(fix));
        write!(f, "\n    found     {found}\n    expected  {expected}\n    to mend   {fix}")
    }
}

/// A text out of a file, or a file's name, with nothing in it that would steer a terminal or turn the direction of reading. It
/// is one line.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// Whether a character steers a terminal, turns the direction of reading or cannot be seen, other than in an emoji sequence.
pub fn steers(c: char) -> bool {
    let of_emoji = matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}');
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || contract::text::is_ignorable(c) && !of_emoji
}

/// What a text holds that no text for people may hold, in words that name the character.
pub fn unsuitable(text: &str) -> Option<String> {
    match contract::text::visible::seen(text).err()? {
        Rule::InvisibleCharacter { code_point } => Some(format!("{code_point} is invisible and not allowed")),
        Rule::ForbiddenCharacter { code_point } => Some(format!("{} is not allowed", code_point.named())),
        _ => Some("too many marks on one character".to_owned()),
    }
}

/// Everything that was found in one file, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Whether something keeps the program from starting.
    pub fn refused(&self) -> bool {
        self.0.iter().any(|finding| finding.gravity == Gravity::Error)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, finding) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

/// What a rule over several keys, or over what lies around the file, has to say about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub(super) gravity: Gravity,
    pub(super) key: String,
    pub(super) found: String,
    pub(super) expected: String,
    pub(super) fix: String,
}

/// Takes such notes.
#[derive(Debug, Default)]
pub struct Notes {
    pub(super) taken: Vec<Note>,
    pub(super) is_partial: bool,
}

impl Notes {
    /// Whether values that are at fault were left out, so that nothing can be said to be missing.
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// Nothing starts with this. `found` must not repeat a secret.
    pub fn error(&mut self, key: &str, found: impl Into<String>, expected: &str, fix: &str) {
        self.take(Gravity::Error, key, found.into(), expected, fix);
    }

    /// This works, and it is not safe.
    pub fn warning(&mut self, key: &str, found: impl Into<String>, expected: &str, fix: &str) {
        self.take(Gravity::Warning, key, found.into(), expected, fix);
    }

    fn take(&mut self, gravity: Gravity, key: &str, found: String, expected: &str, fix: &str) {
        let (key, expected, fix) = (key.to_owned(), expected.to_owned(), fix.to_owned());
        self.taken.push(Note { gravity, key, found, expected, fix });
    }
}
