//! Every command, in success and in refusal: one envelope that follows its published schema, and the same exit code with
//! `--json` and without.

use crate::command::{Home, PROGRAM, text};
use crate::killer::Killer;
use crate::person::{PASSWORD, create_account_at};
use crate::{ACCOUNT, new, prepared};
use postern_client::Desk;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Output;

fn validator() -> jsonschema::Validator {
    let schema = include_str!("../../../docs/command-line.schema.json");
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// The envelope that was printed: one document that follows the schema and says how the process ended.
fn envelope(done: &Output, words: &[&str]) -> Value {
    let told = format!("{words:?}\n{}\n{}", text(&done.stdout), text(&done.stderr));
    let envelope: Value =
        serde_json::from_slice(&done.stdout).unwrap_or_else(|fault| panic!("{fault}: {told}"));
    let faults: Vec<_> = validator().iter_errors(&envelope).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}: {told}");
    assert_eq!(envelope["format"], 1);
    assert_eq!(envelope["exit_code"].as_i64(), done.status.code().map(i64::from), "{told}");
    if envelope["outcome"] != "done" {
        assert!(!envelope["messages"].as_array().unwrap().is_empty(), "it does not say why: {told}");
    }
    envelope
}

/// Runs it twice from the same beginning: for people and for scripts.
fn both(before: &[&[&str]], words: &[&str], code: i32) -> Value {
    let runs = [words.to_vec(), [&["--json"], words].concat()].map(|words| {
        let home = prepared();
        for words in before {
            home.ends(0, words);
        }
        home.postern(&words)
    });
    let [people, scripts] = runs;
    let told = format!("{words:?}\n{}\n{}", text(&people.stdout), text(&people.stderr));
    assert_eq!(people.status.code(), Some(code), "{told}");
    assert_eq!(scripts.status.code(), Some(code), "with --json: {told}");
    envelope(&scripts, words)
}

/// Packs a plan.
const BUNDLE: &[&str] =
    &["bundle", "make", "-o", "a.postern-bundle", "--config", "good.toml", "--plan", "a.postern-plan"];
/// Imports it.
const IMPORT: &[&str] = &["config", "import", "a.postern-bundle", "--yes"];
/// Where the plan is then.
const IMPORTED: &str = ".local/share/postern/plans/a.postern-plan";

/// What is done before, the command, and its exit code.
type Case<'c> = (&'c [&'c [&'c str]], &'c [&'c str], i32);

/// What needs no backend.
const CASES: &[Case<'_>] = &[
    (&[], &["config", "check", "good.toml"], 0),
    (&[], &["config", "check"], 0),
    (&[], &["config", "check", "good.toml", "bad.toml"], 3),
    (&[], &["config", "check", "bad.toml", "missing.toml"], 1),
    (&[], &["config", "explain", "defaults.theme"], 0),
    (&[], &["config", "explain", "defaults.colour"], 2),
    (&[], &["config", "import", "good.toml", "--yes"], 0),
    (&[], &["config", "import", "good.toml", "--dry-run"], 0),
    (&[], &["config", "import", "good.toml"], 4),
    (&[], &["config", "import", "bad.toml", "--yes"], 3),
    (&[], &["config", "import", "none.postern-bundle", "--yes"], 3),
    (&[], &["config", "import", "missing.toml", "--yes"], 1),
    (&[&["config", "import", "good.toml", "--yes"]], &["config", "undo"], 0),
    (&[], &["config", "undo"], 3),
    (
        &[&["config", "import", "good.toml", "--yes"], &["config", "set", "defaults.theme", "dark"]],
        &["config", "undo"],
        3,
    ),
    (&[], &["config", "schema"], 0),
    (&[], &["config", "schema", "page"], 0),
    (&[], &["config", "schema", "nothing"], 2),
    (&[], &["config", "set", "defaults.theme", "dark"], 0),
    (&[], &["config", "set", "defaults.theme", "purple"], 3),
    (&[], &["config", "set", "defaults.backend", "Nowhere"], 3),
    (&[], &["config", "set", "defaults.colour", "red"], 2),
    (&[&["config", "set", "defaults.theme", "dark"]], &["config", "unset", "defaults.theme"], 0),
    (&[], &["config", "unset", "defaults.colour"], 2),
    (&[&["config", "set", "defaults.theme", "dark"]], &["config", "show"], 0),
    (&[], &["config", "show"], 1),
    (&[], &["config", "show", "--effective"], 0),
    (&[], &["policy", "show"], 0),
    (&[], &["policy", "show", "more"], 2),
    (&[], &["bundle", "make", "-o", "new", "--config", "good.toml", "--plan", "a.postern-plan"], 0),
    (&[], &["bundle", "make", "-o", "new", "--config", "bad.toml"], 3),
    (&[], &["bundle", "make", "-o", "new", "--config", "missing.toml"], 1),
    (&[], &["bundle", "make", "-o", "signed.postern-bundle", "--config", "good.toml"], 3),
    (&[], &["bundle", "key", "-o", "key"], 3),
    (&[], &["bundle", "key", "-o", "new"], 4),
    (&[], &["bundle", "key", "-o", "new", "--no-password"], 0),
    (&[], &["bundle", "sign", "unsigned.postern-bundle", "--key", "key"], 0),
    (&[], &["bundle", "sign", "unsigned.postern-bundle", "--key", "no.key"], 3),
    (&[], &["bundle", "sign", "unsigned.postern-bundle", "--key", "missing.key"], 1),
    (&[], &["bundle", "verify", "signed.postern-bundle", "--key", "key.pub"], 0),
    (&[], &["bundle", "verify", "unsigned.postern-bundle", "--key", "key.pub"], 3),
    (&[], &["bundle", "verify", "missing.postern-bundle"], 1),
    (&[], &["plan", "check", "a.postern-plan"], 0),
    (&[], &["plan", "check", "a.postern-plan", "bad.postern-plan"], 3),
    (&[], &["plan", "check", "missing.postern-plan"], 1),
    (&[], &["plan", "check", "folder"], 1),
    (&[], &["plan", "diff", "a.postern-plan"], 3),
    (&[], &["plan", "diff", "missing.postern-plan"], 1),
    (&[], &["plan", "apply", "a.postern-plan"], 3),
    (&[], &["plan", "apply", "a.postern-plan", "--backend", crate::URL], 4),
    (&[], &["plan", "apply", "missing.postern-plan"], 1),
    (&[], &["plan", "apply"], 2),
    (&[], &["plan", "countersign", "a.postern-plan", "--key", "key", "--yes"], 0),
    (&[], &["plan", "countersign", "a.postern-plan", "--key", "key"], 4),
    (&[], &["plan", "countersign", "bad.postern-plan", "--key", "key", "--yes"], 3),
    (&[], &["plan", "countersign", "a.postern-plan", "--key", "missing.key", "--yes"], 1),
    (&[BUNDLE, IMPORT], &["plan", "put-away", IMPORTED], 0),
    (&[BUNDLE, IMPORT], &["plan", "put-away", IMPORTED, "missing.postern-plan"], 1),
    (&[], &["plan", "put-away", "a.postern-plan"], 1),
    (&[], &["plan", "put-away"], 2),
    (&[], &["plan", "refresh", "a.postern-plan"], 3),
    (&[], &["plan", "refresh", "bad.postern-plan"], 3),
    (&[], &["plan", "refresh", "a.postern-plan", "--backend", crate::URL], 4),
    (&[], &["plan", "refresh", "missing.postern-plan"], 1),
    (&[], &["plan", "schema"], 0),
    (&[], &["plan", "schema", "nothing"], 2),
    (&[], &["plan", "status"], 0),
    (&[], &["plan", "status", "--export", "9"], 1),
    (&[BUNDLE, IMPORT], &["plan", "status"], 4),
    (&[], &["receipt", "verify"], 0),
    (&[], &["receipt", "verify", "a.postern-plan"], 3),
    (&[], &["receipt", "verify", "a.postern-plan", "missing.json"], 1),
    (&[], &["completions", "bash"], 0),
    (&[], &["completions", "none"], 2),
    (&[], &["man"], 0),
    (&[], &["man", "folder"], 0),
    (&[&["man", "folder"]], &["man", "folder"], 3),
    (&[], &["schema"], 0),
    (&[], &["schema", "page"], 0),
    (&[], &["schema", "nothing"], 2),
    (&[], &["--version"], 0),
    (&[], &["plan", "apply", "--help"], 0),
    (&[], &["nonsense"], 2),
    (&[], &[], 2),
];

#[test]
fn f20_every_command_prints_the_envelope_on_success_and_on_refusal() {
    let mut seen = BTreeSet::new();
    for (before, words, code) in CASES {
        let envelope = both(before, words, *code);
        seen.insert((envelope["command"].as_str().unwrap().to_owned(), *code == 0));
    }
    for code in [0, 3] {
        let change: &[&str] = if code == 0 { &["--task", "Gate"] } else { &[] };
        let envelope = both(&[], &new("b.postern-plan", change), code);
        seen.insert((envelope["command"].as_str().unwrap().to_owned(), code == 0));
    }
    // what needs a backend is in the next test
    let succeed = ["plan apply", "plan diff", "plan refresh"].map(|command| (command.to_owned(), true));
    seen.extend(succeed);
    for command in commands() {
        // `bundle key` without a password to be asked for is in `keys`; what only prints has no refusal but a usage error
        let is_done = command == "bundle key" || seen.contains(&(command.clone(), true));
        assert!(
            is_done
                && (command == "schema"
                    || command == "plan schema"
                    || seen.contains(&(command.clone(), false))),
            "{command}"
        );
    }
}

/// Every command that the schema describes.
fn commands() -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/command-line.schema.json")).unwrap();
    let rules = schema["allOf"].as_array().unwrap().iter();
    let named = rules.filter_map(|rule| rule["if"]["properties"]["command"]["const"].as_str());
    named.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_plans_that_are_applied_print_the_envelope() {
    let folder = tempfile::tempdir().unwrap();
    let killer = Killer::serve(folder.path()).await;
    let desk = Desk::open(killer.options()).await.unwrap();
    desk.use_memory_only().await;
    create_account_at(&desk, async || killer.backend.messages().await.unwrap(), ACCOUNT, "010-5550-0001")
        .await;
    let (home, url) = (prepared(), killer.url());
    let made = new("c.postern-plan", &["--task", "Gate"]).into_iter();
    let made: Vec<_> = made.map(|word| if word == crate::URL { &*url } else { word }).collect();
    home.ends(0, &made);
    home.write("answers", format!("password {PASSWORD}\ndrift mine\n"));
    let run = |home: &Home, words: &str| {
        let script =
            format!("exec {PROGRAM} {words} c.postern-plan --backend {url} --answers-fd 3 3<answers");
        tokio::task::block_in_place(|| home.command("/bin/sh").args(["-c", &script]).output().unwrap())
    };
    for (words, command) in [
        ("--json plan refresh", "plan refresh"),
        ("--json plan diff", "plan diff"),
        ("--json plan apply", "plan apply"),
    ] {
        let done = run(&home, words);
        let told = envelope(&done, &[words]);
        assert_eq!(told["command"], command);
        assert_eq!(told["outcome"], "done", "{told}");
        assert_eq!(told["result"].as_array().unwrap().len(), 1, "{told}");
    }
    let told = envelope(&run(&home, "plan apply --json"), &["again"]);
    assert_eq!((&told["outcome"], told["exit_code"].as_i64()), (&"done".into(), Some(0)), "{told}");
    let exported = home.postern(&["plan", "status", "--export", "1", "--json"]);
    let exported = envelope(&exported, &["export"]);
    assert!(exported["result"]["receipt"]["hash"].is_string(), "{exported}");
    home.write("receipt.json", exported["result"]["receipt"].to_string());
    for words in [&["receipt", "verify"][..], &["receipt", "verify", "receipt.json"]] {
        let verified = envelope(&home.postern(&[&["--json"], words].concat()), words);
        assert_eq!(verified["result"]["whole"], true, "{verified}");
    }
    envelope(&home.postern(&["--json", "plan", "status"]), &["status"]);
}
