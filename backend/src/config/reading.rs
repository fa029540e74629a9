//! Reads a configuration file and says everything that is wrong with it at once. Each step looks at what the step before
//! left: syntax, then the schema made from the documented structs, then rules over several keys. It touches nothing but
//! the text, so that a check on another machine finds the same. At most [`FINDINGS_MAX`] findings are kept, so that a check
//! takes time that grows with the file and no faster.

use super::conformance::{Breach, Checker, How};
use super::finding::{Finding, Findings, Gravity, Note, Notes};
use super::partial::Partial;
use super::place::{Places, dotted, escaped, line_and_column};
use super::violation;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use std::ops::Range;
use std::path::Path;
use toml::de::DeTable;

/// A form a text may have to have, beside what a schema can say.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// As the schema names it.
    pub name: &'static str,
    /// Whether a text has it.
    pub holds: fn(&str) -> bool,
    /// What is expected, with an example.
    pub expected: &'static str,
}

/// What a configuration file is read into.
pub trait Configured: JsonSchema + DeserializeOwned {
    /// The forms its texts may have to have.
    const FORMATS: &'static [Format];

    /// Whether a configuration that has findings is looked at further, without the values that are at fault. `rules` then
    /// asks [`Notes::is_partial`] before it says that something is missing.
    const IS_CHECKED_IN_PART: bool = false;

    /// Rules over several keys. Looks at nothing but the values.
    fn rules(&self, notes: &mut Notes);

    /// Which rule of a form a text breaks, and where in the text; none where the form as a whole says enough.
    fn broken_rule(_format: &str, _text: &str) -> Option<String> {
        None
    }
}

/// The JSON Schema of a configuration file, its keys in the order of the alphabet.
pub fn schema<T: JsonSchema>() -> Value {
    sorted(schemars::schema_for!(T).to_value())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut pairs: Vec<_> = object.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            pairs.into_iter().collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// How many findings of one file are said; a last one says that there are more.
pub const FINDINGS_MAX: usize = 100;
/// The longest key that is repeated, in characters: the longest of ours three times over.
const KEY_SHOWN_MAX: usize = 120;

/// Reads `text`. What was found comes back beside the configuration where none of it is an error.
pub fn read<T: Configured>(file: &Path, text: &str) -> (Option<T>, Sheet) {
    read_around(file, text, |_: &T, _| {})
}

/// The same, and looks at what lies around the file too. Where `T` may be looked at in part, `around` is called also for a
/// configuration that has findings: without the values that are at fault.
pub fn read_around<T: Configured>(
    file: &Path,
    text: &str,
    around: impl FnOnce(&T, &mut Notes),
) -> (Option<T>, Sheet) {
    let mut sheet = Sheet { file: file.to_owned(), text: text.to_owned(), ..Sheet::default() };
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in faults.iter().take(FINDINGS_MAX + 1) {
        sheet.broken(fault.message(), fault.span());
    }
    if !(faults.is_empty() || T::IS_CHECKED_IN_PART && sheet.is_broken_in_values()) {
        return (None, sheet);
    }
    let value = sheet.places.read(table.get_ref());
    let schema = schema::<T>();
    let breaches = Checker { schema: &schema, formats: T::FORMATS, limit: FINDINGS_MAX }.breaches(&value);
    for (at, breach) in breaches.iter().enumerate() {
        // a value of another type is none of the choices either, and a number may be out of its key's and its type's bounds
        let before = at.checked_sub(1).and_then(|before| breaches.get(before));
        let is_said = |before: &Breach<'_>| {
            before.pointer == breach.pointer
                && matches!((before.how, breach.how), (How::Kind, How::Choice) | (How::Bounds, How::Bounds))
        };
        if before.is_some_and(is_said) {
            continue;
        }
        // of a file that cannot be read whole, nothing is said to be missing
        if faults.is_empty() || !matches!(breach.how, How::Lacks(_)) {
            sheet.violates(violation::words::<T>(&schema, breach));
        }
    }
    let mut notes = Notes::default();
    if !sheet.refused() {
        return match serde_path_to_error::deserialize::<_, T>(value) {
            Ok(configuration) => {
                configuration.rules(&mut notes);
                around(&configuration, &mut notes);
                sheet.note(notes);
                let refused = sheet.refused();
                ((!refused).then_some(configuration), sheet)
            }
            Err(fault) => {
                sheet.unread(&schema, &fault);
                (None, sheet)
            }
        };
    }
    if T::IS_CHECKED_IN_PART
        && breaches.len() <= FINDINGS_MAX
        && let Some(partial) = Partial::<T>::of(&schema, &value, &breaches)
    {
        notes.is_partial = true;
        partial.configuration.rules(&mut notes);
        around(&partial.configuration, &mut notes);
        for note in &mut notes.taken {
            note.key = partial.key_in_file(&note.key);
        }
        sheet.note(notes);
    }
    (None, sheet)
}

/// A file that was read, and what was found in it so far.
#[derive(Debug, Default)]
pub struct Sheet {
    file: std::path::PathBuf,
    text: String,
    places: Places,
    findings: Findings,
    /// The worst of those that are left out because there are too many.
    more: Option<Gravity>,
}

impl Sheet {
    /// A file that cannot even be read.
    pub fn unreadable(file: &Path, fault: &std::io::Error) -> Self {
        let mut sheet = Self { file: file.to_owned(), ..Self::default() };
        sheet.whole(
            format!("{fault}"),
            "a configuration file in TOML that this user may read",
            "create it, start as the user it belongs to, or name another with --config FILE",
        );
        sheet
    }

    /// A file that is no text.
    pub fn not_text(file: &Path) -> Self {
        let mut sheet = Self { file: file.to_owned(), ..Self::default() };
        sheet.whole(
            "bytes that are no UTF-8".to_owned(),
            "a configuration file in TOML, encoded as UTF-8",
            "save it as UTF-8 text",
        );
        sheet
    }

    /// Keeps a finding, unless there are too many.
    fn push(&mut self, gravity: Gravity, found: impl FnOnce(&Self) -> Finding) {
        if self.findings.0.len() < FINDINGS_MAX {
            let mut finding = found(self);
            if finding.key.chars().count() > KEY_SHOWN_MAX {
                finding.key = finding.key.chars().take(KEY_SHOWN_MAX).chain(['…']).collect();
            }
            self.findings.0.push(finding);
        } else if self.more != Some(Gravity::Error) {
            self.more = Some(gravity);
        }
    }

    fn whole(&mut self, found: String, expected: &str, fix: &str) {
        self.findings.0.push(Finding {
            gravity: Gravity::Error,
            file: self.file.clone(),
            line: 0,
            column: 0,
            key: String::new(),
            found,
            expected: expected.to_owned(),
            fix: fix.to_owned(),
        });
    }

    fn broken(&mut self, message: &str, span: Option<Range<usize>>) {
        self.push(Gravity::Error, |sheet| {
            let (line, column) = line_and_column(&sheet.text, span.map_or(0, |span| span.start));
            Finding {
                gravity: Gravity::Error,
                file: sheet.file.clone(),
                line,
                column,
                key: String::new(),
                found: message.replace('\n', ": "),
                expected: "TOML: sections as `[section]`, values as `key = value`, texts in quotes"
                    .to_owned(),
                fix: "mend the line; the rest is checked once the file can be read".to_owned(),
            }
        });
    }

    /// Whether only values cannot be read, and no heading of a section: then all others are where they belong.
    fn is_broken_in_values(&self) -> bool {
        let lines: Vec<_> = self.text.lines().collect();
        self.findings.0.iter().all(|finding| {
            let line = finding.line.checked_sub(1).and_then(|at| lines.get(at));
            line.is_some_and(|line| line.contains('=') && !line.trim_start().starts_with('['))
        })
    }

    /// A value of another type than is read, which the schema let through.
    fn unread(&mut self, schema: &Value, fault: &serde_path_to_error::Error<serde_json::Error>) {
        let steps: Vec<String> = fault
            .path()
            .into_iter()
            .filter_map(|step| match step {
                Segment::Seq { index } => Some(format!("/{index}")),
                Segment::Map { key } => Some(format!("/{}", escaped(key))),
                Segment::Enum { .. } | Segment::Unknown => None,
            })
            .collect();
        let pointer = steps.concat();
        self.violates(violation::of_another_type(schema, &pointer));
    }

    fn violates(&mut self, violation: violation::Violation) {
        let broken: Vec<usize> = self
            .findings
            .0
            .iter()
            .filter(|finding| finding.key.is_empty())
            .map(|finding| finding.line)
            .collect();
        let span = if violation.points_to_key {
            self.places.key(&violation.pointer)
        } else {
            self.places.value(&violation.pointer)
        };
        let (line, column) = match span {
            // where there are too many already, the place is not looked for
            Some(span) if self.findings.0.len() < FINDINGS_MAX => line_and_column(&self.text, span.start),
            _ => (0, 0),
        };
        // a line that cannot be read says nothing of its value
        if line > 0 && broken.contains(&line) {
            return;
        }
        self.push(Gravity::Error, |sheet| Finding {
            gravity: Gravity::Error,
            file: sheet.file.clone(),
            line,
            column,
            key: dotted(&violation.pointer),
            found: violation.found,
            expected: violation.expected,
            fix: violation.fix,
        });
    }

    /// Adds what rules had to say, each at the key it names or at the section that key would stand in.
    pub fn note(&mut self, notes: Notes) {
        for Note { gravity, key, found, expected, fix } in notes.taken {
            self.push(gravity, |sheet| {
                let pointer = format!("/{}", key.replace('.', "/"));
                let span = sheet.places.value(&pointer);
                let (line, column) = span.map_or((0, 0), |span| line_and_column(&sheet.text, span.start));
                let file = sheet.file.clone();
                Finding { gravity, file, line, column, key, found, expected, fix }
            });
        }
    }

    /// Everything that was found, in the order of the file.
    pub fn findings(mut self) -> Findings {
        self.findings.0.sort_by_key(|finding| (finding.line, finding.column));
        if let Some(gravity) = self.more {
            self.findings.0.push(Finding {
                gravity,
                file: self.file,
                line: 0,
                column: 0,
                key: String::new(),
                found: format!("more than {FINDINGS_MAX} findings; the others are not listed"),
                expected: "a file with fewer".to_owned(),
                fix: "correct these first, then check the file again".to_owned(),
            });
        }
        self.findings
    }

    /// The line of a key or value by its JSON pointer (RFC 6901); none where it is not there.
    pub fn line(&self, pointer: &str) -> Option<usize> {
        let span = self.places.exactly(pointer)?;
        Some(line_and_column(&self.text, span.start).0)
    }

    /// Whether something keeps the program from starting.
    pub fn refused(&self) -> bool {
        self.findings.refused() || self.more == Some(Gravity::Error)
    }
}
