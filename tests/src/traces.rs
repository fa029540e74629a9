//! Looks for what should not be there: a text in the bytes of any file of a folder.

use anyhow::Result;
use std::path::{Path, PathBuf};

/// Every file below a folder that holds this text.
pub fn of(folder: &Path, text: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(of(&path, text)?);
        } else if path.is_file() {
            // a file may go while it is looked for
            let bytes = std::fs::read(&path).unwrap_or_default();
            if bytes.windows(text.len()).any(|part| part == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    Ok(found)
}
