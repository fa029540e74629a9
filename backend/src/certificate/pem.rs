//! PEM (RFC 7468): the blocks of a text file, and every line that looks like a part of a block and is not.

use super::Flaw;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// A shorter line of base64 outside of any block may as well be a word.
const STRAY_MIN: usize = 40;

/// One block.
#[derive(Debug)]
pub(super) struct Block {
    /// What stands after BEGIN.
    pub label: String,
    /// The line of BEGIN, from 1.
    pub line: usize,
    /// What it holds; read of certificates alone.
    pub bytes: Vec<u8>,
}

impl Block {
    pub(super) fn is_certificate(&self) -> bool {
        is_certificate(&self.label)
    }

    pub(super) fn is_private_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY") || self.label == "PRIVATE KEY BLOCK"
    }
}

fn is_certificate(label: &str) -> bool {
    matches!(label, "CERTIFICATE" | "X509 CERTIFICATE")
}

/// The text of a file, whatever editor saved it: UTF-8 or UTF-16 with a byte order mark, or any encoding that ASCII is a part of.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8_lossy(rest),
    }
}

/// What a line is to a block.
enum Marker<'a> {
    Begin(&'a str),
    End(&'a str),
    /// Looks like one of them. Whether it looks like a beginning.
    Damaged(bool),
}

/// A block that has begun.
struct Open<'a> {
    /// None where its first line is damaged, which was said.
    label: Option<&'a str>,
    line: usize,
    body: String,
}

/// Every block of a text, and what looks like a part of one.
pub(super) fn blocks(text: &str) -> (Vec<Block>, Vec<Flaw>) {
    let (mut blocks, mut flaws) = (Vec::new(), Vec::new());
    let mut flaw = |found: String| {
        flaws.push(Flaw::error(found, "replace it by the whole block, from its BEGIN line to its END line"));
    };
    let unended = |open: Option<Open>| {
        let open = open.filter(|open| open.label.is_some())?;
        Some(format!("which holds a block without an END line (line {})", open.line))
    };
    let (mut open, mut is_stray) = (None::<Open>, false);
    for (line, content) in lines(text) {
        let was_stray = std::mem::replace(&mut is_stray, false);
        match marker(content) {
            Some(Marker::Begin(label)) => {
                unended(open.take()).map(&mut flaw);
                open = Some(Open { label: Some(label), line, body: String::new() });
            }
            Some(Marker::End(label)) => match open.take() {
                Some(Open { label: Some(begun), line, body }) if begun == label => {
                    let bytes =
                        if is_certificate(label) { STANDARD.decode(body).ok() } else { Some(Vec::new()) };
                    match bytes {
                        Some(bytes) => blocks.push(Block { label: label.to_owned(), line, bytes }),
                        None => flaw(format!("which holds a block that is not base64 (line {line})")),
                    }
                }
                Some(Open { label: Some(begun), .. }) => {
                    flaw(format!("in which a block `{begun}` ends as `{label}` (line {line})"));
                }
                Some(_) => {}
                // the END of lines that were named already
                None if was_stray => {}
                None => flaw(format!("which holds an END line without a BEGIN line (line {line})")),
            },
            // the other end of a block that was named already
            Some(Marker::Damaged(false))
                if was_stray || open.as_ref().is_some_and(|open| open.label.is_none()) =>
            {
                open = None;
            }
            Some(Marker::Damaged(is_begin)) => {
                flaw(format!("in which a line of five dashes, BEGIN or END, is damaged (line {line})"));
                open = is_begin.then(|| Open { label: None, line, body: String::new() });
            }
            None => match &mut open {
                Some(open) => open.body.extend(content.split_whitespace()),
                None if is_base64(content) || (was_stray && !content.is_empty()) => {
                    is_stray = true;
                    if !was_stray {
                        flaw(format!("which holds base64 outside of any block (line {line})"));
                    }
                }
                None => {}
            },
        }
    }
    unended(open).map(flaw);
    (blocks, flaws)
}

/// The lines with their numbers, whatever ends them; marks and blanks around them are gone. Two lines that were joined by a file
/// without its last line ending are two again.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let whole = text.split('\n').enumerate().flat_map(|(at, line)| {
        let parts = line.trim_end_matches('\r').split('\r').flat_map(|line| {
            let joined = line.find("----------BEGIN ").map(|at| line.split_at(at + 5));
            let (first, second) = joined.map_or((line, None), |(one, other)| (one, Some(other)));
            std::iter::once(first).chain(second)
        });
        parts.map(move |line| (at + 1, line))
    });
    whole.map(|(number, line)| {
        (number, line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0'))
    })
}

fn marker(line: &str) -> Option<Marker<'_>> {
    let label = |kind: &str| line.strip_prefix("-----")?.strip_suffix("-----")?.strip_prefix(kind);
    let is_plain = |label: &&str| !label.starts_with([' ', '-']) && !label.ends_with([' ', '-']);
    if let Some(label) = label("BEGIN ").filter(is_plain) {
        return Some(Marker::Begin(label));
    }
    if let Some(label) = label("END ").filter(is_plain) {
        return Some(Marker::End(label));
    }
    // a word processor makes other dashes of them
    let is_dash = |c: char| matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let words = line.trim_matches(|c: char| is_dash(c) || c.is_whitespace()).to_ascii_uppercase();
    let has_dashes = line.starts_with(is_dash) || line.ends_with(is_dash);
    let damaged =
        |kind: &str| words.strip_prefix(kind).is_some_and(|label| has_dashes || is_certificate(label.trim()));
    [("BEGIN", true), ("END", false)]
        .into_iter()
        .find_map(|(kind, begins)| damaged(&format!("{kind} ")).then_some(Marker::Damaged(begins)))
}

fn is_base64(line: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| line.as_bytes().iter().any(kind);
    line.len() >= STRAY_MIN
        && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
}
