//! What the whole tree must keep, held by tests: import directions, licences, sizes, reasons, migrations.
//!
//! Each failure names the file or the crate, and what to do.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a guard that cannot read the tree has to fail")]

mod crates;
mod evidence;
mod migrations;
mod sources;

use std::path::{Path, PathBuf};

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the checkout").to_owned()
}

/// Every file under a folder of the checkout with one of these endings, with its path from the root. Built files are
/// passed over.
fn files(under: &str, endings: &[&str]) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    collect(&root().join(under), endings, &mut found);
    found.sort();
    found.into_iter().map(|file| (shown(&file), file)).collect()
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !matches!(name.as_str(), "target" | "dist" | "gen" | "tour") {
                collect(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).to_string_lossy().into_owned()
}

fn none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}
