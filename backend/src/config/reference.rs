//! A reference page and a schema of a configuration file, made from the documented structs that it is read into, so that
//! neither can say something else than the program does. The desktop's files are described alike.

use super::reading;
use super::violation::{kind, referred};
use schemars::JsonSchema;
use serde_json::Value;
use std::fmt::Write as _;

/// The JSON Schema as it is published.
pub fn schema<T: JsonSchema>() -> String {
    let text = serde_json::to_string_pretty(&reading::schema::<T>());
    text.map_or_else(|_| String::new(), |text| text + "\n")
}

/// Every section in Markdown, the outermost at this level of headings, the keys in the order of the alphabet.
pub fn sections<T: JsonSchema>(level: usize) -> String {
    let schema = reading::schema::<T>();
    let mut out = String::new();
    for (name, section) in properties(&schema, &schema) {
        section_of(&schema, (&name, level), section, &mut out);
    }
    out
}

fn section_of(schema: &Value, (path, level): (&str, usize), section: &Value, out: &mut String) {
    let (section, heading) = match items(schema, section) {
        Some(items) => (items, format!("[[{path}]]")),
        None => (section, format!("[{path}]")),
    };
    let _ = write!(out, "\n{} {heading}\n\n{}\n\n", "#".repeat(level), description(section));
    let required: Vec<&str> =
        section["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut inner = Vec::new();
    for (name, property) in properties(schema, section) {
        if property.get("properties").is_some() || items(schema, property).is_some() {
            inner.push((name, property));
            continue;
        }
        let default = match section["properties"][&name].get("default").filter(|value| !value.is_null()) {
            Some(default) => format!("default `{default}`"),
            None if required.contains(&name.as_str()) => "required".to_owned(),
            None => "not set by default".to_owned(),
        };
        let kind = property.get("x-kind").and_then(Value::as_str).map_or_else(
            || match property.get("items").map(|items| referred(schema, items)) {
                // a list of words says which words
                Some(words) if kind(words).starts_with("one of") => format!("a list, each {}", kind(words)),
                _ => kind(property),
            },
            str::to_owned,
        );
        // a key's own words come before those of what it holds
        let own = description(&section["properties"][&name]);
        let words = if own.is_empty() { description(property) } else { own };
        let _ = writeln!(out, "* `{name}`: {kind}; {default}. {words}");
    }
    for (name, property) in inner {
        section_of(schema, (&format!("{path}.{name}"), level), property, out);
    }
}

/// What each of a list of sections is.
fn items<'a>(schema: &'a Value, property: &'a Value) -> Option<&'a Value> {
    let items = referred(schema, property.get("items")?);
    items.get("properties").is_some().then_some(items)
}

/// The properties of an object with what they refer to.
pub fn properties<'a>(schema: &'a Value, object: &'a Value) -> Vec<(String, &'a Value)> {
    let properties = object["properties"].as_object().into_iter().flatten();
    properties.map(|(name, property)| (name.clone(), referred(schema, property))).collect()
}

/// What is said of something, in one line.
pub fn description(of: &Value) -> String {
    let text = of.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a property stands for, where it refers to something described elsewhere in the schema.
pub fn resolved<'a>(schema: &'a Value, property: &'a Value) -> &'a Value {
    referred(schema, property)
}

/// The words of a closed set, in its order; none where anything else may be written.
pub fn words_of(schema: &Value, property: &Value) -> Vec<String> {
    let property = referred(schema, property);
    let all = ["oneOf", "anyOf", "enum"].into_iter().find_map(|several| property.get(several)?.as_array());
    let words = all.into_iter().flatten().flat_map(|option| match option.get("const") {
        Some(only) => vec![only],
        None => option
            .get("enum")
            .and_then(Value::as_array)
            .map_or_else(|| vec![option], |all| all.iter().collect()),
    });
    words.filter_map(|word| word.as_str().map(str::to_owned)).collect()
}
