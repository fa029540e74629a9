//! The command line as a whole: what it links, what it says without arguments, and that its manual is the one in `docs/`.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod command;

use command::{Home, PROGRAM, text};
use std::path::Path;
use std::process::Command;

#[test]
fn without_a_desktop_it_prints_its_help_and_ends_as_a_command_line_that_asks_for_nothing() {
    let home = Home::new();
    let (out, err) = home.ends(2, &[]);
    assert!(out.is_empty() && err.contains("Usage: postern"), "{err}");
    // a desktop that is there, and no display
    std::fs::copy(PROGRAM, home.at("postern")).unwrap();
    home.write("postern-desktop", "#!/bin/sh\necho opened\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(home.at("postern-desktop"), executable).unwrap();
    let closed = home.command(home.at("postern")).output().unwrap();
    assert_eq!(closed.status.code(), Some(2));
    assert!(text(&closed.stderr).contains("no display"));
    // and with one
    let opened = home.command(home.at("postern")).env("DISPLAY", ":77").output().unwrap();
    assert_eq!((opened.status.code(), text(&opened.stdout).as_str()), (Some(0), "opened\n"));
}

#[test]
fn it_works_without_home_display_and_bus() {
    for words in [["config", "--help"], ["bundle", "--help"], ["completions", "bash"]] {
        let done = Command::new(PROGRAM).env_clear().args(words).output().unwrap();
        assert!(done.status.success(), "{words:?}");
        assert!(!done.stdout.is_empty());
    }
    let nothing = Command::new(PROGRAM).env_clear().args(["bundle", "verify", "/nowhere"]).output().unwrap();
    assert_eq!(nothing.status.code(), Some(1));
    assert_eq!(Home::new().postern(&["nonsense"]).status.code(), Some(2));
}

#[test]
fn it_links_neither_tauri_nor_webkit() {
    let linked = Command::new("ldd").arg(PROGRAM).output().unwrap();
    assert!(linked.status.success());
    let linked = text(&linked.stdout).to_lowercase();
    for library in ["webkit", "gtk", "gdk", "libx11", "wayland", "libdbus"] {
        assert!(!linked.contains(library), "{linked}");
    }
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--offline", "--package", "postern-cli", "--edges", "normal", "--prefix", "none"]);
    let tree = tree.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(tree.status.success(), "{}", text(&tree.stderr));
    for name in text(&tree.stdout).lines() {
        assert!(
            !["tauri", "wry ", "tao ", "gtk", "webkit"].iter().any(|other| name.starts_with(other)),
            "{name}"
        );
    }
}

#[test]
fn its_manual_and_completions_are_those_in_docs() {
    let home = Home::new();
    std::fs::create_dir(home.at("man")).unwrap();
    home.ends(0, &["man", "man"]);
    home.ends(3, &["man", "man"]);
    home.ends(0, &["man", "man", "--force"]);
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let names = |folder: &Path| {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let repair = "rm -f docs/man/*; cargo run -p postern-cli -- man docs/man";
    assert_eq!(names(&home.at("man")), names(&docs.join("man")), "run: {repair}");
    for name in names(&home.at("man")) {
        let read = |folder: &Path| std::fs::read_to_string(folder.join(&name)).unwrap();
        assert_eq!(read(&home.at("man")), read(&docs.join("man")), "run: {repair}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let (made, _) = home.ends(0, &["completions", shell]);
        let kept = std::fs::read_to_string(docs.join("completions").join(format!("postern.{shell}")));
        let repair =
            format!("cargo run -p postern-cli -- completions {shell} > docs/completions/postern.{shell}");
        assert_eq!(made, kept.unwrap_or_default(), "run: {repair}");
    }
    let forms = [("json", "command-line.schema.json"), ("page", "command-line.md")];
    for (form, name) in forms {
        let (made, _) = home.ends(0, &["schema", form]);
        let kept = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(made == kept, "run: cargo run -q -p postern-cli -- schema {form} > docs/{name}");
    }
}
