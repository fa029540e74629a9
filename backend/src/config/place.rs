//! Where each value of a TOML file stands, so that a finding can name its line and column.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file's values with their places. Keys are JSON pointers.
#[derive(Debug, Default)]
pub(super) struct Places {
    keys: BTreeMap<String, Range<usize>>,
    values: BTreeMap<String, Range<usize>>,
}

impl Places {
    /// The file's values as JSON; their places are noted.
    pub(super) fn read(&mut self, table: &DeTable<'_>) -> Value {
        self.table("", table)
    }

    /// Where the key of this value stands, or the nearest key around it, or what has none of its own, as in a list.
    pub(super) fn key(&self, pointer: &str) -> Option<Range<usize>> {
        nearest(pointer, |pointer| self.exactly(pointer))
    }

    /// Where this value stands, or the nearest one around it.
    pub(super) fn value(&self, pointer: &str) -> Option<Range<usize>> {
        nearest(pointer, |pointer| self.values.get(pointer).cloned())
    }

    /// Where the key stands, or the value where it has no key of its own, as in a list; none where neither is there.
    pub(super) fn exactly(&self, pointer: &str) -> Option<Range<usize>> {
        self.keys.get(pointer).or_else(|| self.values.get(pointer)).cloned()
    }

    fn table(&mut self, pointer: &str, table: &DeTable<'_>) -> Value {
        let mut object = Map::new();
        for (key, value) in table {
            let inner = format!("{pointer}/{}", escaped(key.get_ref()));
            self.keys.insert(inner.clone(), key.span());
            object.insert(key.get_ref().to_string(), self.value_at(&inner, value));
        }
        Value::Object(object)
    }

    fn value_at(&mut self, pointer: &str, value: &Spanned<DeValue<'_>>) -> Value {
        self.values.insert(pointer.to_owned(), value.span());
        match value.get_ref() {
            DeValue::String(text) => Value::from(text.as_ref()),
            DeValue::Boolean(yes) => Value::from(*yes),
            DeValue::Integer(number) => {
                // what does not fit stays text, and is then refused as text with its place
                let digits = number.as_str();
                i64::from_str_radix(digits, number.radix()).map_or_else(|_| Value::from(digits), Value::from)
            }
            DeValue::Float(number) => {
                number.as_str().parse::<f64>().map_or_else(|_| Value::from(number.as_str()), Value::from)
            }
            DeValue::Datetime(moment) => Value::from(moment.to_string()),
            DeValue::Array(items) => {
                let items = items.iter().enumerate();
                Value::Array(
                    items.map(|(at, item)| self.value_at(&format!("{pointer}/{at}"), item)).collect(),
                )
            }
            DeValue::Table(table) => self.table(pointer, table),
        }
    }
}

/// One step of a JSON pointer (RFC 6901).
pub(super) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// A JSON pointer as a person writes the key.
pub(super) fn dotted(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    steps.collect::<Vec<_>>().join(".")
}

fn nearest(pointer: &str, place: impl Fn(&str) -> Option<Range<usize>>) -> Option<Range<usize>> {
    let mut pointer = pointer;
    loop {
        if let Some(span) = place(pointer) {
            return Some(span);
        }
        pointer = &pointer[..pointer.rfind('/')?];
    }
}

/// Line and column of a byte, both from 1, the column in characters.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before[before.rfind('\n').map_or(0, |newline| newline + 1)..].chars().count() + 1;
    (line, column)
}
