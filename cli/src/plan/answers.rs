//! What only a person has: passwords, numbers, choices. Typed at a prompt, or read from a file descriptor, never from an
//! argument, which others on the machine could see.

use super::words;
use crate::said;
use postern_client::password_prompt;
use postern_contract::Secret;
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
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
    /// `again`, `skip`, `stop`, or `canceled`.
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
    /// Lines of a file descriptor.
    Lines(Lines),
    /// Nobody.
    Nobody,
}

/// The lines of a file descriptor. Each is for one plan, since a password or a choice that was meant for one account must not
/// reach another: those for another plan or of another kind than is asked for wait until theirs is.
#[derive(Debug)]
pub struct Lines {
    /// Not buffered: what waited in a buffer would stay in memory when it is dropped.
    from: File,
    plans: Vec<PathBuf>,
    /// Which plan is worked on.
    turn: usize,
    /// Which plan the lines that are read are for; none for none of them.
    of: Option<usize>,
    waiting: VecDeque<(usize, Kind, Secret<String>)>,
}

impl Answers {
    /// For these plans, from that file descriptor, or from the terminal where there is one.
    pub fn open(descriptor: Option<u32>, plans: &[PathBuf]) -> std::io::Result<Self> {
        match descriptor {
            Some(number) => Ok(Self::Lines(Lines {
                from: File::open(format!("/dev/fd/{number}"))?,
                plans: plans.to_vec(),
                turn: 0,
                of: (plans.len() == 1).then_some(0),
                waiting: VecDeque::new(),
            })),
            None if std::io::stdin().is_terminal() => Ok(Self::Prompt),
            None => Ok(Self::Nobody),
        }
    }

    /// Turns to a plan, by its place among them: what is asked from here on is for this one.
    pub fn turn(&mut self, to: usize) {
        if let Self::Lines(lines) = self {
            lines.turn = to;
            if let (Some(plan), 2..) = (lines.plans.get(to), lines.plans.len()) {
                said::aside(words::turn(plan));
            }
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
                if kind == Kind::Password {
                    return password_prompt::ask(&said::prompt(question)).ok();
                }
                said::question(question);
                let mut line = Zeroizing::new(String::new());
                let read = std::io::stdin().read_line(&mut line).ok()?;
                (read > 0).then(|| Secret::new(line.trim().to_owned()))
            }
            Self::Lines(lines) => {
                said::aside(question);
                let answer = lines.next(kind);
                if answer.is_none() {
                    said::aside(words::answers_ended(kind.as_str()));
                }
                answer
            }
        }
    }
}

impl Answers {
    /// Asks for one of these words. At a prompt until one of them is typed; from a descriptor another word is said to be none of
    /// them, and nobody answers.
    pub fn choose(&mut self, kind: Kind, question: &str, among: &[&'static str]) -> Option<&'static str> {
        loop {
            let typed = self.ask(kind, question)?;
            let typed = typed.expose().trim();
            if let Some(word) = among.iter().find(|word| word.eq_ignore_ascii_case(typed)) {
                return Some(word);
            }
            said::aside(words::none_of(among));
            if !matches!(self, Self::Prompt) {
                return None;
            }
        }
    }
}

impl Lines {
    /// The next answer of that kind for the plan that is worked on.
    fn next(&mut self, kind: Kind) -> Option<Secret<String>> {
        let is = |of: usize, what: Kind| of == self.turn && what == kind;
        if let Some(at) = self.waiting.iter().position(|(of, what, _)| is(*of, *what)) {
            return self.waiting.remove(at).map(|(_, _, text)| text);
        }
        loop {
            let (what, text) = self.line()?;
            match self.of {
                Some(of) if of == self.turn && what == kind => return Some(text),
                Some(of) => self.waiting.push_back((of, what, text)),
                None => said::aside(words::ANSWER_FOR_NO_PLAN),
            }
        }
    }

    /// The bytes of the next line; none at the end.
    fn bytes(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LINE_MAX));
        let mut byte = Zeroizing::new([0]);
        while bytes.len() < LINE_MAX && bytes.last() != Some(&b'\n') {
            match self.from.read_exact(&mut *byte) {
                Ok(()) => bytes.push(byte[0]),
                Err(_) if bytes.is_empty() => return None,
                Err(_) => break,
            }
        }
        Some(bytes)
    }

    /// The next line that follows the grammar; what does not is said and passed over.
    fn line(&mut self) -> Option<(Kind, Secret<String>)> {
        loop {
            let bytes = self.bytes()?;
            let text = std::str::from_utf8(&bytes).unwrap_or_default().trim_end_matches(['\r', '\n']);
            let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
            match word {
                "resend" => return Some((Kind::Number, Secret::from("resend"))),
                "plan" => {
                    self.of = self.named(rest);
                    continue;
                }
                _ => {}
            }
            match Kind::ALL.into_iter().find(|kind| kind.as_str() == word) {
                Some(kind) => return Some((kind, Secret::from(rest))),
                None if text.is_empty() => {}
                None => said::aside(words::NOT_AN_ANSWER),
            }
        }
    }

    /// Which plan that is: by its path, or by its file's name where no other has the same.
    fn named(&self, name: &str) -> Option<usize> {
        let by_path = self.plans.iter().position(|plan| plan == Path::new(name));
        let mut by_name = (0..self.plans.len())
            .filter(|at| self.plans.get(*at).and_then(|plan| plan.file_name()) == Some(OsStr::new(name)));
        by_path.or_else(|| by_name.next().filter(|_| by_name.next().is_none()))
    }
}
