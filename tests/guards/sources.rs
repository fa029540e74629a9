//! What every source file keeps.

use crate::{files, none};
use std::fs;

/// Longest file, in lines.
const LONGEST: usize = 500;
/// What nine files of ten stay under, in lines.
const USUAL: usize = 350;
/// What half of all files stay under, in lines.
const MEDIAN: usize = 120;

#[test]
fn files_are_small() {
    let mut sizes: Vec<(usize, String)> = files(".", &[".rs"])
        .into_iter()
        .map(|(name, file)| (fs::read_to_string(file).unwrap().lines().count(), name))
        .collect();
    sizes.sort();
    let over: Vec<_> =
        sizes.iter().filter(|(lines, _)| *lines > LONGEST).map(|(n, f)| format!("{f}: {n}")).collect();
    none(&over, "split these: no file has more than 500 lines");
    let at = |share: usize| sizes[(sizes.len() - 1) * share / 100].0;
    assert!(at(50) <= MEDIAN, "half of all files have up to {} lines; {MEDIAN} is the aim", at(50));
    assert!(at(90) <= USUAL, "nine files of ten have up to {} lines; {USUAL} is the aim", at(90));
}

#[test]
fn every_file_says_why_it_exists() {
    let silent: Vec<_> = files(".", &[".rs"])
        .into_iter()
        .filter(|(_, file)| !fs::read_to_string(file).unwrap().starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    none(&silent, "open these with `//!` and the reason they exist");
}

#[test]
fn nothing_is_left_undone() {
    // in two parts, so that this file does not find itself
    let unwanted =
        ["#[ig|nore", "to|do!(", "unimpl|emented!(", "FIX|ME", "TO|DO"].map(|word| word.replace('|', ""));
    let mut found = lines_with(&[".rs", ".js", ".css", ".html", ".sql", ".toml"], |line| {
        unwanted.iter().any(|word| line.contains(word.as_str()))
    });
    found.extend(lines_with(&[".rs"], |line| {
        let error =
            line.split("Result<").skip(1).any(|rest| rest.split('>').next().unwrap().ends_with(", String"));
        error && !line.trim_start().starts_with("//")
    }));
    none(&found, "finish these: nothing ignored, left open, or failing with a bare String");
}

#[test]
fn no_test_sleeps() {
    // `docs/ARCHITECTURE.md`, "How it is tested": waiting is for an event, not for a time. A wait that is a product feature says so at its own allow.
    let sleeps: Vec<_> = files(".", &[".rs"])
        .into_iter()
        .filter(|(name, _)| !name.ends_with("guards/sources.rs"))
        .filter(|(_, file)| {
            let text = fs::read_to_string(file).unwrap();
            let lines: Vec<_> = text.lines().collect();
            let sleeps =
                |line: &str| ["thread::sleep(", "time::sleep("].iter().any(|word| line.contains(word));
            let allowed = |at: usize| {
                lines[at.saturating_sub(5)..at].iter().any(|line| line.contains("clippy::disallowed_methods"))
            };
            (0..lines.len()).any(|at| sleeps(lines[at]) && !allowed(at))
        })
        .map(|(name, _)| name)
        .collect();
    none(&sleeps, "wait for an event or a condition instead of sleeping");
}

#[test]
fn the_page_has_no_inline_style_and_no_inline_script() {
    // CSP-1
    let mut found = lines_with_under("ui", &[".rs", ".html", ".js"], |line| {
        let squeezed = line.replace(' ', "");
        [
            "style=\"",
            "style=(",
            ".set_css_text(",
            "insertAdjacentHTML",
            "dangerously_set_inner_html",
            "set_inner_html",
        ]
        .iter()
        .any(|word| squeezed.contains(word))
    });
    found.extend(lines_with_under("ui", &[".html"], |line| {
        line.contains("<style") || (line.contains("<script") && !line.contains("src="))
    }));
    // the frontend's own tests name what must be absent
    found.retain(|line| !line.starts_with("ui/tests/"));
    none(&found, "the content security policy forbids these; text is only ever text (XSS-1)");
}

#[test]
fn d25_lists_and_menu_buttons_keep_their_roles_in_webkitgtk() {
    // a list without bullets has no role of its own there, and a button with a popup is a combo box
    let lists = lines_with_under("ui/src", &[".rs"], |line| {
        let mut words = line.split([' ', '{']);
        words.any(|word| word.starts_with("ul(") || word.starts_with("ol(")) && !line.contains("role=")
    });
    none(&lists, "write role=\"list\" on these");
    let popups =
        lines_with_under("ui/src", &[".rs"], |line| line.contains("aria-haspopup") && !line.contains("//"));
    none(&popups, "aria-expanded says it");
}

#[test]
fn net_4_the_page_names_no_host() {
    // the name of a vocabulary is not asked
    let names = |line: &str| {
        let asked = line.replace("http://www.w3.org/", "");
        ["http://", "https://", "ws://", "wss://"].iter().any(|scheme| asked.contains(scheme))
    };
    let mut found = lines_with_under("ui", &[".html", ".js", ".css", ".svg"], names);
    found.extend(lines_with_under("ui/src", &[".rs"], |line| {
        !line.trim_start().starts_with("//") && names(line)
    }));
    found.retain(|line| !line.starts_with("ui/tests/"));
    none(&found, "a page asks the shell alone: take these addresses out");
}

#[test]
fn the_contract_documents_everything() {
    let lib = fs::read_to_string(crate::root().join("contract/src/lib.rs")).unwrap();
    assert!(lib.contains("missing_docs"), "contract/src/lib.rs keeps `#![warn(missing_docs)]` or `deny`");
}

#[test]
fn only_the_bridge_knows_the_shell() {
    let found: Vec<_> = files("ui/src", &[".rs"])
        .into_iter()
        .filter(|(name, _)| !name.starts_with("ui/src/bridge"))
        .filter(|(_, file)| fs::read_to_string(file).unwrap().contains("__TAURI"))
        .map(|(name, _)| name)
        .collect();
    none(&found, "ask through ui::bridge");
    let parts = lines_with_under("ui/src/parts", &[".rs"], |line| line.contains("bridge::"));
    none(&parts, "a part never calls the bridge: its page does");
}

#[test]
fn http_and_store_do_not_know_each_others_library() {
    let http = lines_with_under("backend/src/http", &[".rs"], |line| line.contains("sqlx"));
    none(&http, "http never sees sqlx");
    let store = lines_with_under("backend/src/store", &[".rs"], |line| line.contains("axum"));
    none(&store, "store never sees axum");
}

#[test]
fn which_database_it_is_is_known_in_one_place() {
    // beside the store, only what an operator writes and reads names a database
    let homes = [
        "backend/src/store.rs",
        "backend/src/store/engine",
        "backend/src/store/schema.rs",
        "backend/src/config/database.rs",
        "backend/src/config/file.rs",
        "backend/src/error.rs",
    ];
    let mut found = Vec::new();
    for (name, file) in files("backend/src", &[".rs"]) {
        if homes.iter().any(|home| name.starts_with(home)) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        let words = |line: &str| {
            let code = !line.trim_start().starts_with("//");
            let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            code && words.any(|word| ["sqlite", "postgres", "Sqlite", "Postgres"].contains(&word))
        };
        let hits = shipped.lines().enumerate().filter(|(_, line)| words(line));
        found.extend(hits.map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())));
    }
    none(&found, "one text of SQL serves both databases: what differs goes into backend/src/store/engine");
}

fn lines_with(endings: &[&str], unwanted: impl Fn(&str) -> bool) -> Vec<String> {
    lines_with_under(".", endings, unwanted)
}

fn lines_with_under(under: &str, endings: &[&str], unwanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (name, file) in files(under, endings) {
        if name.ends_with("guards/sources.rs") || name == "clippy.toml" {
            continue;
        }
        // a corpus of broken files holds some that are no text
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let hits = text.lines().enumerate().filter(|(_, line)| unwanted(line));
        found.extend(hits.map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())));
    }
    found
}
