//! Output: write errors end a command as failed, and no file is overwritten unless that is asked for.

use crate::command::{Home, PROGRAM, text};
use crate::{new, prepared};
use std::os::unix::fs::symlink;
use std::process::Output;

fn shell(home: &Home, script: &str) -> Output {
    home.command("/bin/sh").args(["-c", script]).output().unwrap()
}

#[test]
fn f5_what_cannot_be_written_ends_as_failed() {
    let home = prepared();
    home.ends(0, &["config", "set", "defaults.theme", "dark"]);
    for words in [
        "--version",
        "--help",
        "--json --version",
        "config check",
        "config check bad.toml",
        "config show",
        "config show --effective",
        "--json config show",
        "config schema",
        "config explain defaults.theme",
        "config import good.toml --dry-run",
        "policy show",
        "--json policy show",
        "bundle verify signed.postern-bundle --key key.pub",
        "plan check a.postern-plan",
        "plan schema page",
        "plan status",
        "completions bash",
        "man",
        "schema",
        "--json nonsense",
    ] {
        let full = shell(&home, &format!("{PROGRAM} {words} >/dev/full"));
        let told = text(&full.stderr);
        assert_eq!(
            full.status.code(),
            Some(if words.contains("nonsense") { 2 } else { 1 }),
            "{words}: {told}"
        );
        assert!(told.contains("not written completely") && told.contains("No space left"), "{words}: {told}");
        // a reader that went away is no failure
        let ends = |to: &str| shell(&home, &format!("{PROGRAM} {words} {to}")).status.code();
        let script = format!("{{ {PROGRAM} {words}; echo $? >code; }} | true");
        shell(&home, &script);
        let code = std::fs::read_to_string(home.at("code")).unwrap();
        assert_eq!(code.trim().parse().ok(), ends(">/dev/null"), "{words}");
    }
    // a warning that cannot be written is one that nobody read
    let warned =
        shell(&home, &format!("{PROGRAM} {} 2>/dev/full", new("b.postern-plan", &["--task", "x"]).join(" ")));
    assert_eq!(warned.status.code(), Some(1));
}

/// What each command that writes a file is given, with `OUT` for the file.
fn writers() -> Vec<Vec<&'static str>> {
    vec![
        new("OUT", &["--task", "Gate"]),
        vec!["bundle", "make", "-o", "OUT", "--config", "good.toml", "--plan", "a.postern-plan"],
    ]
}

fn with<'a>(words: &[&'a str], out: &'a str, force: bool) -> Vec<&'a str> {
    let words = words.iter().map(|word| if *word == "OUT" { out } else { word });
    words.chain(force.then_some("--force")).collect()
}

#[test]
fn f3_a_file_that_exists_is_overwritten_only_by_force() {
    for words in writers() {
        let home = prepared();
        for existing in ["key", "bad.toml", "link"] {
            if existing == "link" {
                symlink("nowhere", home.at("link")).unwrap();
            }
            let before = std::fs::read(home.at(existing)).ok();
            let (_, err) = home.ends(3, &with(&words, existing, false));
            assert!(err.contains("was not overwritten") && err.contains("--force"), "{err}");
            assert_eq!(std::fs::read(home.at(existing)).ok(), before, "{words:?}");
            home.ends(0, &with(&words, existing, true));
            assert_ne!(std::fs::read(home.at(existing)).ok(), before, "{words:?}");
        }
        assert!(home.at("link").is_symlink() && home.at("nowhere").is_file(), "a link is written through");
        for (odd, force) in [("folder", false), ("folder", true), ("/dev/null", true), ("/dev/full", false)] {
            let (_, err) = home.ends(1, &with(&words, odd, force));
            assert!(err.contains("not a regular file"), "{err}");
        }
        home.ends(0, &with(&words, "new/inner/file", false));
    }
}

#[test]
fn f3_an_input_is_never_overwritten() {
    let home = prepared();
    home.write("ca/ca.pem", include_str!("../../../client/src/config/tests/ca.pem"));
    let text = format!("[[backends]]\nname = \"H\"\nurl = \"{}\"\nca = [\"ca/ca.pem\"]\n", crate::URL);
    home.write("with-ca.toml", text);
    home.ends(0, &["plan", "countersign", "a.postern-plan", "--key", "key", "--yes"]);
    symlink("with-ca.toml", home.at("to-config")).unwrap();
    symlink(home.at("to-config"), home.at("to-link")).unwrap();
    symlink(".", home.at("here")).unwrap();
    std::fs::hard_link(home.at("with-ca.toml"), home.at("second-name")).unwrap();
    let all = || -> Vec<Vec<u8>> {
        ["with-ca.toml", "ca/ca.pem", "a.postern-plan", "a.postern-plan.minisig"]
            .map(|name| std::fs::read(home.at(name)).unwrap())
            .to_vec()
    };
    let before = all();
    for output in [
        "with-ca.toml",
        "./with-ca.toml",
        "folder/../with-ca.toml",
        "to-config",
        "to-link",
        "here/with-ca.toml",
        "second-name",
        "ca/ca.pem",
        "a.postern-plan",
        "a.postern-plan.minisig",
        home.at("with-ca.toml").to_str().unwrap(),
    ] {
        for force in [&[][..], &["--force"]] {
            let words =
                ["bundle", "make", "-o", output, "--config", "with-ca.toml", "--plan", "a.postern-plan"];
            let (_, err) = home.ends(3, &[&words[..], force].concat());
            assert!(err.contains("never overwritten"), "{output}: {err}");
        }
    }
    assert_eq!(all(), before);
}

#[test]
fn f3_pages_are_written_together_or_not_at_all() {
    let home = prepared();
    home.write("pages/postern-plan.1", "mine");
    home.ends(3, &["man", "pages"]);
    assert_eq!(std::fs::read_dir(home.at("pages")).unwrap().count(), 1);
    home.ends(0, &["man", "pages", "--force"]);
    assert!(std::fs::read_to_string(home.at("pages/postern-plan.1")).unwrap().contains("EXIT STATUS"));
}

#[test]
fn f17_only_regular_files_of_a_limited_size_are_read() {
    let home = prepared();
    assert!(home.command("mkfifo").args(["pipe.toml", "pipe"]).status().unwrap().success());
    home.write("large", vec![b'#'; 5 * 1024 * 1024]);
    for odd in ["pipe", "/dev/zero", "/dev/stdin", "folder", "large"] {
        for words in [
            &["plan", "countersign", "a.postern-plan", "--yes", "--key", odd][..],
            &["bundle", "sign", "unsigned.postern-bundle", "--key", odd],
            &["bundle", "sign", "unsigned.postern-bundle", "--signature", odd],
            &["bundle", "sign", odd, "--key", "key"],
            &["bundle", "verify", odd],
            &["bundle", "verify", "signed.postern-bundle", "--key", odd],
            &["bundle", "make", "-o", "new", "--config", odd],
            &["bundle", "make", "-o", "new", "--config", "good.toml", "--plan", odd],
            &["config", "check", odd],
            &["config", "import", odd, "--yes"],
            &["plan", "diff", odd],
        ] {
            // a folder is a place to look for plans in
            if odd == "folder" && words[1] == "diff" {
                continue;
            }
            let (out, err) = home.ends(1, words);
            let told = out + &err;
            assert!(told.contains("not a regular file") || told.contains("more than"), "{words:?}: {told}");
        }
    }
    // a certificate that is named is no input of its own: it is a finding, and just as little waited for
    home.write(
        "c.toml",
        format!("[[backends]]\nname = \"H\"\nurl = \"{}\"\nca = [\"pipe\", \"/dev/zero\"]\n", crate::URL),
    );
    let (out, _) = home.ends(3, &["config", "check", "c.toml"]);
    assert_eq!(out.matches("not a regular file").count(), 2, "{out}");
}

#[test]
fn logs_of_the_client_are_seen_and_can_be_asked_for() {
    let home = prepared();
    let quiet = home.postern(&["config", "check"]);
    assert_eq!(text(&quiet.stderr), "");
    let odd =
        home.command(PROGRAM).env("POSTERN_LOG", "not=a=level").args(["config", "check"]).output().unwrap();
    assert!(text(&odd.stderr).contains("POSTERN_LOG is not understood"), "{}", text(&odd.stderr));
    assert_eq!(odd.status.code(), Some(0));
    // a backend that nothing listens for: the client reports what became of the request
    let plan = new("c.postern-plan", &["--task", "Gate"]).into_iter();
    let plan: Vec<_> =
        plan.map(|word| if word == crate::URL { "http://127.0.0.1:9" } else { word }).collect();
    home.ends(0, &plan);
    let run = |environment: &str, option: &str| {
        let script = format!(
            "echo 'password x' | {environment} {PROGRAM} plan diff c.postern-plan --backend http://127.0.0.1:9 --answers-fd 0 {option}"
        );
        let done = shell(&home, &script);
        assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
        text(&done.stderr).contains("a request did not come through")
    };
    for (environment, option, is_seen) in [
        ("", "", false),
        ("", "--verbose", true),
        ("", "-vv", true),
        ("POSTERN_LOG=info", "", true),
        ("POSTERN_LOG=warn,postern_client::transport=info", "", true),
        ("POSTERN_LOG=error", "--verbose", false),
    ] {
        assert_eq!(run(environment, option), is_seen, "{environment} {option}");
    }
}
