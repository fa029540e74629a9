//! `postern config …` and `postern policy …` as they are shipped: without a display, without a bus, and killed anywhere.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![cfg(unix)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A person's folders, and nothing else of the environment.
struct Person(TempDir);

impl Person {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("postern/config.toml")
    }

    fn write(&self, text: &str) {
        fs::create_dir_all(self.file().parent().unwrap()).unwrap();
        fs::write(self.file(), text).unwrap();
    }

    fn around(&self, program: &mut Command) {
        program
            .env_clear()
            .env("XDG_CONFIG_HOME", self.0.path())
            .env("XDG_STATE_HOME", self.0.path().join("state"));
    }

    fn postern(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_postern"));
        self.around(&mut program);
        program.args(arguments);
        program
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.postern(arguments).output().unwrap()
    }
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

const BEFORE: &str = "# mine\n[defaults]\nclipboard_seconds = 20\n";
const AFTER: &str = "# mine\n[defaults]\nclipboard_seconds = 40\n";

/// What changes files or what a write waits for.
const CALLS: [&str; 12] = [
    "openat",
    "read",
    "write",
    "fsync",
    "rename",
    "unlink",
    "flock",
    "chmod",
    "fchmod",
    "statx",
    "getdents64",
    "close",
];

// CFG-1: killed at each call to the system that has to do with files, the file is the old one or the new one and parses; and
// the next one writes it all the same
#[test]
fn cfg_1_a_kill_at_any_call_leaves_the_old_file_or_the_new_one() {
    let (mut kills, mut old, mut new) = (0, 0, 0);
    for call in CALLS {
        for nth in 1.. {
            let person = Person::new();
            person.write(BEFORE);
            let mut traced = Command::new("/usr/bin/strace");
            person.around(&mut traced);
            traced.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-P"]);
            // the calls that touch this person's folder, not those that start a program
            traced.arg(person.file()).arg("-P").arg(person.file().parent().unwrap());
            traced.args(["-e", &format!("inject={call}:signal=KILL:when={nth}")]);
            traced.arg(env!("CARGO_BIN_EXE_postern")).args([
                "config",
                "set",
                "defaults.clipboard_seconds",
                "40",
            ]);
            let ended = traced.output().unwrap();
            let text = fs::read_to_string(person.file()).unwrap();
            match text.as_str() {
                BEFORE => old += 1,
                AFTER => new += 1,
                other => panic!("{call} {nth}: {other:?}"),
            }
            if ended.status.success() {
                assert_eq!(text, AFTER);
                break;
            }
            kills += 1;
            assert_eq!(person.run(&["config", "check"]).status.code(), Some(0), "{call} {nth}");
            let again = person.run(&["config", "set", "defaults.clipboard_seconds", "40"]);
            assert_eq!(again.status.code(), Some(0), "{call} {nth}");
            assert_eq!(fs::read_to_string(person.file()).unwrap(), AFTER);
            let left: Vec<_> = fs::read_dir(person.file().parent().unwrap())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "new"))
                .collect();
            assert!(left.is_empty(), "{call} {nth}: {left:?}");
        }
    }
    assert!(kills > 10 && old > 0 && new > 0, "{kills} kills, {old} old, {new} new");
}

// CFG-4: two processes change two settings of one file again and again, and nothing is lost
#[test]
fn cfg_4_two_processes_on_one_file_lose_nothing() {
    let person = Person::new();
    person.write("# mine\n");
    for round in 0..10 {
        let seconds = (10 + round).to_string();
        let theme = if round % 2 == 0 { "dark" } else { "light" };
        let mut one =
            person.postern(&["config", "set", "defaults.clipboard_seconds", &seconds]).spawn().unwrap();
        let mut other = person.postern(&["config", "set", "defaults.theme", theme]).spawn().unwrap();
        assert!(one.wait().unwrap().success() && other.wait().unwrap().success());
        let text = fs::read_to_string(person.file()).unwrap();
        assert!(text.contains(&format!("clipboard_seconds = {seconds}\n")), "{text}");
        assert!(text.contains(&format!("theme = \"{theme}\"\n")) && text.starts_with("# mine\n"), "{text}");
    }
}

// CFG-2: findings for people and for scripts, and what they mean by the exit code
#[test]
fn cfg_2_a_check_answers_people_and_programs() {
    let person = Person::new();
    let good = person.run(&["config", "check"]);
    assert_eq!((good.status.code(), out(&good)), (Some(0), "There is nothing to mend.\n"));
    person.write("[defaults]\nthema = \"dark\"\nclipboard_seconds = 500\n");
    let bad = person.run(&["config", "check"]);
    assert_eq!(bad.status.code(), Some(3));
    assert!(
        out(&bad).contains("did you mean `theme`?") && out(&bad).contains("config.toml:3:21"),
        "{}",
        out(&bad)
    );
    let checked = json(&person.run(&["--json", "config", "check", person.file().to_str().unwrap()]));
    let findings = &checked["findings"];
    assert_eq!((findings.as_array().unwrap().len(), &checked["result"]["errors"]), (2, &2.into()));
    assert_eq!((&findings[0]["key"], &findings[0]["line"]), (&"defaults.thema".into(), &2.into()));
    // a file that is not used leaves the defaults, and everything else works
    let shown = json(&person.run(&["config", "show", "--effective", "--json"]));
    assert_eq!(shown["result"]["settings"][2]["value"], "system");
    assert_eq!(shown["result"]["findings"].as_array().unwrap().len(), 2);
    assert_eq!(person.run(&["config", "check", "/nowhere/config.toml"]).status.code(), Some(1));
    let refused = person.run(&["config", "set", "defaults.theme", "dark"]);
    assert_eq!(refused.status.code(), Some(3));
}

// CFG-3: why a value counts
#[test]
fn cfg_3_explain_says_what_counts_and_what_lost() {
    let person = Person::new();
    person.write(
        "[defaults]\ntheme = \"light\"\n[[backends]]\nname = \"Harbor\"\nurl = \"https://harbor.example\"\n",
    );
    let policy = person.file().with_file_name("policy.d").join("10.toml");
    fs::create_dir(policy.parent().unwrap()).unwrap();
    fs::write(&policy, "[managed.defaults]\ntheme = \"dark\"\n").unwrap();
    let said = person.run(&["config", "explain", "defaults.theme"]);
    let lines: Vec<_> = out(&said).lines().collect();
    assert_eq!(lines[0], format!("dark  (policy of the user, {}:2), managed", policy.display()));
    assert_eq!(lines[1], format!("light  (file of the user, {}:2) — lost", person.file().display()));
    assert_eq!(lines[2], "system  (default) — lost");
    let url = json(&person.run(&["config", "explain", "backends.Harbor.url", "--json"]));
    assert_eq!(url["result"][0]["value"], "https://harbor.example");
    assert_eq!(person.run(&["config", "explain", "defaults.colour"]).status.code(), Some(2));
    let refused = person.run(&["config", "set", "defaults.theme", "light"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("it is fixed in"));
    let shown = json(&person.run(&["policy", "show", "--json"]));
    assert_eq!(shown["result"]["entries"][0]["key"], "defaults.theme");
    assert!(out(&person.run(&["policy", "show"])).starts_with("defaults.theme = dark"));
    // broken: it goes on, and is said
    fs::write(&policy, "[managed").unwrap();
    let kept = json(&person.run(&["policy", "show", "--json"]));
    assert_eq!(kept["result"]["entries"][0]["value"], "dark");
    assert!(kept["result"]["kept_since"].is_string());
}

#[test]
fn it_works_without_a_home_a_bus_and_a_display() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_postern"));
    let shown =
        program.env_clear().current_dir("/").args(["config", "show", "--effective"]).output().unwrap();
    assert_eq!(shown.status.code(), Some(0), "{}", String::from_utf8_lossy(&shown.stderr));
    assert!(out(&shown).contains("defaults.clipboard_seconds = "));
    let schema = Person::new().run(&["config", "schema"]);
    assert_eq!(json(&schema)["title"], "Configuration of Postern");
    assert!(Path::new("/usr/bin/strace").exists(), "cargo xtask installs it for the test above");
}
