//! From a violated schema to words: which value, what was found, what is expected, how to correct it. For an unknown key, the
//! nearest one that exists.

use super::conformance::{Breach, How, range};
use super::finding::unsuitable;
use super::nearest::nearest;
use super::place::escaped;
use super::reading::Configured;
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

/// In words.
pub(super) fn words<T: Configured>(schema: &Value, breach: &Breach<'_>) -> Violation {
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
            let form =
                T::FORMATS.iter().find(|known| known.name == name).map_or(name, |known| known.expected);
            let mut violation = one(form.to_owned(), "write it in that form");
            let broken =
                value.as_str().and_then(|text| unsuitable(text).or_else(|| T::broken_rule(name, text)));
            if let Some(rule) = broken {
                violation.found = format!("{}: {rule}", violation.found);
            }
            violation
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

/// A value that the schema lets through and that is no value of the type it stands for.
pub(super) fn of_another_type(schema: &Value, pointer: &str) -> Violation {
    let mut of = schema;
    for step in pointer.split('/').skip(1) {
        let section = referred(schema, of);
        let inner = section["properties"].get(step).or_else(|| section.get("items"));
        of = inner.unwrap_or(&Value::Null);
    }
    Violation {
        pointer: pointer.to_owned(),
        points_to_key: false,
        found: "another value".to_owned(),
        expected: kind(referred(schema, of)),
        fix: "write a value of that kind".to_owned(),
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
    let here = nearest(key, known.iter().copied());
    let mut sections = Vec::new();
    sections_of(schema, schema, "", &mut sections);
    let elsewhere = sections.iter().filter_map(|(section, keys)| {
        let (likeness, near) = nearest(key, keys.iter().map(String::as_str))?;
        Some((likeness, section, near))
    });
    // of several that are as near, the first
    let elsewhere = elsewhere.min_by_key(|(likeness, ..)| *likeness);
    let fix = match (here, elsewhere) {
        (Some((likeness, near)), other) if other.is_none_or(|(further, ..)| likeness <= further) => {
            format!("did you mean `{near}`? Otherwise remove it")
        }
        (_, Some((0, section, near))) if near == key => format!("move it to the section `{section}`"),
        (_, Some((_, section, near))) => {
            format!("did you mean `{near}` in the section `{section}`? Otherwise remove it")
        }
        (_, None) => "remove it".to_owned(),
    };
    Violation {
        pointer: format!("{pointer}/{}", escaped(key)),
        points_to_key: true,
        found: "a key that is not known here".to_owned(),
        expected: format!("one of {}", known.join(", ")),
        fix,
    }
}

/// Every section below `of`, as its heading is written, with its keys; an outer section comes before its inner ones.
fn sections_of(schema: &Value, of: &Value, path: &str, all: &mut Vec<(String, Vec<String>)>) {
    for (name, property) in of["properties"].as_object().into_iter().flatten() {
        let property = referred(schema, property);
        let list = property.get("items").map(|items| referred(schema, items));
        let section = list.unwrap_or(property);
        let Some(keys) = section.get("properties").and_then(Value::as_object) else { continue };
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let heading = if list.is_some() { format!("[[{path}]]") } else { format!("[{path}]") };
        all.push((heading, keys.keys().cloned().collect()));
        sections_of(schema, section, &path, all);
    }
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
    let by_format = of.get("format").and_then(Value::as_str).and_then(range);
    let by_format = by_format
        .map(|(least, most)| (Value::from(format!("{least:.0}")), Value::from(format!("{most:.0}"))));
    let least = of.get("minimum").or(by_format.as_ref().map(|(least, _)| least));
    let most = of.get("maximum").or(by_format.as_ref().map(|(_, most)| most));
    let digits = |number: &Value| number.as_str().map_or_else(|| number.to_string(), str::to_owned);
    let bounds = match (least.map(digits), most.map(digits)) {
        (Some(least), Some(most)) if least == most => return format!("the number {least}"),
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
