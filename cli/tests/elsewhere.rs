//! What comes from elsewhere, and what is mistyped: a file neither steers the terminal nor chooses whom a password is sent to,
//! and a password that was typed in the wrong place is not printed.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![cfg(unix)]

mod command;

use command::{Home, text};

/// What turns colours on, sets a window's title, turns the direction of reading, and begins a line of its own.
const STEERS: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{9b}2J\u{202e}";

/// Runs it and holds that nothing it prints steers a terminal; what it printed.
fn calm(home: &Home, words: &[&str]) -> String {
    let done = home.postern(words);
    let all = text(&done.stdout) + &text(&done.stderr);
    let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!all.contains(steers), "{words:?}: {all:?}");
    assert!(!all.lines().any(|line| line.starts_with("b: done")), "{words:?}: {all:?}");
    all
}

// CFG-2: names of files, keys and values out of files from a stick
#[test]
fn cfg_2_nothing_out_of_a_file_or_its_name_steers_the_terminal() {
    let home = Home::new();
    let written: Vec<_> = STEERS.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let written = written.concat();
    let broken = format!("format = 1\n\"{written}\" = 1\n[plan]\nreason = \"{written}\"\n");
    let name = |ending: &str| format!("a{STEERS}\nb: done{ending}");
    for ending in [".postern-plan", ".toml", ".postern-bundle"] {
        home.write(&name(ending), &broken);
    }
    let (plan, file, bundle) = (name(".postern-plan"), name(".toml"), name(".postern-bundle"));
    for words in [
        &["plan", "check", &plan][..],
        &["plan", "check", "."],
        &["plan", "diff", &plan],
        &["plan", "apply", &plan],
        &["plan", "countersign", &plan, "--key", &file],
        &["config", "check", &file],
        &["config", "import", &file],
        &["config", "import", &bundle],
        &["bundle", "verify", &bundle],
    ] {
        let all = calm(&home, words);
        assert!(all.contains("\\u{1b}"), "{words:?}: {all}");
    }
    // as JSON too, which says the same all the same
    for words in [&["plan", "check", &plan][..], &["plan", "diff", &plan], &["config", "check", &file]] {
        let words = [&["--json"], words].concat();
        let all = calm(&home, &words);
        assert!(all.contains("\\u009b2J\\u202e"), "{words:?}: {all}");
        let told: serde_json::Value = serde_json::from_slice(&home.postern(&words).stdout).unwrap();
        assert!(told.to_string().contains("\u{9b}2J\u{202e}"), "{words:?}: {told}");
    }
    // a certificate's name is shown before anything is imported
    home.write(&name(".pem"), include_str!("../../client/src/config/tests/ca.pem"));
    let text = format!(
        "[[backends]]\nname = \"a\"\nurl = \"https://a.example\"\nca = [\"a{written}\\nb: done.pem\"]\n"
    );
    home.write("good.toml", text);
    let all = calm(&home, &["config", "import", "good.toml", "--dry-run"]);
    assert!(all.contains("certificate: a\\u{1b}]0;owned") && all.contains("SHA-256"), "{all}");
}

// SEC-4: a password that was typed into the address is not printed
#[test]
fn sec_4_a_password_in_an_address_is_not_repeated() {
    let home = Home::new();
    let typed = "https://mina:correct-horse@accounts.harbor.example";
    for words in [
        &["plan", "apply", "a.postern-plan", "--backend", typed][..],
        &["plan", "diff", "a.postern-plan", "--backend", typed],
        &["plan", "new", "a.postern-plan", "--account", "mina@harbor.example", "--backend", typed],
    ] {
        let (out, err) = home.ends(2, words);
        assert!(!(out + &err).contains("horse"), "{words:?}: {err}");
        assert!(err.contains("must not hold a user name or password"), "{err}");
    }
}

// CFG-3: where a policy fixes the backend, no plan has a password sent to another
#[test]
fn cfg_3_a_plan_reaches_no_other_backend_than_the_one_that_is_fixed() {
    let home = Home::new();
    let named = |name: &str| format!("name = \"{name}\"\nurl = \"https://{name}.invalid\"\n");
    home.write(
        ".config/postern/policy.d/10.toml",
        format!("[managed.defaults]\nbackend = \"harbor\"\n[[managed.backends]]\n{}", named("harbor")),
    );
    home.write(".config/postern/config.toml", format!("[[backends]]\n{}", named("elsewhere")));
    let who = ["--author", "Joon", "--reason", "x", "--account", "mina@harbor.example", "--name", "Mina"];
    home.ends(0, &[&["plan", "new", "a.postern-plan"][..], &who].concat());
    let prepared = std::fs::read_to_string(home.at("a.postern-plan")).unwrap();
    assert!(prepared.contains("\"https://harbor.invalid\""), "{prepared}");
    for backend in ["https://elsewhere.invalid", "embedded", "https://third.invalid"] {
        home.write("b.postern-plan", prepared.replace("https://harbor.invalid", backend));
        home.ends(0, &["plan", "check", "b.postern-plan"]);
        let words = ["plan", "apply", "b.postern-plan", "--backend", "https://third.invalid"];
        let (out, err) = home.ends(3, &words);
        assert!(!err.contains("Password of"), "{backend}: {err}");
        assert!(out.contains("the backend https://harbor.invalid, which is fixed in "), "{backend}: {out}");
        assert!(out.contains("policy.d/10.toml"), "it says where: {out}");
    }
    // the one inside the application can be the one that is fixed
    home.write(".config/postern/policy.d/20.toml", "[managed.defaults]\nbackend = \"\"\n");
    let (out, _) = home.ends(3, &["plan", "apply", "a.postern-plan"]);
    assert!(out.contains("the backend embedded, which is fixed in "), "{out}");
    std::fs::remove_file(home.at(".config/postern/policy.d/20.toml")).unwrap();
    // the one that is fixed is asked for, by its name
    let (out, err) = home.ends(4, &["plan", "apply", "a.postern-plan"]);
    assert!(err.contains("Password of mina@harbor.example at https://harbor.invalid:"), "{out}{err}");
}
