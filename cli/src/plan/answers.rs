//! What only a person has: passwords, numbers, choices. Typed at a prompt, or read from a file descriptor, never from an
//! argument, which others on the machine could see.

use super::words;
use crate::said;
use postern_contract::Secret;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead as _, BufReader, IsTerminal as _};
use zeroize::Zeroizing;

/// The longest line that is taken, in bytes: far above the longest password.
const LINE_MAX: usize = 8 * 1024;

/// What is asked for; also the first word of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A password.
    Password,
    /// An authentication number, or `resend`.
    Number,
    /// `mine` or `theirs`.
    Drift,
    /// `again`, `skip` or `stop`.
    Trouble,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Password, Self::Number, Self::Drift, Self::Trouble];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Number => "number",
            Self::Drift => "drift",
            Self::Trouble => "trouble",
        }
    }
}

/// Where answers come from.
#[derive(Debug)]
pub enum Answers {
    /// A person at a terminal.
    Prompt,
    /// Lines of a file descriptor; those of another kind than is asked for wait until theirs is.
    Lines {
        /// What is still to be read.
        from: BufReader<File>,
        /// Lines that wait.
        waiting: VecDeque<(Kind, Secret<String>)>,
    },
    /// Nobody.
    Nobody,
}

impl Answers {
    /// From that file descriptor, or from the terminal where there is one.
    pub fn open(descriptor: Option<u32>) -> std::io::Result<Self> {
        match descriptor {
            Some(number) => Ok(Self::Lines {
                from: BufReader::new(File::open(format!("/dev/fd/{number}"))?),
                waiting: VecDeque::new(),
            }),
            None if std::io::stdin().is_terminal() => Ok(Self::Prompt),
            None => Ok(Self::Nobody),
        }
    }

    /// Asks. None where nobody answers.
    pub fn ask(&mut self, kind: Kind, question: &str) -> Option<Secret<String>> {
        match self {
            Self::Nobody => {
                said::aside(question);
                said::aside(words::NOBODY_ANSWERS);
                None
            }
            Self::Prompt => {
                said::question(question);
                if kind == Kind::Password {
                    return rpassword::read_password().ok().map(Secret::new);
                }
                let mut line = String::new();
                let read = std::io::stdin().read_line(&mut line).ok()?;
                (read > 0).then(|| Secret::new(line.trim().to_owned()))
            }
            Self::Lines { from, waiting } => {
                said::aside(question);
                if let Some(at) = waiting.iter().position(|(of, _)| *of == kind) {
                    return waiting.remove(at).map(|(_, text)| text);
                }
                loop {
                    let (of, text) = line(from)?;
                    if of == kind {
                        return Some(text);
                    }
                    waiting.push_back((of, text));
                }
            }
        }
    }
}

/// The next line that follows the grammar; what does not is said and passed over.
fn line(from: &mut BufReader<File>) -> Option<(Kind, Secret<String>)> {
    loop {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LINE_MAX));
        let read = std::io::Read::take(&mut *from, LINE_MAX as u64).read_until(b'\n', &mut bytes).ok()?;
        if read == 0 {
            return None;
        }
        let text = std::str::from_utf8(&bytes).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        if word == "resend" {
            return Some((Kind::Number, Secret::from("resend")));
        }
        match Kind::ALL.into_iter().find(|kind| kind.as_str() == word) {
            Some(kind) => return Some((kind, Secret::from(rest))),
            None if text.is_empty() => {}
            None => said::aside(words::NOT_AN_ANSWER),
        }
    }
}
