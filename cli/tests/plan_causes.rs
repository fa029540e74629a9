//! Why nothing can be done with a plan is said: a folder, a database, a descriptor. And what a plan does not
//! need keeps nobody from it.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]
#![cfg(unix)]

mod command;

use command::{Home, PROGRAM, text};

const NEW: [&str; 9] = [
    "plan",
    "new",
    "a.postern-plan",
    "--author",
    "Joon",
    "--reason",
    "x",
    "--account",
    "mina@harbor.example",
];

fn home() -> Home {
    let home = Home::new();
    home.ends(0, &[&NEW[..], &["--backend", "embedded", "--task", "Gate"]].concat());
    home
}

#[test]
fn the_backend_of_the_environment_is_the_desktops_and_keeps_nobody_from_a_plan() {
    let home = home();
    let fixed = "[managed.defaults]\nbackend = \"harbor\"\n[[managed.backends]]\nname = \"harbor\"\nurl = \"https://harbor.invalid\"\n";
    for (policy, url) in [("", "no address"), (fixed, "https://elsewhere.invalid")] {
        home.write(".config/postern/policy.d/10.toml", policy);
        let mut command = home.command(PROGRAM);
        let done = command.args(["plan", "status"]).env("POSTERN_BACKEND_URL", url).output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{url}: {}", text(&done.stderr));
    }
}

#[test]
fn why_the_own_backend_does_not_start_is_said() {
    let home = home();
    home.write("data", "a file in the place of the folder");
    let diff = |data: &str| {
        let mut command = home.command(PROGRAM);
        let words = ["plan", "diff", "a.postern-plan", "--answers-fd", "0"];
        let done = command.args(words).env("XDG_DATA_HOME", home.at(data)).output().unwrap();
        let told = text(&done.stdout) + &text(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{told}");
        told
    };
    let told = diff("data");
    assert!(told.contains("data/postern") && told.contains("Not a directory"), "{told}");
    home.write("else/postern/postern.db", "no database, whatever its name");
    let told = diff("else");
    assert!(told.contains("Postern cannot start its own backend: "), "{told}");
    assert!(!told.contains("cannot be reached"), "{told}");
}

#[test]
fn a_descriptor_that_is_not_open_is_said() {
    let home = home();
    for words in [&["plan", "apply"][..], &["plan", "diff"]] {
        let (_, err) = home.ends(1, &[words, &["a.postern-plan", "--answers-fd", "77"]].concat());
        assert!(err.contains("--answers-fd 77") && err.contains("open for reading"), "{err}");
    }
    let key = minisign::KeyPair::generate_encrypted_keypair(Some("seven lamps".to_owned())).unwrap();
    home.write("sol.key", key.sk.to_box(None).unwrap().into_string());
    let sign = ["plan", "countersign", "a.postern-plan", "--password-fd", "77", "--key"];
    let (_, err) = home.ends(1, &[&sign[..], &["sol.key"]].concat());
    assert!(err.contains("descriptor 77"), "{err}");
}
