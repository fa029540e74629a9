//! Reads a configuration file and says everything that is wrong with it at once. Each step looks at what the step before
//! left: syntax, then the schema made from the documented structs, then rules over several keys. It touches nothing but
//! the text, so that a check on another machine finds the same.

use super::finding::{Finding, Findings, Gravity, Note, Notes};
use super::place::{Places, dotted, line_and_column};
use super::violation;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
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

    /// Rules over several keys. Looks at nothing but the values.
    fn rules(&self, notes: &mut Notes);
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

/// Reads `text`. What was found comes back beside the configuration where none of it is an error.
pub fn read<T: Configured>(file: &Path, text: &str) -> (Option<T>, Sheet) {
    let mut sheet = Sheet { file: file.to_owned(), text: text.to_owned(), ..Sheet::default() };
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in &faults {
        sheet.broken(fault.message(), fault.span());
    }
    if !faults.is_empty() {
        return (None, sheet);
    }
    let value = sheet.places.read(table.get_ref());
    let schema = schema::<T>();
    for violation in violation::all::<T>(&schema, &value) {
        sheet.violates(violation);
    }
    if sheet.findings.refused() {
        return (None, sheet);
    }
    match serde_path_to_error::deserialize::<_, T>(value) {
        Ok(configuration) => {
            let mut notes = Notes::default();
            configuration.rules(&mut notes);
            sheet.note(notes);
            let refused = sheet.findings.refused();
            ((!refused).then_some(configuration), sheet)
        }
        Err(fault) => {
            let key = fault.path().to_string();
            let (expected, fix) = (fault.inner().to_string(), "write a value of that kind");
            sheet.note(Notes(vec![Note {
                gravity: Gravity::Error,
                key,
                found: "another value".to_owned(),
                expected,
                fix: fix.to_owned(),
            }]));
            (None, sheet)
        }
    }
}

/// A file that was read, and what was found in it so far.
#[derive(Debug, Default)]
pub struct Sheet {
    file: std::path::PathBuf,
    text: String,
    places: Places,
    findings: Findings,
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
        let (line, column) = line_and_column(&self.text, span.map_or(0, |span| span.start));
        self.findings.0.push(Finding {
            gravity: Gravity::Error,
            file: self.file.clone(),
            line,
            column,
            key: String::new(),
            found: message.replace('\n', ": "),
            expected: "TOML: sections as `[section]`, values as `key = value`, texts in quotes".to_owned(),
            fix: "mend the line; the rest is checked once the file can be read".to_owned(),
        });
    }

    fn violates(&mut self, violation: violation::Violation) {
        let span = if violation.points_to_key {
            self.places.key(&violation.pointer)
        } else {
            self.places.value(&violation.pointer)
        };
        let (line, column) = span.map_or((0, 0), |span| line_and_column(&self.text, span.start));
        self.findings.0.push(Finding {
            gravity: Gravity::Error,
            file: self.file.clone(),
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
        for Note { gravity, key, found, expected, fix } in notes.0 {
            let pointer = format!("/{}", key.replace('.', "/"));
            let span = self.places.value(&pointer);
            let (line, column) = span.map_or((0, 0), |span| line_and_column(&self.text, span.start));
            let file = self.file.clone();
            self.findings.0.push(Finding { gravity, file, line, column, key, found, expected, fix });
        }
    }

    /// Everything that was found, in the order of the file.
    pub fn findings(mut self) -> Findings {
        self.findings.0.sort_by_key(|finding| (finding.line, finding.column));
        self.findings
    }

    /// The line of a key or value by its JSON pointer (RFC 6901); none where it is not there.
    pub fn line(&self, pointer: &str) -> Option<usize> {
        let span = self.places.exactly(pointer)?;
        Some(line_and_column(&self.text, span.start).0)
    }

    /// Whether something keeps the program from starting.
    pub fn refused(&self) -> bool {
        self.findings.refused()
    }
}
