//! What is wrong with a file, in words: where, what, and how to mend it.

use super::Said;
use postern_contract::configuration::Finding;

/// `config.toml, line 4, column 9`; the file alone where it is meant as a whole.
pub fn place_of(finding: &Finding) -> String {
    match (finding.line, finding.column) {
        (0, _) => finding.file.clone(),
        (line, 0) => format!("{}, line {line}", finding.file),
        (line, column) => format!("{}, line {line}, column {column}", finding.file),
    }
}

/// The key, then what was found, what was expected and how to mend it.
pub fn finding(finding: &Finding) -> Said {
    let what = if finding.key.is_empty() { place_of(finding) } else { finding.key.clone() };
    let mut rest = String::new();
    let fix = capitalized(&finding.fix);
    for (before, text) in [("Found: ", &finding.found), ("Expected: ", &finding.expected), ("", &fix)] {
        if !text.is_empty() {
            if !rest.is_empty() {
                rest.push(' ');
            }
            rest.push_str(before);
            rest.push_str(text);
            if !text.ends_with('.') {
                rest.push('.');
            }
        }
    }
    Said::new(what, rest)
}

/// The same words as a sentence of their own.
fn capitalized(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
