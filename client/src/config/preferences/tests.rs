//! The mapping from an operating system's values to a policy file, on every platform.

use super::{Leaf, TRUTHS, found, text};
use crate::config::file::{CountersignerEntry, Language};
use crate::config::policy_file::PolicyFile;
use postern_backend::config::reading;
use serde_json::Value;
use std::path::Path;

fn section(entries: &[(&str, Leaf)]) -> Leaf {
    Leaf::Section(entries.iter().map(|(key, leaf)| ((*key).to_owned(), leaf.clone())).collect())
}

fn words(words: &[&str]) -> Leaf {
    Leaf::List(words.iter().map(|word| Leaf::Text((*word).to_owned())).collect())
}

fn word(word: &str) -> Leaf {
    Leaf::Text(word.to_owned())
}

const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";

// CFG-3: the registry says what a file would
#[test]
fn cfg_3_a_registry_is_read_as_the_file_that_says_the_same() {
    let tree = section(&[
        (
            "managed",
            section(&[
                (
                    "backends",
                    section(&[
                        ("Harbor", word("https://accounts.harbor.example")),
                        (
                            "Rack 4",
                            section(&[
                                ("url", word("https://rack4.example")),
                                ("total_seconds", Leaf::Number(9)),
                            ]),
                        ),
                    ]),
                ),
                ("defaults", section(&[("language", word("ko")), ("tabs", words(&["change-password"]))])),
            ]),
        ),
        ("recommended", section(&[("defaults", section(&[("clipboard_seconds", Leaf::Number(20))]))])),
        (
            "policy",
            section(&[
                ("require_signature", Leaf::Number(1)),
                ("signers", section(&[("Mina", word(KEY))])),
                (
                    "countersigners",
                    section(&[
                        ("Jun", section(&[("email", word("jun@harbor.example")), ("key", word(KEY))])),
                        // as the policy editor writes a list
                        ("Sora", word(&format!(" sora@harbor.example  {KEY} "))),
                    ]),
                ),
            ]),
        ),
    ]);
    let text = text(&tree).unwrap();
    let (read, sheet) = reading::read::<PolicyFile>(Path::new("registry"), &text);
    let read = read.unwrap_or_else(|| panic!("{}\n{text}", sheet.findings()));
    assert_eq!(read.managed.backends[0].name, "Harbor");
    assert_eq!(read.managed.backends[1].total_seconds, Some(9));
    assert_eq!(read.managed.defaults.language, Some(Language::Ko));
    assert_eq!(read.recommended.defaults.clipboard_seconds, Some(20));
    assert_eq!(read.policy.require_signature, Some(true));
    assert_eq!(read.policy.signers[0].name, "Mina");
    let who = |at: usize| {
        let CountersignerEntry { name, email, key } = &read.policy.countersigners[at];
        (name.as_str(), email.as_str(), key.as_str())
    };
    assert_eq!(who(0), ("Jun", "jun@harbor.example", KEY));
    assert_eq!(who(1), ("Sora", "sora@harbor.example", KEY));
}

#[test]
fn a_wrong_value_of_a_registry_is_found_by_its_key() {
    let tree = section(&[
        (
            "managed",
            section(&[(
                "defaults",
                section(&[("clipboard_seconds", word("soon")), ("thema", word("dark"))]),
            )]),
        ),
        ("policy", section(&[("require_signature", Leaf::Number(7))])),
    ]);
    let (read, sheet) = reading::read::<PolicyFile>(Path::new("registry"), &text(&tree).unwrap());
    assert!(read.is_none());
    let mut keys: Vec<_> = sheet.findings().0.into_iter().map(|finding| finding.key).collect();
    keys.sort();
    assert_eq!(
        keys,
        ["managed.defaults.clipboard_seconds", "managed.defaults.thema", "policy.require_signature"]
    );
}

// a truth value that is added to the schema must be added to the mapping
#[test]
fn every_truth_value_of_the_schema_is_one_of_the_registry() {
    fn truths(schema: &Value, found: &mut Vec<String>) {
        let Value::Object(object) = schema else { return };
        for (key, property) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if property["type"] == "boolean" {
                found.push(key.clone());
            }
        }
        for inner in object.values() {
            truths(inner, found);
        }
    }
    let mut found = Vec::new();
    truths(&reading::schema::<PolicyFile>(), &mut found);
    assert_eq!(found, TRUTHS);
}

// CFG-3: group policy that takes everything back leaves empty keys, and ends so
#[test]
fn cfg_3_a_tree_without_a_value_is_no_policy() {
    let defaults =
        |entries: &[(&str, Leaf)]| section(&[("managed", section(&[("defaults", section(entries))]))]);
    for nothing in [None, Some(section(&[])), Some(defaults(&[]))] {
        assert!(found(Ok(nothing)).is_none());
    }
    let policy = found(Ok(Some(defaults(&[("theme", word("dark"))])))).unwrap().unwrap();
    assert!(String::from_utf8(policy).unwrap().contains("dark"));
    // one that cannot be read is not one that says nothing
    let fault = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    assert!(found(Err(fault)).unwrap().is_err());
}
