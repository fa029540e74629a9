//! From a violated schema to words: which value, what was found, what is expected, how to mend it. For a key nobody
//! knows, the nearest one that exists.

use super::place::escaped;
use super::reading::{Configured, Format};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
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
    let validator = match validator(schema, T::FORMATS) {
        Ok(validator) => validator,
        Err(fault) => {
            tracing::error!(%fault, "the configuration's schema is not one");
            return Vec::new();
        }
    };
    validator.iter_errors(value).flat_map(|error| words(schema, T::FORMATS, &error)).collect()
}

fn validator(schema: &Value, formats: &[Format]) -> Result<Validator, Box<ValidationError<'static>>> {
    let mut options = jsonschema::options().should_validate_formats(true);
    for format in formats {
        options = options.with_format(format.name, format.holds);
    }
    options.build(schema).map_err(Box::new)
}

fn words(schema: &Value, formats: &[Format], error: &ValidationError<'_>) -> Vec<Violation> {
    let pointer = error.instance_path().to_string();
    // the schema of the value, around the violated keyword
    let path = error.schema_path().to_string();
    let of = path.rfind('/').and_then(|end| schema.pointer(&path[..end])).unwrap_or(&Value::Null);
    let found = shown(&pointer, error.instance());
    let one = |expected: String, fix: &str| {
        vec![Violation {
            pointer: pointer.clone(),
            points_to_key: false,
            found: found.clone(),
            expected,
            fix: fix.to_owned(),
        }]
    };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|key| unknown(schema, &pointer, key, of)).collect()
        }
        Kind::Required { property } => {
            vec![missing(schema, &pointer, property.as_str().unwrap_or_default(), of)]
        }
        Kind::Minimum { .. }
        | Kind::Maximum { .. }
        | Kind::ExclusiveMinimum { .. }
        | Kind::ExclusiveMaximum { .. } => one(kind(of), "choose a number within these bounds"),
        Kind::Type { .. } => one(kind(of), "write a value of that kind"),
        Kind::Format { format } => {
            let expected = formats.iter().find(|known| known.name == format).map(|known| known.expected);
            one(expected.unwrap_or(format).to_owned(), "write it in that form")
        }
        Kind::Enum { .. } | Kind::Constant { .. } | Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => {
            one(kind(of), "write one of these")
        }
        Kind::MinLength { limit } => {
            one(format!("a text of at least {limit} characters"), "write a longer text")
        }
        Kind::MaxLength { limit } => {
            one(format!("a text of at most {limit} characters"), "write a shorter text")
        }
        Kind::MinItems { limit } => one(format!("a list of at least {limit}"), "add to the list"),
        Kind::MaxItems { limit } => one(format!("a list of at most {limit}"), "shorten the list"),
        Kind::UniqueItems => {
            one("a list in which nothing stands twice".to_owned(), "remove what stands twice")
        }
        Kind::Pattern { pattern } => one(format!("a text of the form {pattern}"), "write it in that form"),
        // nobody knows what it is, so it may be a secret
        _ => vec![Violation {
            pointer: pointer.clone(),
            points_to_key: false,
            found: "a value that does not fit".to_owned(),
            expected: "another value".to_owned(),
            fix: "see the description of this key".to_owned(),
        }],
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
