//! A sample configuration profile for macOS: one value for each key of a policy, to be cut down to what is wanted.

use super::escaped;
use crate::config::policy_file::PolicyFile;
use postern_backend::config::reading;
use postern_backend::config::reference::{properties, words_of};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Texts whose form no schema can give an example of.
const EXAMPLES: [(&str, &str); 8] = [
    ("name", "Harbor"),
    ("backend", "Harbor"),
    ("url", "https://accounts.harbor.example"),
    ("proxy", "http://proxy.harbor.example:3128"),
    ("email", "mina@harbor.example"),
    ("key", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"),
    ("pins", "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("ca", "/Library/Application Support/Postern/harbor-ca.pem"),
];

/// A policy with one value for each key.
pub(in crate::config) fn sample() -> Value {
    let schema = reading::schema::<PolicyFile>();
    object(&schema, &schema)
}

fn object(schema: &Value, of: &Value) -> Value {
    let pairs = properties(schema, of).into_iter();
    Value::Object(
        pairs.map(|(key, property)| (key.clone(), value(schema, &key, property))).collect::<Map<_, _>>(),
    )
}

fn value(schema: &Value, key: &str, property: &Value) -> Value {
    let example = || EXAMPLES.iter().find(|(named, _)| *named == key).map_or("", |(_, text)| *text);
    if property.get("properties").is_some() {
        return object(schema, property);
    }
    match property["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer") => property["minimum"].clone(),
        Some("array") => {
            let words = words_of(schema, &property["items"]);
            let items = postern_backend::config::reference::resolved(schema, &property["items"]);
            if !words.is_empty() {
                json!(words)
            } else if items.get("properties").is_some() {
                json!([object(schema, items)])
            } else {
                json!([example()])
            }
        }
        _ => words_of(schema, property).first().map_or_else(|| json!(example()), |word| json!(word)),
    }
}

/// `docs/policy/postern.mobileconfig`.
pub fn profile() -> String {
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Made by `postern config schema mobileconfig`: one value for each key. Remove what is not wanted. -->
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadScope</key><string>System</string>
  <key>PayloadIdentifier</key><string>io.postern.desktop.profile</string>
  <key>PayloadUUID</key><string>6D1D0C54-3B0E-4D52-9B0C-5C6A3F0E7A11</string>
  <key>PayloadDisplayName</key><string>Postern</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>io.postern.desktop</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>io.postern.desktop.policy</string>
      <key>PayloadUUID</key><string>0B7E1B8A-5E2F-4F0C-8B57-2D0E6C9F4C22</string>
"#,
    );
    if let Value::Object(sections) = sample() {
        entries(&sections, 6, &mut out);
    }
    out.push_str("    </dict>\n  </array>\n</dict>\n</plist>\n");
    out
}

fn entries(object: &Map<String, Value>, depth: usize, out: &mut String) {
    for (key, value) in object {
        let _ = writeln!(out, "{:depth$}<key>{}</key>", "", escaped(key));
        plist(value, depth, out);
    }
}

fn plist(value: &Value, depth: usize, out: &mut String) {
    let space = " ".repeat(depth);
    let _ = match value {
        Value::Object(object) => {
            let _ = writeln!(out, "{space}<dict>");
            entries(object, depth + 2, out);
            writeln!(out, "{space}</dict>")
        }
        Value::Array(items) => {
            let _ = writeln!(out, "{space}<array>");
            for item in items {
                plist(item, depth + 2, out);
            }
            writeln!(out, "{space}</array>")
        }
        Value::Bool(truth) => writeln!(out, "{space}<{truth}/>"),
        Value::Number(number) => writeln!(out, "{space}<integer>{number}</integer>"),
        Value::String(text) => writeln!(out, "{space}<string>{}</string>", escaped(text)),
        Value::Null => Ok(()),
    };
}
