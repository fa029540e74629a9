//! Holds a value against a schema and answers every place where it does not fit. It knows the words that the schemas of our own
//! documented structs are made of, and no others: a checker of any schema at all would be a tenth of the desktop.
//! Tests hold it against such a checker.

use super::place::escaped;
use super::reading::Format;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One place that does not fit.
#[derive(Debug, Clone)]
pub(super) struct Breach<'a> {
    /// Which value, as a JSON pointer.
    pub pointer: String,
    /// The value.
    pub value: &'a Value,
    /// The schema with the word that is broken.
    pub of: &'a Value,
    /// How it is broken.
    pub how: How<'a>,
}

/// How a value breaks a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How<'a> {
    /// It has a key that is not known.
    Unknown(&'a str),
    /// It lacks a key.
    Lacks(&'a str),
    /// A number out of bounds.
    Bounds,
    /// Another kind of value.
    Kind,
    /// A text that has not the form of that name.
    Form(&'a str),
    /// None of the values that there are.
    Choice,
    /// A text that is shorter or longer than so many characters.
    Short(u64),
    Long(u64),
    /// A list that has fewer or more elements than so many.
    Few(u64),
    Many(u64),
    /// A list with something in it twice.
    Twice,
    /// A word of the schema that is not known here: nothing is let through that nobody has checked.
    Unchecked,
}

/// Words that describe and do not bind, or that are followed from another.
const DESCRIBING: &[&str] =
    &["$schema", "$defs", "title", "description", "default", "examples", "properties"];

/// A schema and the forms that its texts may have to have.
pub(super) struct Checker<'a> {
    /// The whole schema, in which references are looked up.
    pub schema: &'a Value,
    /// The forms. One that is not among them binds nobody, as JSON Schema has it.
    pub formats: &'a [Format],
    /// How many places are looked for; one more says that there are more.
    pub limit: usize,
}

impl<'a> Checker<'a> {
    /// Every place at which a value does not fit.
    pub(super) fn breaches(&self, value: &'a Value) -> Vec<Breach<'a>> {
        let mut found = Vec::new();
        self.check(self.schema, value, "", &mut found);
        found
    }

    fn fits(&self, of: &'a Value, value: &'a Value) -> bool {
        let mut found = Vec::new();
        Checker { limit: 0, ..*self }.check(of, value, "", &mut found);
        found.is_empty()
    }

    fn check(&self, of: &'a Value, value: &'a Value, pointer: &str, found: &mut Vec<Breach<'a>>) {
        if found.len() > self.limit {
            return;
        }
        let Some(words) = of.as_object() else {
            if *of == Value::Bool(false) {
                found.push(Breach { pointer: pointer.to_owned(), value, of, how: How::Unchecked });
            }
            return;
        };
        // what kind of value it is, is said first
        let (kind, others): (Vec<_>, Vec<_>) = words.iter().partition(|(word, _)| *word == "type");
        for (word, says) in kind.into_iter().chain(others) {
            if word == "$ref" {
                match says.as_str().and_then(|to| self.schema.pointer(to.trim_start_matches('#'))) {
                    Some(there) => self.check(there, value, pointer, found),
                    None => {
                        found.push(Breach { pointer: pointer.to_owned(), value, of, how: How::Unchecked });
                    }
                }
                continue;
            }
            match (word.as_str(), value) {
                ("properties" | "additionalProperties", Value::Object(object)) => {
                    self.keys(of, word, object, pointer, value, found);
                }
                ("items", Value::Array(items)) => {
                    for (at, item) in items.iter().enumerate() {
                        if found.len() > self.limit {
                            break;
                        }
                        self.check(says, item, &format!("{pointer}/{at}"), found);
                    }
                }
                ("required", Value::Object(object)) => {
                    let keys = says.as_array().into_iter().flatten().filter_map(Value::as_str);
                    found.extend(keys.filter(|key| !object.contains_key(*key)).map(|key| Breach {
                        pointer: pointer.to_owned(),
                        value,
                        of,
                        how: How::Lacks(key),
                    }));
                }
                _ => {
                    let how = self.breaks(word, says, value);
                    found.extend(how.map(|how| Breach { pointer: pointer.to_owned(), value, of, how }));
                }
            }
        }
    }

    /// The values of an object whose keys are known, or those of the others.
    fn keys(
        &self,
        of: &'a Value,
        word: &str,
        object: &'a Map<String, Value>,
        pointer: &str,
        value: &'a Value,
        found: &mut Vec<Breach<'a>>,
    ) {
        let known = of.get("properties").and_then(Value::as_object);
        let others = of.get("additionalProperties");
        for (key, inner) in object {
            if found.len() > self.limit {
                return;
            }
            let property = known.and_then(|known| known.get(key));
            let schema = match (word, property) {
                ("properties", Some(schema)) => schema,
                ("additionalProperties", None) => match others {
                    Some(Value::Bool(false)) => {
                        found.push(Breach { pointer: pointer.to_owned(), value, of, how: How::Unknown(key) });
                        continue;
                    }
                    Some(schema) => schema,
                    None => continue,
                },
                _ => continue,
            };
            self.check(schema, inner, &format!("{pointer}/{}", escaped(key)), found);
        }
    }

    /// How a value breaks a word that looks at it alone; a word about another kind of value binds it to nothing.
    fn breaks(&self, word: &str, says: &'a Value, value: &'a Value) -> Option<How<'a>> {
        let count = says.as_u64().unwrap_or_default();
        let number = value.as_f64().zip(says.as_f64());
        let text = value.as_str();
        let length = text.map(|text| text.chars().count() as u64);
        let items = value.as_array().map(Vec::as_slice);
        let size = items.map(|items| items.len() as u64);
        let (broken, how) = match word {
            "type" => (!is_of(says, value), How::Kind),
            "minimum" => (number.is_some_and(|(value, least)| value < least), How::Bounds),
            "maximum" => (number.is_some_and(|(value, most)| value > most), How::Bounds),
            "minLength" => (length.is_some_and(|length| length < count), How::Short(count)),
            "maxLength" => (length.is_some_and(|length| length > count), How::Long(count)),
            "minItems" => (size.is_some_and(|size| size < count), How::Few(count)),
            "maxItems" => (size.is_some_and(|size| size > count), How::Many(count)),
            "uniqueItems" => (*says == Value::Bool(true) && items.is_some_and(has_twice), How::Twice),
            "const" => (!equal(value, says), How::Choice),
            "enum" => (!says.as_array().is_some_and(|all| contains(all, value)), How::Choice),
            "oneOf" => (self.fitting(says, value) != 1, How::Choice),
            "anyOf" => (self.fitting(says, value) == 0, How::Choice),
            "format" => {
                let name = says.as_str().unwrap_or_default();
                let form = self.formats.iter().find(|form| form.name == name);
                if let (Some((least, most)), Some(number)) = (range(name), value.as_f64()) {
                    let fits = (least..=most).contains(&number);
                    return (!fits).then_some(How::Bounds);
                }
                (form.zip(text).is_some_and(|(form, text)| !(form.holds)(text)), How::Form(name))
            }
            "items" | "required" | "additionalProperties" => (false, How::Kind),
            known => (!DESCRIBING.contains(&known), How::Unchecked),
        };
        broken.then_some(how)
    }

    /// How many of several schemas a value fits.
    fn fitting(&self, several: &'a Value, value: &'a Value) -> usize {
        several.as_array().into_iter().flatten().filter(|of| self.fits(of, value)).count()
    }
}

/// Whether a value is of a kind, or of one of several.
fn is_of(kind: &Value, value: &Value) -> bool {
    match kind {
        Value::String(name) => match name.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "number" => value.is_number(),
            // TOML tells whole numbers from others by how they are written, and so does what reads them
            "integer" => value.is_i64() || value.is_u64(),
            _ => false,
        },
        Value::Array(names) => names.iter().any(|name| is_of(name, value)),
        _ => false,
    }
}

fn has_twice(items: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    !items.iter().all(|item| seen.insert(canonical(item)))
}

/// A text that is the same for values that are [`equal`].
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            let pairs = object
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// The numbers that a format of schemars stands for.
pub(super) fn range(format: &str) -> Option<(f64, f64)> {
    Some(match format {
        "uint8" => (0.0, f64::from(u8::MAX)),
        "uint16" => (0.0, f64::from(u16::MAX)),
        "uint32" => (0.0, f64::from(u32::MAX)),
        "int32" => (f64::from(i32::MIN), f64::from(i32::MAX)),
        _ => return None,
    })
}

fn contains(items: &[Value], value: &Value) -> bool {
    items.iter().any(|item| equal(item, value))
}

/// Whether two values are the same; a number is, however it is written.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() != other.is_f64() => {
            one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => one == other,
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

    use super::{Checker, How};
    use crate::config::file::Configuration;
    use crate::config::reading::{Configured, Format, schema};
    use jsonschema::error::ValidationErrorKind as Kind;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    /// Every word that is known here, beside those of the configuration.
    fn all_words() -> Value {
        json!({
            "$defs": { "Part": { "type": "object", "additionalProperties": false, "required": ["name"], "properties": {
                "name": { "type": "string", "minLength": 2, "maxLength": 3 },
                "part": { "$ref": "#/$defs/Leaf", "description": "beside the reference", "maxLength": 4 },
            } }, "Leaf": { "anyOf": [{ "type": "string" }, { "type": "null" }, { "const": 7 }] } },
            "type": "object",
            "required": ["parts", "way"],
            "properties": {
                "parts": { "type": "array", "items": { "$ref": "#/$defs/Part" }, "minItems": 1, "maxItems": 2 },
                "way": { "oneOf": [{ "const": "one" }, { "const": "other" }, { "type": "boolean" }] },
                "some": { "type": ["array", "null"], "uniqueItems": true, "items": { "enum": ["a", "b", 1] } },
                "count": { "type": "integer", "minimum": 1, "maximum": 9, "format": "uint8", "default": 3 },
                "region": { "type": "string", "format": "region" },
            },
            "additionalProperties": { "type": "number" },
        })
    }

    /// A value that is often, and not always, what the schema wants; `dice` decide.
    fn drawn(whole: &Value, of: &Value, dice: &mut dyn Iterator<Item = u8>) -> Value {
        let mut roll = |sides: usize| usize::from(dice.next().unwrap_or(0)) % sides;
        if roll(6) == 0 {
            let odd = json!([null, true, 0, -1, 7, 1.5, 70_000, 1_000_000_000_000_i64, "", "x", "KR", "abcde", [], [1, 1], {}, { "odd/~": 1 }]);
            return odd[roll(16)].clone();
        }
        if let Some(to) = of["$ref"].as_str() {
            return drawn(whole, whole.pointer(to.trim_start_matches('#')).unwrap_or(&Value::Null), dice);
        }
        for several in ["oneOf", "anyOf"] {
            if let Some(options) = of[several].as_array() {
                let chosen = roll(options.len());
                return drawn(whole, &options[chosen], dice);
            }
        }
        if let Some(all) = of["enum"].as_array() {
            return all[roll(all.len())].clone();
        }
        if let Some(only) = of.get("const") {
            return only.clone();
        }
        let kind = of["type"].as_str().or(of["type"][0].as_str()).unwrap_or_default();
        match kind {
            "object" => {
                let mut object = serde_json::Map::new();
                for (key, property) in of["properties"].as_object().into_iter().flatten() {
                    if dice.next().is_some_and(|fell| fell % 3 > 0) {
                        object.insert(key.clone(), drawn(whole, property, dice));
                    }
                }
                if dice.next().is_some_and(|fell| fell % 4 == 0) {
                    object.insert("odd/~key".to_owned(), json!(1.5));
                }
                Value::Object(object)
            }
            "array" => {
                let size = roll(4);
                (0..size).map(|_| drawn(whole, &of["items"], dice)).collect()
            }
            "integer" => json!(of["minimum"].as_i64().unwrap_or(0) - 1 + i64::try_from(roll(3)).unwrap()),
            "boolean" => json!(roll(2) == 0),
            _ => json!(["KR", "127.0.0.1:80", "ab", "10.0.0.0/8", "a@b.example"][roll(5)]),
        }
    }

    /// Where and how the checker of any schema finds that a value does not fit.
    fn of_any(schema: &Value, formats: &[Format], value: &Value) -> BTreeSet<(String, String)> {
        let mut options = jsonschema::options().should_validate_formats(true);
        for format in formats {
            options = options.with_format(format.name, format.holds);
        }
        let mut found = BTreeSet::new();
        for error in options.build(schema).unwrap().iter_errors(value) {
            let how = match error.kind() {
                Kind::AdditionalProperties { unexpected } => {
                    unexpected.iter().map(|key| format!("{:?}", How::Unknown(key))).collect()
                }
                Kind::Required { property } => vec![format!("{:?}", How::Lacks(property.as_str().unwrap()))],
                Kind::Minimum { .. } | Kind::Maximum { .. } => vec![format!("{:?}", How::Bounds)],
                Kind::Type { .. } => vec![format!("{:?}", How::Kind)],
                Kind::Format { format } => vec![format!("{:?}", How::Form(format))],
                Kind::MinLength { limit } => vec![format!("{:?}", How::Short(*limit))],
                Kind::MaxLength { limit } => vec![format!("{:?}", How::Long(*limit))],
                Kind::MinItems { limit } => vec![format!("{:?}", How::Few(*limit))],
                Kind::MaxItems { limit } => vec![format!("{:?}", How::Many(*limit))],
                Kind::UniqueItems => vec![format!("{:?}", How::Twice)],
                Kind::Enum { .. }
                | Kind::Constant { .. }
                | Kind::OneOfNotValid { .. }
                | Kind::AnyOf { .. } => {
                    vec![format!("{:?}", How::Choice)]
                }
                other => panic!("a word that is not known here: {other:?}"),
            };
            found.extend(how.into_iter().map(|how| (error.instance_path().to_string(), how)));
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        // CFG-2
        #[test]
        fn what_does_not_fit_is_what_a_checker_of_any_schema_says(dice in proptest::collection::vec(any::<u8>(), 0..400)) {
            for schema in [all_words(), schema::<Configuration>()] {
                let value = drawn(&schema, &schema, &mut dice.iter().copied());
                let formats = Configuration::FORMATS;
                let ours: BTreeSet<_> = Checker { schema: &schema, formats, limit: usize::MAX }
                    .breaches(&value)
                    .into_iter()
                    .map(|breach| (breach.pointer, format!("{:?}", breach.how)))
                    .collect();
                prop_assert_eq!(ours, of_any(&schema, formats, &value), "{}", value);
            }
        }
    }

    #[test]
    fn what_is_a_whole_number_is_said_by_how_it_is_written() {
        let schema = json!({ "type": "array", "uniqueItems": true, "items": { "type": "integer" } });
        let hows = |value: &Value| {
            let checker = Checker { schema: &schema, formats: &[], limit: usize::MAX };
            checker.breaches(value).into_iter().map(|breach| format!("{:?}", breach.how)).collect::<Vec<_>>()
        };
        assert!(hows(&json!([1, 2, 30])).is_empty());
        assert_eq!(hows(&json!([30.0])), ["Kind"]);
        assert_eq!(hows(&json!([1, 1.0])), ["Twice", "Kind"]);
    }

    #[test]
    fn a_word_that_is_not_known_lets_nothing_through() {
        let schema = json!({ "type": "string", "pattern": "^a" });
        let (value, formats) = (json!("a"), &[]);
        let found = Checker { schema: &schema, formats, limit: usize::MAX }.breaches(&value);
        assert!(matches!(found.as_slice(), [one] if one.how == How::Unchecked), "{found:?}");
    }
}
