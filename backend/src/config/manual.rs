//! The reference page of the configuration file and its schema as they are published, both made from the documented
//! structs, so that neither can say something else than the program does.

use super::file::Configuration;
use super::reading;
use super::violation::{kind, referred};
use serde_json::Value;
use std::fmt::Write as _;

const HEAD: &str = "\
# Configuration of postern-backend

<!-- Made by `postern-backend config-schema --page`. The words come from backend/src/config/. -->

One TOML file says everything: `/etc/postern/backend.toml`, or another named with `--config FILE`. Only `database.url` has no
default. `postern-backend check-config` says everything that is wrong with it, each with its line, what was found, what is
expected and how to mend it; `--json` says the same to programs. `docs/backend.schema.json` is the same description for editors.

The file holds no secrets: passwords and tokens are named as files of their own, which should be readable by the server alone. A
relative path begins at the folder of the configuration file. Defaults are the product's decisions; where a limit is given, a
configuration can only be stricter. `SIGHUP` reads certificates again, not this file: restart the server after a change.
";

/// The schema, as `docs/backend.schema.json`.
pub fn schema() -> String {
    let text = serde_json::to_string_pretty(&reading::schema::<Configuration>());
    text.map_or_else(|_| String::new(), |text| text + "\n")
}

/// The reference page, as `docs/backend-configuration.md`.
pub fn page() -> String {
    let schema = reading::schema::<Configuration>();
    let mut out = HEAD.to_owned();
    for (name, section) in properties(&schema, &schema) {
        section_of(&schema, &name, section, &mut out);
    }
    out
}

fn section_of(schema: &Value, path: &str, section: &Value, out: &mut String) {
    let _ = write!(out, "\n## [{path}]\n\n{}\n\n", description(section));
    let required: Vec<&str> =
        section["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut inner = Vec::new();
    for (name, property) in properties(schema, section) {
        if property.get("properties").is_some() {
            inner.push((name, property));
            continue;
        }
        let default = match section["properties"][&name].get("default").filter(|value| !value.is_null()) {
            Some(default) => format!("default `{default}`"),
            None if required.contains(&name.as_str()) => "required".to_owned(),
            None => "not set by default".to_owned(),
        };
        let kind =
            property.get("x-kind").and_then(Value::as_str).map_or_else(|| kind(property), str::to_owned);
        // a key's own words come before those of what it holds
        let own = description(&section["properties"][&name]);
        let words = if own.is_empty() { description(property) } else { own };
        let _ = writeln!(out, "* `{name}`: {kind}; {default}. {words}");
    }
    for (name, property) in inner {
        section_of(schema, &format!("{path}.{name}"), property, out);
    }
}

/// The properties of an object with what they refer to.
fn properties<'a>(schema: &'a Value, object: &'a Value) -> Vec<(String, &'a Value)> {
    let properties = object["properties"].as_object().into_iter().flatten();
    properties.map(|(name, property)| (name.clone(), referred(schema, property))).collect()
}

fn description(of: &Value) -> String {
    let text = of.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
