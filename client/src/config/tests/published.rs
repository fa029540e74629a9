//! What is published is what the program says, and what it says to write is accepted by it.

use crate::config::file::File;
use crate::config::manual;
use crate::config::policy_file::PolicyFile;
use postern_backend::config::reading;
use std::path::Path;

#[test]
fn cfg_2_the_manual_and_the_schemas_are_those_of_the_program() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, made, form) in [
        ("configuration.md", manual::page(), "page"),
        ("config.schema.json", manual::schema(), "config"),
        ("policy.schema.json", manual::policy_schema(), "policy"),
        ("policy/postern.admx", manual::template(), "admx"),
        ("policy/postern.adml", manual::words(), "adml"),
        ("policy/postern.mobileconfig", manual::profile(), "mobileconfig"),
    ] {
        let kept = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(kept == made, "run: cargo run -q -p postern-cli -- config schema {form} > docs/{name}");
    }
}

#[test]
fn the_sample_of_the_profile_is_a_policy() {
    let text = toml::to_string(&manual::sample()).unwrap();
    let (read, sheet) = reading::read::<PolicyFile>(Path::new("sample.toml"), &text);
    assert!(read.is_some(), "{}\n{text}", sheet.findings());
}

#[test]
fn the_example_of_the_page_is_a_configuration() {
    let page = manual::page();
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (read, sheet) = reading::read::<File>(Path::new("example.toml"), example);
    assert!(read.is_some(), "{}", sheet.findings());
}

// CFG-5: the schema has no key that takes a secret, and takes no other key
#[test]
fn cfg_5_no_key_takes_a_secret() {
    for schema in [manual::schema(), manual::policy_schema()] {
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let mut objects = vec![&schema];
        objects.extend(schema["$defs"].as_object().unwrap().values());
        for object in objects.into_iter().filter(|object| object.get("properties").is_some()) {
            assert_eq!(object["additionalProperties"], false, "{object}");
            for key in object["properties"].as_object().unwrap().keys() {
                let secret = ["password", "secret", "token", "private", "credential", "seed", "pass_phrase"];
                assert!(!secret.iter().any(|word| key.contains(word)), "{key}");
            }
        }
    }
}

// a policy that asks for signatures and cannot say whose count refuses everything
#[test]
fn every_key_of_a_policy_can_be_set_in_the_policy_editor() {
    let (template, words) = (manual::template(), manual::words());
    for key in ["require_signature", "signers", "countersign", "countersigners"] {
        assert!(template.contains(&format!("<policy name=\"policy_{key}\"")), "{key}");
        assert!(words.contains(&format!("<presentation id=\"policy_{key}\">")), "{key}");
    }
}
