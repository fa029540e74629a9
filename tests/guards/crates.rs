//! Which crate may use which, and under which licences the others' are: read from `cargo metadata`, so that it holds
//! without a tool to install and without a list to fetch.

use crate::{none, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// `docs/ARCHITECTURE.md`, "What may know what": what each of our crates may import of ours. All other directions are forbidden.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("postern-contract", &[]),
    ("postern-backend", &["postern-contract"]),
    ("postern-client", &["postern-contract", "postern-backend"]),
    ("postern-desktop", &["postern-contract", "postern-client"]),
    ("postern-cli", &["postern-contract", "postern-client"]),
    ("postern-ui", &["postern-contract"]),
    ("postern-stories", &["postern-contract", "postern-faults"]),
    ("postern-faults", &[]),
    ("xtask", &[]),
];

/// A library that only one of our crates may name, so that one file differs where it has to be replaced.
const HOMES: &[(&str, &str)] = &[
    ("sqlx", "postern-backend"),
    ("tauri", "postern-desktop"),
    ("sycamore", "postern-ui"),
    ("thirtyfour", "postern-stories"),
    ("keyring-core", "postern-client"),
];

/// Licences that let the product be given away and sold. `MPL-2.0` binds only its own files.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

fn metadata() -> Vec<Value> {
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(root())
        .output()
        .expect("cargo answers");
    assert!(asked.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&asked.stderr));
    let metadata: Value = serde_json::from_slice(&asked.stdout).expect("cargo metadata is JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Our crates, each with the names of what it depends on outside of its tests.
fn ours(packages: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let local = packages.iter().filter(|package| package["source"].is_null());
    local
        .map(|package| {
            let all = package["dependencies"].as_array().into_iter().flatten();
            let named = all.filter(|dependency| text(dependency, "kind") != "dev");
            (text(package, "name").to_owned(), named.map(|d| text(d, "name").to_owned()).collect())
        })
        .collect()
}

#[test]
fn crates_import_in_one_direction() {
    let ours = ours(&metadata());
    let mut found = Vec::new();
    for (name, dependencies) in &ours {
        let Some((_, allowed)) = DIRECTIONS.iter().find(|(crate_name, _)| crate_name == name) else {
            found.push(format!("{name} has no row in tests/guards/crates.rs"));
            continue;
        };
        let others = dependencies.iter().filter(|other| ours.contains_key(*other));
        found.extend(others.filter(|o| !allowed.contains(&o.as_str())).map(|o| format!("{name} → {o}")));
        let strangers =
            HOMES.iter().filter(|(library, home)| dependencies.contains(*library) && home != name);
        found.extend(strangers.map(|(library, home)| format!("{name} → {library}, which is {home}'s")));
    }
    none(&found, "these imports go against docs/ARCHITECTURE.md");
}

#[test]
fn every_library_comes_from_the_registry_under_a_known_licence() {
    let mut found = Vec::new();
    for package in metadata().iter().filter(|package| !package["source"].is_null()) {
        let name = format!("{} {}", text(package, "name"), text(package, "version"));
        if !text(package, "source").starts_with("registry+") {
            found.push(format!("{name} comes from {}", text(package, "source")));
        }
        let licence = text(package, "license");
        if !allowed(licence) {
            found.push(format!("{name}: {licence:?}"));
        }
    }
    none(&found, "look at these licences before depending on them");
}

/// Whether an SPDX expression can be met with what is allowed: every part of an AND, one part of an OR.
fn allowed(expression: &str) -> bool {
    let plain = expression.replace('/', " OR ").replace(['(', ')'], " ");
    !plain.trim().is_empty()
        && plain.split(" AND ").all(|part| {
            part.split(" OR ").map(str::trim).any(|licence| {
                let bare = licence.split(" WITH ").next().unwrap_or_default().trim_end_matches('+');
                LICENCES.contains(&bare)
            })
        })
}

#[test]
fn licence_expressions_are_read() {
    for good in
        ["MIT", "MIT/Apache-2.0", "(MIT OR GPL-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(allowed(good), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "LicenseRef-x"] {
        assert!(!allowed(bad), "{bad}");
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let silent: Vec<_> = section
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with('#') && !line.starts_with("postern-"))
        .filter(|line| !line.contains(" # "))
        .map(str::to_owned)
        .collect();
    none(&silent, "give each a reason on its line");
}
