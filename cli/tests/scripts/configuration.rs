//! Checking files: every finding at once and in a time that grows with the file, one validation for check, import, set and
//! start, and everything that policies set.

use crate::command::Home;
use crate::{URL, prepared};
use serde_json::Value;
use std::fmt::Write as _;

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap()
}

/// The findings of a check of that text, as `key`, `found`, `expected` and `fix`.
fn findings(home: &Home, text: &str) -> Vec<Value> {
    home.write("checked.toml", text);
    let told = json(&home.ends(3, &["--json", "config", "check", "checked.toml"]).0);
    told["findings"].as_array().unwrap().clone()
}

fn keys(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding["key"].as_str().unwrap()).collect()
}

#[test]
fn f12_a_check_stops_after_a_hundred_findings_and_says_so() {
    let home = prepared();
    let many = |line: &dyn Fn(usize) -> String| {
        (0..29_000).fold(String::new(), |mut text, at| {
            let _ = writeln!(text, "{}", line(at));
            text
        })
    };
    let names = |inner: &str| format!("[defaults]\ntabs = [{}]\n", inner.repeat(20_000));
    for (what, text) in [
        ("unknown keys", many(&|at| format!("k{at}=1"))),
        (
            "unknown keys in one line",
            format!(
                "defaults = {{{}}}",
                (0..20_000).map(|at| format!("k{at}=1,")).collect::<Vec<_>>().concat() + "theme=1"
            ),
        ),
        ("lines that cannot be read", many(&|at| format!("k{at}="))),
        ("elements of a list", names("\"x\",")),
        ("numbers in a list", names("7,")),
        ("sections", many(&|at| format!("[k{at}]")).chars().take(250_000).collect()),
        (
            "backends",
            (0..5_000)
                .map(|at| format!("[[backends]]\nname=\"n{at}\"\nurl=\"https://a{at}.example\"\n"))
                .collect::<Vec<_>>()
                .concat()
                .chars()
                .take(250_000)
                .collect(),
        ),
        ("a long key", format!("{}=1", "k".repeat(250_000))),
    ] {
        let file = home.write("checked.toml", &text[..text.len().min(256 * 1024)]);
        // the time that is allowed is processor time, so that a loaded machine is no failure
        let script =
            format!("ulimit -t 20; exec {} config check {}", crate::command::PROGRAM, file.display());
        let done = home.command("/bin/sh").args(["-c", &script]).output().unwrap();
        let out = crate::command::text(&done.stdout);
        assert_eq!(done.status.code(), Some(3), "{what}: {}", crate::command::text(&done.stderr));
        assert!(out.len() < 200_000, "{what}: {} bytes", out.len());
        assert!(out.matches("\n    expected  ").count() <= 101, "{what}");
        if text.starts_with("k0=") {
            assert!(out.contains("more than 100 findings"), "{what}: {out}");
        }
    }
}

#[test]
fn f27_all_findings_are_said_at_once_whatever_their_kind() {
    let home = prepared();
    let text = format!(
        "langage = \"x\"\n\
         [[backends]]\nname = \"bad\"\nurl = \"https://a..example\"\nca = [\"unseen.pem\"]\n\
         [[backends]]\nname = \"H\"\nurl = \"{URL}\"\nca = [\"missing.pem\", \"good.toml\"]\nconnect_seconds = 30\ntotal_seconds = 3\n\
         [[backends]]\nname = \"H\"\nurl = \"{URL}\"\ncolor = \"pink\"\n\
         [defaults]\nlanguage = \"xx\"\nclipboard_seconds = 30.0\ntheme = \"blue\"\n\
         [policy]\nsigners = [{{ name = \"a\", key = \"RW\" }}]\n"
    );
    let found = findings(&home, &text);
    let wanted = [
        "langage",
        "backends.0.url",
        "backends.0.ca.0",
        "backends.1.ca.0",
        "backends.1.ca.1",
        "backends.1.connect_seconds",
        "backends.2.name",
        "backends.2.color",
        "defaults.language",
        "defaults.clipboard_seconds",
        "defaults.theme",
        "policy.signers.0.key",
    ];
    assert_eq!(keys(&found), wanted, "{found:#?}");
    assert!(found.iter().all(|finding| finding["line"].as_u64() > Some(0)), "{found:#?}");
    // a value that cannot be read hides neither, and nothing is said of what it may have been
    let found = findings(
        &home,
        &format!(
            "[defaults]\ntheme = dark\nlanguage = \"xx\"\n[[backends]]\nname = \"H\"\nurl = \"{URL}\"\nca = [\"missing.pem\"]\n"
        ),
    );
    assert_eq!(keys(&found), ["", "defaults.language", "backends.0.ca.0"], "{found:#?}");
}

#[test]
fn f15_an_address_is_refused_with_its_place_and_its_rule() {
    let home = prepared();
    for (url, rule) in [
        ("https://a..example", "empty label at character 11"),
        ("https://a.example:0", "port from 1 to 65535 at character 19"),
        (" https://a.example", "character 1 is a blank"),
        ("https://a.example ", "character 18 is a blank"),
        ("https://mina@a.example", "user name or password"),
        ("https://a.example/#x", "at character 19"),
    ] {
        let found = findings(&home, &format!("[[backends]]\nname = \"H\"\nurl = \"{url}\"\n"));
        assert_eq!((keys(&found), &found[0]["line"]), (vec!["backends.0.url"], &3.into()));
        assert!(found[0]["found"].as_str().unwrap().contains(rule), "{found:?}");
        let words = [
            "plan",
            "new",
            "x",
            "--author",
            "a",
            "--reason",
            "r",
            "--account",
            "m@a.example",
            "--task",
            "t",
            "--backend",
            url,
        ];
        let (_, err) = home.ends(2, &words);
        assert!(err.contains(rule), "{err}");
        let proxy = format!("[[backends]]\nname = \"H\"\nurl = \"{URL}\"\nproxy = \"{url}\"\n");
        assert!(findings(&home, &proxy)[0]["found"].as_str().unwrap().contains(rule));
    }
}

#[test]
fn f18_check_import_and_set_refuse_the_same_backend() {
    let home = prepared();
    let undefined = "[defaults]\nbackend = \"Harbor\"\n";
    home.write("undefined.toml", undefined);
    home.ends(0, &["bundle", "make", "-o", "undefined.postern-bundle", "--config", "undefined.toml"]);
    for words in [
        &["config", "check", "undefined.toml"][..],
        &["config", "import", "undefined.toml", "--yes"],
        &["config", "import", "undefined.postern-bundle", "--yes"],
        &["config", "set", "defaults.backend", "Harbor"],
    ] {
        let (out, err) = home.ends(3, words);
        let told = out + &err;
        assert!(
            told.contains("\"Harbor\", which no file describes") && told.contains("`[[backends]]`"),
            "{words:?}: {told}"
        );
        assert_eq!(home.user_file(), None);
    }
    // at the start it is the same finding
    home.write(".config/postern/config.toml", undefined);
    let (out, _) = home.ends(3, &["config", "check"]);
    assert!(out.contains("\"Harbor\", which no file describes"), "{out}");
    // what the file that is replaced describes does not count for the one that replaces it
    let backend = format!("[[backends]]\nname = \"Harbor\"\nurl = \"{URL}\"\n");
    home.write(".config/postern/config.toml", &backend);
    home.ends(3, &["config", "import", "undefined.toml", "--yes"]);
    home.ends(0, &["config", "set", "defaults.backend", "Harbor"]);
    // what a stronger file describes does
    home.write(".config/postern/policy.d/10.toml", backend.replace("[[backends]]", "[[managed.backends]]"));
    home.ends(0, &["config", "check", "undefined.toml"]);
    home.ends(0, &["config", "import", "undefined.postern-bundle", "--yes"]);
    let (out, _) = home.ends(0, &["config", "check"]);
    assert!(!out.contains("which no file describes"), "{out}");
    home.write("policy.d/20.toml", "[managed.defaults]\nbackend = \"Nowhere\"\n");
    let (out, _) = home.ends(3, &["config", "check", "policy.d/20.toml"]);
    assert!(out.contains("managed.defaults.backend") && out.contains("one of \"Harbor\""), "{out}");
}

#[test]
fn f28_the_nearest_key_is_named_across_sections() {
    let home = prepared();
    for (text, fix) in [
        ("clipbord = 3\n", "did you mean `clipboard_seconds` in the section `[defaults]`?"),
        ("[defaults]\nclipbord = 3\n", "did you mean `clipboard_seconds`?"),
        ("conect_seconds = 3\n", "did you mean `connect_seconds` in the section `[[backends]]`?"),
        (
            "[defaults]\nrequire_signatures = true\n",
            "did you mean `require_signature` in the section `[policy]`?",
        ),
        ("[policy]\nemail = \"x\"\n", "move it to the section `[[policy.countersigners]]`"),
        ("theme = \"dark\"\n", "move it to the section `[defaults]`"),
        ("[default]\ntheme = \"dark\"\n", "did you mean `defaults`?"),
    ] {
        let found = findings(&home, text);
        assert!(found[0]["fix"].as_str().unwrap().starts_with(fix), "{text}: {found:?}");
    }
    for text in ["frobnicate = 3\n", "[defaults]\nversion = 1\n"] {
        assert_eq!(findings(&home, text)[0]["fix"], "remove it", "{text}");
    }
}

#[test]
fn every_value_of_another_type_is_answered_with_what_is_allowed() {
    let home = prepared();
    let backend = format!("[[backends]]\nname = \"H\"\nurl = \"{URL}\"\n");
    for (text, expected) in [
        ("[defaults]\nclipboard_seconds = 30.5\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = 30.0\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = 1e1\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = -30\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = 99999999999999999999\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = \"30\"\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = nan\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nclipboard_seconds = 2026-01-01\n".to_owned(), "a whole number from 5 to 120"),
        ("[defaults]\nlanguage = 3\n".to_owned(), "one of \"en\", \"ko\", \"ja\""),
        ("[defaults]\ntabs = \"x\"\n".to_owned(), "a list"),
        (format!("{backend}total_seconds = 3.5\n"), "a whole number from 1 to 120"),
        (format!("{backend}color = true\n"), "one of \"graphite\""),
        ("[policy]\nrequire_signature = 1\n".to_owned(), "true or false"),
    ] {
        let found = findings(&home, &text);
        assert!(found[0]["expected"].as_str().unwrap().starts_with(expected), "{text}: {found:?}");
        let again = found.iter().filter(|finding| finding["expected"] == found[0]["expected"]);
        assert!(again.count() == 1, "{text}: {found:?}");
    }
    let plan = std::fs::read_to_string(home.at("a.postern-plan")).unwrap();
    for (from, to, expected) in [
        ("format = 2", "format = 2.0", "a whole number from 1 to 2"),
        ("format = 2", "format = 3", "a whole number from 1 to 2"),
        ("format = 2", "format = \"2\"", "a whole number from 1 to 2"),
        ("[user_information]", "[subscription]\ncancel = 1\n[user_information]", "true or false"),
    ] {
        home.write("odd.postern-plan", plan.replacen(from, to, 1));
        let told = json(&home.ends(3, &["--json", "plan", "check", "odd.postern-plan"]).0);
        assert!(told["findings"][0]["expected"].as_str().unwrap().starts_with(expected), "{told}");
        assert!(!told.to_string().contains("invalid type"), "{told}");
    }
}

#[test]
fn a_name_that_has_no_place_in_a_bundle_is_answered_with_the_rule() {
    let home = prepared();
    let plan = std::fs::read(home.at("a.postern-plan")).unwrap();
    for (name, rule) in [
        ("Night shift.postern-plan", "The file name may contain letters, digits, - _ and . only."),
        ("Nacht\u{fc}.postern-plan", "The file name may contain letters, digits, - _ and . only."),
        ("plan.txt", "The file name must end in .postern-plan."),
        (".postern-plan", "The file name may not be empty"),
        ("a..b.postern-plan", "contain two dots in a row"),
    ] {
        home.write(name, &plan);
        let (_, err) =
            home.ends(3, &["bundle", "make", "-o", "new", "--config", "good.toml", "--plan", name]);
        assert!(err.contains(rule), "{name}: {err}");
    }
}

#[test]
fn f10_everything_that_a_policy_sets_is_listed() {
    let home = prepared();
    let (out, _) = home.ends(0, &["policy", "show"]);
    assert!(out.contains("No policy sets anything"), "{out}");
    let backend = format!("[[managed.backends]]\nname = \"Harbor\"\nurl = \"{URL}\"\ncolor = \"plum\"\n");
    home.write(".config/postern/policy.d/10.toml", &backend);
    let (out, _) = home.ends(0, &["policy", "show"]);
    assert!(out.contains(&format!("backends.Harbor = {URL}  (policy of the user, managed, ")), "{out}");
    assert!(out.contains("backends.Harbor.color = plum"), "{out}");
    let key = std::fs::read_to_string(home.at("key.pub")).unwrap().lines().nth(1).unwrap().to_owned();
    home.write(
        ".config/postern/policy.d/20.toml",
        format!(
            "[managed.defaults]\ntheme = \"dark\"\n[recommended.defaults]\ntheme = \"light\"\nlanguage = \"ko\"\n\
             [[recommended.backends]]\nname = \"Other\"\nurl = \"{URL}\"\n\
             [policy]\nrequire_signature = true\ncountersign = [\"cancel\"]\n\
             [[policy.signers]]\nname = \"Operations\"\nkey = \"{key}\"\n"
        ),
    );
    for (name, text) in
        [("notes.txt", "x"), (".hidden.toml", "x"), ("30.toml~", "x"), ("40.toml", "[managed")]
    {
        home.write(&format!(".config/postern/policy.d/{name}"), text);
    }
    home.write(".config/postern/config.toml", "[defaults]\nlanguage = \"ja\"\n");
    let shown = json(&home.ends(0, &["policy", "show", "--json"]).0);
    let entries = shown["result"]["entries"].as_array().unwrap();
    let entry = |key: &str, level: &str| {
        entries
            .iter()
            .find(|entry| entry["key"] == key && entry["level"] == level)
            .unwrap_or_else(|| panic!("{key}: {shown:#}"))
    };
    for (key, level, takes_effect) in [
        ("backends.Harbor", "managed", true),
        ("backends.Harbor.color", "managed", true),
        ("backends.Other", "recommended", false),
        ("defaults.theme", "managed", true),
        ("defaults.theme", "recommended", false),
        ("defaults.language", "recommended", false),
        ("policy.require_signature", "required", false),
        ("policy.signers", "required", false),
    ] {
        let entry = entry(key, level);
        // a policy that cannot be used asks for everything, and nobody's signature counts
        assert_eq!(entry["takes_effect"], takes_effect, "{key}: {entry}");
        assert_eq!(entry["reason"].is_string(), !takes_effect, "{entry}");
        assert!(entry["place"].as_str().unwrap().contains("policy.d/"), "{entry}");
    }
    let ignored = shown["result"]["ignored"].as_array().unwrap();
    let names: Vec<_> =
        ignored.iter().map(|one| one["file"].as_str().unwrap().rsplit('/').next().unwrap()).collect();
    assert_eq!(names, [".hidden.toml", "30.toml~", "40.toml", "notes.txt"]);
    assert!(ignored.iter().all(|one| !one["reason"].as_str().unwrap().is_empty()));
    std::fs::remove_file(home.at(".config/postern/policy.d/40.toml")).unwrap();
    let shown = json(&home.ends(0, &["policy", "show", "--json"]).0);
    let signers =
        shown["result"]["entries"].as_array().unwrap().iter().find(|entry| entry["key"] == "policy.signers");
    assert_eq!(signers.unwrap()["takes_effect"], true, "{shown:#}");
}

#[test]
fn u19_a_configuration_behind_a_link_is_written_through_the_link() {
    let home = prepared();
    std::fs::create_dir_all(home.at(".config/postern")).unwrap();
    let link = home.at(".config/postern/config.toml");
    std::os::unix::fs::symlink("../../dotfiles/postern.toml", &link).unwrap();
    for words in [
        &["config", "set", "defaults.theme", "dark"][..],
        &["config", "import", "good.toml", "--yes"],
        &["config", "undo"],
    ] {
        home.ends(0, words);
        assert!(link.is_symlink() && home.at("dotfiles/postern.toml").is_file(), "{words:?}");
    }
    std::fs::remove_file(home.at("dotfiles/postern.toml")).unwrap();
    home.ends(0, &["config", "import", "good.toml", "--yes"]);
    home.ends(0, &["config", "undo"]);
    assert!(link.is_symlink() && !home.at("dotfiles/postern.toml").exists(), "there was no file before");
}
