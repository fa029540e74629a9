//! The administrative template of Windows: ADMX says which values the policy editor writes where, ADML says it in words. The
//! values are those that `preferences` reads.

use super::escaped;
use crate::config::policy_file::PolicyFile;
use postern_backend::config::reading;
use postern_backend::config::reference::{description, properties, words_of};
use serde_json::Value;
use std::fmt::Write as _;

const PATH: &str = r"Software\Policies\Postern";

/// One policy of the editor.
struct Entry {
    /// The section, such as `managed.defaults`.
    section: String,
    key: String,
    about: String,
    property: Value,
}

impl Entry {
    fn id(&self) -> String {
        format!("{}_{}", self.section.replace('.', "_"), self.key)
    }
}

/// How a list of the editor is filled, which knows a name and one text for each entry.
fn filled(key: &str) -> &'static str {
    match key {
        "backends" => {
            " Each entry is a name and its URL. Certificates, pins, a proxy, a colour and time limits have no place in this \
             list: a script sets them as values of a key for each backend (NAME\\url, NAME\\ca, NAME\\pins, NAME\\proxy, \
             NAME\\color), or a signed bundle brings them."
        }
        "signers" => " Each entry is a name and its public key.",
        "countersign" => " Without countersigners everything that is named here is refused.",
        "countersigners" => {
            " Each entry is a name, and an email address and a public key with a space between them."
        }
        _ => "",
    }
}

/// Every value that the editor can set, in the order of the schema.
fn entries() -> Vec<Entry> {
    let schema = reading::schema::<PolicyFile>();
    let mut found = Vec::new();
    for (name, section) in properties(&schema, &schema) {
        let of = |section: &str, key: &str, object: &Value, property: &Value| {
            let own = description(&object["properties"][key]);
            let about = if own.is_empty() { description(property) } else { own };
            let about = format!("{about}{}", filled(key));
            let property = property.clone();
            Entry { section: section.to_owned(), key: key.to_owned(), about, property }
        };
        for (key, property) in properties(&schema, section) {
            if property.get("properties").is_some() {
                for (inner, value) in properties(&schema, property) {
                    found.push(of(&format!("{name}.{key}"), &inner, property, value));
                }
            } else {
                found.push(of(&name, &key, section, property));
            }
        }
    }
    found
}

/// `docs/policy/postern.admx`.
pub fn template() -> String {
    let schema = reading::schema::<PolicyFile>();
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!-- Made by `postern config schema admx`. -->
<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="postern" namespace="Postern.Policies"/>
    <using prefix="windows" namespace="Microsoft.Policies.Windows"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <categories>
    <category name="postern" displayName="$(string.postern)"/>
    <category name="managed" displayName="$(string.managed)"><parentCategory ref="postern"/></category>
    <category name="recommended" displayName="$(string.recommended)"><parentCategory ref="postern"/></category>
    <category name="policy" displayName="$(string.policy)"><parentCategory ref="postern"/></category>
  </categories>
  <policies>
"#,
    );
    for entry in entries() {
        let (id, path) = (entry.id(), entry.section.replace('.', "\\"));
        let category = entry.section.split('.').next().unwrap_or_default();
        let key = &entry.key;
        let value =
            if entry.property["type"] == "boolean" { format!(" valueName=\"{key}\"") } else { String::new() };
        let _ = write!(
            out,
            "    <policy name=\"{id}\" class=\"Both\" displayName=\"$(string.{id})\" explainText=\"$(string.{id}_about)\" \
             presentation=\"$(presentation.{id})\" key=\"{PATH}\\{path}\"{value}>\n      \
             <parentCategory ref=\"{category}\"/>\n      <supportedOn ref=\"windows:SUPPORTED_Windows_10_0\"/>\n"
        );
        let property = &entry.property;
        let element = match property["type"].as_str() {
            Some("boolean") => {
                out.push_str(
                    "      <enabledValue><decimal value=\"1\"/></enabledValue>\n      \
                     <disabledValue><decimal value=\"0\"/></disabledValue>\n    </policy>\n",
                );
                continue;
            }
            Some("integer") => format!(
                "<decimal id=\"value\" valueName=\"{key}\" minValue=\"{}\" maxValue=\"{}\"/>",
                property["minimum"], property["maximum"]
            ),
            Some("array") if !words_of(&schema, &property["items"]).is_empty() => {
                format!("<multiText id=\"value\" valueName=\"{key}\"/>")
            }
            Some("array") => {
                format!("<list id=\"value\" key=\"{PATH}\\{path}\\{key}\" explicitValue=\"true\"/>")
            }
            _ => {
                let words = words_of(&schema, property);
                if words.is_empty() {
                    format!("<text id=\"value\" valueName=\"{key}\"/>")
                } else {
                    let mut items = String::new();
                    for word in words {
                        let _ = write!(
                            items,
                            "\n          <item displayName=\"$(string.word_{word})\"><value><string>{word}</string></value></item>"
                        );
                    }
                    format!("<enum id=\"value\" valueName=\"{key}\">{items}\n        </enum>")
                }
            }
        };
        let _ = write!(out, "      <elements>\n        {element}\n      </elements>\n    </policy>\n");
    }
    out.push_str("  </policies>\n</policyDefinitions>\n");
    out
}

/// `docs/policy/postern.adml`.
pub fn words() -> String {
    let schema = reading::schema::<PolicyFile>();
    let mut strings = String::from(
        "      <string id=\"postern\">Postern</string>\n      <string id=\"managed\">Fixed</string>\n      \
         <string id=\"recommended\">Recommended</string>\n      \
         <string id=\"policy\">Asked of files from elsewhere</string>\n",
    );
    let mut presentations = String::new();
    let mut all_words = std::collections::BTreeSet::new();
    for entry in entries() {
        let (id, key) = (entry.id(), &entry.key);
        let _ = write!(
            strings,
            "      <string id=\"{id}\">{key}</string>\n      <string id=\"{id}_about\">{}</string>\n",
            escaped(&entry.about)
        );
        let property = &entry.property;
        let words = words_of(&schema, property);
        let of_items = words_of(&schema, &property["items"]);
        let label = escaped(&match property["type"].as_str() {
            Some("array") if !of_items.is_empty() => {
                format!("{key}, one in each line: {}", of_items.join(", "))
            }
            _ => key.clone(),
        });
        let control = match property["type"].as_str() {
            Some("boolean") => String::new(),
            Some("integer") => format!("<decimalTextBox refId=\"value\">{label}</decimalTextBox>"),
            Some("array") if !of_items.is_empty() => {
                format!("<text>{label}</text><multiTextBox refId=\"value\"/>")
            }
            Some("array") => format!("<listBox refId=\"value\">{label}</listBox>"),
            _ if words.is_empty() => format!("<textBox refId=\"value\"><label>{label}</label></textBox>"),
            _ => format!("<dropdownList refId=\"value\" noSort=\"true\">{label}</dropdownList>"),
        };
        let _ = writeln!(presentations, "      <presentation id=\"{id}\">{control}</presentation>");
        all_words.extend(words);
    }
    for word in all_words {
        let _ = writeln!(strings, "      <string id=\"word_{word}\">{word}</string>");
    }
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!-- Made by `postern config schema adml`. -->
<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <displayName>Postern</displayName>
  <description>What is fixed and recommended on desktops with Postern</description>
  <resources>
    <stringTable>
{strings}    </stringTable>
    <presentationTable>
{presentations}    </presentationTable>
  </resources>
</policyDefinitionResources>
"#
    )
}
