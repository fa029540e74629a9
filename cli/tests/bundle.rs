//! CFG-5 on the command line: a bundle is made, signed, checked by this program and by minisign itself, and imported.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod command;

use command::{Home, PROGRAM, text};

const CONFIGURATION: &str = "# October\n[defaults]\nlanguage = \"ko\"\n";

/// Runs it with a password on descriptor 3.
fn with_password(home: &Home, words: &str) -> std::process::Output {
    home.write("password", "correct horse\n");
    let script = format!("exec 3<password; exec {PROGRAM} {words} --password-fd 3");
    home.command("/bin/sh").args(["-c", &script]).output().unwrap()
}

/// A home with a key pair and a bundle that it signed.
fn signed() -> Home {
    let home = Home::new();
    home.write("config.toml", CONFIGURATION);
    home.ends(0, &["bundle", "make", "-o", "a.postern-bundle", "--config", "config.toml", "--serial", "7"]);
    let made = with_password(&home, "bundle key -o key");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let signed = with_password(&home, "bundle sign a.postern-bundle --key key");
    assert!(signed.status.success(), "{}", text(&signed.stderr));
    home
}

#[test]
fn cfg_5_what_is_signed_here_is_checked_here_and_by_minisign() {
    let home = signed();
    let (out, _) = home.ends(0, &["bundle", "verify", "a.postern-bundle", "--key", "key.pub"]);
    assert!(out.contains("serial 7") && out.contains("Signed by"), "{out}");
    assert!(home.command("/bin/tar").args(["xf", "a.postern-bundle"]).status().unwrap().success());
    let checked = home.command("minisign").args(["-Vm", "contents.tar", "-p", "key.pub"]).output().unwrap();
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    // the other way round: minisign's own key and signature
    let script = "minisign -G -W -f -p their.pub -s their.key && minisign -Sm contents.tar -s their.key";
    let made = home.command("/bin/sh").args(["-c", script]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let attach = ["bundle", "sign", "a.postern-bundle", "--signature", "contents.tar.minisig"];
    home.ends(3, &attach);
    home.ends(3, &[&attach[..], &["--key", "key.pub"]].concat());
    home.ends(3, &[&attach[..], &["--key", "their.pub"]].concat());
    home.ends(0, &[&attach[..], &["--key", "their.pub", "--force"]].concat());
    home.ends(0, &["bundle", "verify", "a.postern-bundle", "--key", "their.pub"]);
    let (_, err) = home.ends(3, &["bundle", "verify", "a.postern-bundle", "--key", "key.pub"]);
    assert!(err.contains("none of the keys at hand"), "{err}");
}

#[test]
fn cfg_5_a_wrong_password_signs_nothing_and_a_key_is_never_overwritten() {
    let home = signed();
    let before = std::fs::read(home.at("a.postern-bundle")).unwrap();
    let script = format!("echo wrong | {PROGRAM} bundle sign a.postern-bundle --key key --password-fd 0");
    let done = home.command("/bin/sh").args(["-c", &script]).output().unwrap();
    assert_eq!(done.status.code(), Some(3), "{}", text(&done.stderr));
    assert!(!text(&done.stderr).contains("wrong\n"));
    assert_eq!(std::fs::read(home.at("a.postern-bundle")).unwrap(), before);
    assert_eq!(with_password(&home, "bundle key -o key").status.code(), Some(3));
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(home.at("key")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn cfg_5_an_import_shows_the_difference_asks_and_can_be_undone() {
    let home = signed();
    let public = std::fs::read_to_string(home.at("key.pub")).unwrap();
    let key = public.lines().last().unwrap();
    let policy = format!(
        "[policy]\nrequire_signature = true\n[[policy.signers]]\nname = \"Operations\"\nkey = \"{key}\"\n"
    );
    home.write(".config/postern/policy.d/10.toml", policy);
    let (_, err) = home.ends(3, &["config", "import", "config.toml", "--yes"]);
    assert!(err.contains("signature"), "{err}");
    // nobody is there to say yes
    let (out, _) = home.ends(4, &["config", "import", "a.postern-bundle"]);
    assert!(
        out.contains("signed by Operations") && out.contains("defaults.language: nothing -> ko"),
        "{out}"
    );
    assert_eq!(home.user_file(), None);
    home.ends(0, &["config", "import", "a.postern-bundle", "--yes"]);
    assert_eq!(home.user_file().as_deref(), Some(CONFIGURATION));
    let (out, _) = home.ends(0, &["config", "import", "a.postern-bundle", "--yes"]);
    assert!(out.contains("Imported already"), "{out}");
    let (out, _) = home.ends(0, &["config", "import", "a.postern-bundle", "--yes", "--json"]);
    assert!(out.contains("\"imported_already\""), "{out}");
    home.ends(0, &["config", "undo"]);
    let (out, err) = home.ends(3, &["config", "import", "a.postern-bundle", "--yes", "--json"]);
    assert!(out.contains("\"replayed\"") && err.contains("serial 7 is not higher than 7"), "{out}{err}");
    assert_eq!(home.user_file(), None);
    home.ends(3, &["config", "undo"]);
}

#[test]
fn cfg_5_a_bundle_comes_out_the_same_again_and_what_is_wrong_makes_none() {
    let home = Home::new();
    home.write("config.toml", CONFIGURATION);
    let made = |name: &str| {
        let fixed = ["--serial", "7", "--made-at", "2026-11-23T00:00:00Z", "--name", "x"];
        home.ends(0, &[&["bundle", "make", "-o", name, "--config", "config.toml"][..], &fixed].concat());
        std::fs::read(home.at(name)).unwrap()
    };
    assert_eq!(made("a.postern-bundle"), made("b.postern-bundle"));
    home.write("config.toml", "defaults.langage = \"ko\"\n");
    let (_, err) = home.ends(3, &["bundle", "make", "-o", "c.postern-bundle", "--config", "config.toml"]);
    assert!(err.contains("config.toml:1"), "{err}");
    assert!(!home.at("c.postern-bundle").exists());
}
