//! What was built into the application names no host that a page could ask: neither the program, nor its glue, nor what
//! stands beside them. What it asks is what is configured.

use anyhow::{Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// What is named and not asked: the name of a vocabulary, and a comment in the glue that says what an operator does.
const NAMED: [&str; 2] = ["http://www.w3.org/", "https://developer.mozilla.org/"];

#[test]
fn net_4_the_built_page_names_no_host() -> Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist");
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    ensure!(files.iter().any(|file| file.extension().is_some_and(|it| it == "wasm")), "the page was built");
    for file in files {
        let text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
        for scheme in ["http://", "https://", "ws://", "wss://"] {
            for (at, _) in text.match_indices(scheme) {
                let found: String = text[at..].chars().take(60).collect();
                let known = NAMED.iter().any(|known| found.starts_with(known));
                // a scheme alone is compared with, not asked
                let host = found[scheme.len()..].starts_with(|next: char| next.is_ascii_alphanumeric());
                ensure!(known || !host, "{} names {found:?}", file.display());
            }
        }
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
