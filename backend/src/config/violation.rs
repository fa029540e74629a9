//! From a violated schema to words: which value, what was found, what is expected, how to mend it. For a key nobody
//! knows, the nearest one that exists.

use super::conformance::{Breach, Checker, How};
use super::place::escaped;
use super::reading::{Configured, Format};
use serde_json::Value;

/// One violation.
#[derive(Debug)]
pub(super) struct Violation {
    /// Which value.
    pub pointer: String,
    /// Whether the key is at fault and not its value.
    pub points_to_key: bool,
    pub found: String,
    pub expected: String,
    pub fix: String,
}

/// Every violation of the schema.
pub(super) fn all<T: Configured>(schema: &Value, value: &Value) -> Vec<Violation> {
    let breaches = Checker { schema, formats: T::FORMATS }.breaches(value);
    breaches.iter().map(|breach| words(schema, T::FORMATS, breach)).collect()
}

fn words(schema: &Value, formats: &[Format], breach: &Breach<'_>) -> Violation {
    let Breach { pointer, value, of, how } = breach;
    let one = |expected: String, fix: &str| Violation {
        pointer: pointer.clone(),
        points_to_key: false,
        found: shown(pointer, value),
        expected,
        fix: fix.to_owned(),
    };
    match *how {
        How::Unknown(key) => unknown(schema, pointer, key, of),
        How::Lacks(key) => missing(schema, pointer, key, of),
        How::Bounds => one(kind(of), "choose a number within these bounds"),
        How::Kind => one(kind(of), "write a value of that kind"),
        How::Form(name) => {
            let expected = formats.iter().find(|known| known.name == name).map(|known| known.expected);
            one(expected.unwrap_or(name).to_owned(), "write it in that form")
        }
        How::Choice => one(kind(of), "write one of these"),
        How::Short(least) => one(format!("a text of at least {least} characters"), "write a longer text"),
        How::Long(most) => one(format!("a text of at most {most} characters"), "write a shorter text"),
        How::Few(least) => one(format!("a list of at least {least}"), "add to the list"),
        How::Many(most) => one(format!("a list of at most {most}"), "shorten the list"),
        How::Twice => one("a list in which nothing stands twice".to_owned(), "remove what stands twice"),
        // nobody knows what it is, so it may be a secret
        How::Unchecked => Violation {
            pointer: pointer.clone(),
            points_to_key: false,
            found: "a value that does not fit".to_owned(),
            expected: "another value".to_owned(),
            fix: "see the description of this key".to_owned(),
        },
    }
}

/// A key that must be there and is not.
fn missing(schema: &Value, pointer: &str, key: &str, of: &Value) -> Violation {
    let property = &of["properties"][key];
    let stands_for = referred(schema, property);
    let about = property.get("description").or(stands_for.get("description")).and_then(Value::as_str);
    let is_section = stands_for.get("properties").is_some();
    Violation {
        pointer: format!("{pointer}/{}", escaped(key)),
        points_to_key: true,
        found: "nothing".to_owned(),
        expected: line(about.unwrap_or(key)),
        fix: if is_section {
            format!("add the section `[{key}]`")
        } else {
            format!("add `{key} = …` to this section")
        },
    }
}

/// A key that is not known here.
fn unknown(schema: &Value, pointer: &str, key: &str, of: &Value) -> Violation {
    let known: Vec<&str> = of
        .get("properties")
        .and_then(Value::as_object)
        .map(|properties| properties.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(known, key), *known)).min();
    let fix = match near {
        Some((distance, near)) if distance <= 2.max(key.chars().count() / 3) => {
            format!("did you mean `{near}`? Otherwise remove it")
        }
        _ => match section_with(schema, key) {
            Some(section) => format!("move it to the section `[{section}]`"),
            None => "remove it".to_owned(),
        },
    };
    Violation {
        pointer: format!("{pointer}/{}", escaped(key)),
        points_to_key: true,
        found: "a key that is not known here".to_owned(),
        expected: format!("one of {}", known.join(", ")),
        fix,
    }
}

/// The section that has such a key.
fn section_with<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    let mut sections = schema["properties"].as_object()?.iter();
    sections.find_map(|(name, section)| {
        let has = referred(schema, section)["properties"].get(key).is_some();
        has.then_some(name.as_str())
    })
}

/// What a property stands for, where it stands for something described elsewhere in the schema.
pub(super) fn referred<'a>(schema: &'a Value, property: &'a Value) -> &'a Value {
    let reference = property.get("$ref").and_then(Value::as_str);
    reference.and_then(|reference| schema.pointer(reference.trim_start_matches('#'))).unwrap_or(property)
}

/// What a schema expects, in words.
pub(super) fn kind(of: &Value) -> String {
    for several in ["oneOf", "anyOf", "enum"] {
        if let Some(options) = of.get(several).and_then(Value::as_array) {
            let values: Vec<_> = options
                .iter()
                .flat_map(|option| match option.get("const") {
                    Some(only) => vec![only.to_string()],
                    None => option.get("enum").and_then(Value::as_array).map_or_else(
                        || vec![if option.is_string() { option.to_string() } else { kind(option) }],
                        |all| all.iter().map(Value::to_string).collect(),
                    ),
                })
                .collect();
            return format!("one of {}", values.join(", "));
        }
    }
    let bounds = match (of.get("minimum"), of.get("maximum")) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    };
    let words = |name: &str| match name {
        "integer" => format!("a whole number{bounds}"),
        "number" => format!("a number{bounds}"),
        "string" => "a text".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "a section".to_owned(),
        _ => String::new(),
    };
    match of.get("type") {
        Some(Value::String(name)) => words(name),
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str).map(words).filter(|word| !word.is_empty());
            names.collect::<Vec<_>>().join(" or ")
        }
        _ => "a section or a value as described".to_owned(),
    }
}

/// A value as it may be repeated: never one that may be secret, never a long one.
fn shown(pointer: &str, value: &Value) -> String {
    match value {
        Value::String(text) => {
            let telling = ["password", "secret", "token", "credential", "authorization", "url"];
            let lower = pointer.to_lowercase();
            if telling.iter().any(|word| lower.contains(word)) || text.contains('@') {
                return format!("a text of {} characters", text.chars().count());
            }
            let short: String = text.chars().take(60).collect();
            format!("\"{short}{}\"", if text.chars().count() > 60 { "…" } else { "" })
        }
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "a section".to_owned(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}

/// A description's first sentence, in one line.
fn line(text: &str) -> String {
    let one = text.split_whitespace().collect::<Vec<_>>().join(" ");
    one.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}
