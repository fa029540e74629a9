//! Keys and signatures: no key without a password by accident, both files or none, minisign's own files, and nothing attached
//! that was not checked.

use crate::command::{Home, PROGRAM, text};
use crate::prepared;
use std::process::Output;

fn shell(home: &Home, script: &str) -> Output {
    home.command("/bin/sh").args(["-c", script]).output().unwrap()
}

fn files(home: &Home) -> Vec<String> {
    let mut all: Vec<_> = std::fs::read_dir(home.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    all.sort();
    all
}

#[test]
fn f9_an_empty_password_needs_to_be_asked_for() {
    let home = Home::new();
    for script in [
        "printf '' | POSTERN bundle key -o key --password-fd 0",
        "printf '\\n' | POSTERN bundle key -o key --password-fd 0",
        "printf '\\nsecond line\\n' | POSTERN bundle key -o key --password-fd 0",
    ] {
        let done = shell(&home, &script.replace("POSTERN", PROGRAM));
        assert_eq!(done.status.code(), Some(3), "{script}: {}", text(&done.stderr));
        assert!(text(&done.stderr).contains("--no-password"), "{}", text(&done.stderr));
        assert!(files(&home).is_empty(), "{:?}", files(&home));
    }
    home.ends(2, &["bundle", "key", "-o", "key", "--no-password", "--password-fd", "0"]);
    home.ends(0, &["bundle", "key", "-o", "key", "--no-password"]);
    assert_eq!(files(&home), ["key", "key.pub"]);
    // it signs without being asked for a password, and minisign reads what it makes
    home.write("config.toml", "[defaults]\nlanguage = \"ko\"\n");
    home.ends(0, &["bundle", "make", "-o", "b", "--config", "config.toml"]);
    home.ends(0, &["bundle", "sign", "b", "--key", "key"]);
    home.ends(0, &["bundle", "verify", "b", "--key", "key.pub"]);
    let mode = |name: &str| {
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(home.at(name)).unwrap().permissions())
            & 0o777
    };
    assert_eq!((mode("key"), mode("key.pub")), (0o600, 0o644));
}

#[test]
fn f9_both_files_of_a_key_are_written_or_none() {
    let home = Home::new();
    // a limit on the size of files stands for a disk that is full from the beginning
    let full = format!("trap '' XFSZ; ulimit -f 0; exec {PROGRAM} bundle key -o key --no-password");
    let done = shell(&home, &full);
    assert_eq!((done.status.code(), files(&home)), (Some(1), Vec::new()), "{}", text(&done.stderr));
    // and one that is full, or gone, at any of the steps of either file
    for call in ["openat", "write", "fsync", "renameat2", "fchmodat", "chmod"] {
        for nth in 1..=6 {
            let home = Home::new();
            let folder = home.0.path().to_str().unwrap().to_owned();
            let inject = format!("inject={call}:error=ENOSPC:when={nth}");
            let mut traced = home.command("/usr/bin/strace");
            traced.args(["-f", "-qq", "-o", "/dev/null", "-P", &folder]);
            for name in ["key", "key.pub"] {
                traced.args(["-P", home.at(name).to_str().unwrap()]);
            }
            let done = traced
                .args(["-e", &inject, PROGRAM, "bundle", "key", "-o", "key", "--no-password"])
                .output()
                .unwrap();
            let left = files(&home);
            if done.status.success() {
                assert_eq!(left, ["key", "key.pub"], "{inject}");
            } else {
                assert!(left.is_empty(), "{inject}: {left:?} {}", text(&done.stderr));
                home.ends(0, &["bundle", "key", "-o", "key", "--no-password"]);
            }
        }
    }
    // one half that is there already stays as it is
    for existing in ["key", "key.pub"] {
        let home = Home::new();
        home.write(existing, "mine");
        home.ends(3, &["bundle", "key", "-o", "key", "--no-password"]);
        assert_eq!(files(&home), [existing]);
    }
}

#[test]
fn f11_a_key_of_minisign_without_a_password_is_accepted() {
    let home = prepared();
    let made = shell(&home, "minisign -G -W -f -p their.pub -s their.key");
    assert!(made.status.success(), "{}", text(&made.stderr));
    home.ends(0, &["bundle", "sign", "unsigned.postern-bundle", "--key", "their.key"]);
    home.ends(0, &["bundle", "verify", "unsigned.postern-bundle", "--key", "their.pub"]);
    home.ends(4, &["plan", "countersign", "a.postern-plan", "--key", "their.key"]);
    home.ends(0, &["plan", "countersign", "a.postern-plan", "--key", "their.key", "--yes"]);
    let checked = shell(&home, "minisign -Vm a.postern-plan -p their.pub");
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    // with line ends of another system
    let key = std::fs::read_to_string(home.at("their.key")).unwrap();
    home.write("crlf.key", key.replace('\n', "\r\n"));
    home.ends(0, &["bundle", "sign", "unsigned.postern-bundle", "--key", "crlf.key"]);
    // what is refused is refused with the true reason
    let line = key.lines().nth(1).unwrap();
    let damaged = line.replacen(&line[120..124], if &line[120..124] == "AAAA" { "BBBB" } else { "AAAA" }, 1);
    home.write("damaged.key", key.replace(line, &damaged));
    let (_, err) = home.ends(3, &["bundle", "sign", "unsigned.postern-bundle", "--key", "damaged.key"]);
    assert!(err.contains("altered, or damaged"), "{err}");
    let (_, err) = home.ends(3, &["bundle", "sign", "unsigned.postern-bundle", "--key", "their.pub"]);
    assert!(err.contains("no minisign secret key"), "{err}");
}

#[test]
fn f16_a_signature_is_checked_before_it_is_attached() {
    let home = prepared();
    let made = shell(
        &home,
        "tar xf unsigned.postern-bundle && minisign -G -W -f -p their.pub -s their.key && minisign -Sm contents.tar -s their.key && minisign -Sm good.toml -s their.key -x WRONG.minisig",
    );
    assert!(made.status.success(), "{}", text(&made.stderr));
    let before = std::fs::read(home.at("unsigned.postern-bundle")).unwrap();
    let sign = |signature: &str, key: &[&str], code: i32| {
        let words = ["bundle", "sign", "unsigned.postern-bundle", "--signature", signature];
        home.ends(code, &[&words[..], key].concat()).1
    };
    for (signature, key, why) in [
        ("WRONG.minisig", &["--key", "their.pub"][..], "does not fit the contents"),
        ("contents.tar.minisig", &["--key", "key.pub"], "none of the keys at hand"),
        ("contents.tar.minisig", &[], "none of the keys at hand"),
        ("good.toml", &["--key", "their.pub"], "no signature"),
    ] {
        let err = sign(signature, key, 3);
        assert!(err.contains(why), "{signature}: {err}");
        assert_eq!(std::fs::read(home.at("unsigned.postern-bundle")).unwrap(), before, "{signature}");
    }
    let signature = std::fs::read_to_string(home.at("contents.tar.minisig")).unwrap();
    home.write("altered.minisig", signature.replace("timestamp:", "timestamp:1"));
    sign("altered.minisig", &["--key", "their.pub"], 3);
    // the public key may be given as its line, or named by the policy
    let line = std::fs::read_to_string(home.at("their.pub")).unwrap().lines().nth(1).unwrap().to_owned();
    sign("contents.tar.minisig", &["--key", &line], 0);
    home.ends(0, &["bundle", "verify", "unsigned.postern-bundle", "--key", "their.pub"]);
    home.write("unsigned.postern-bundle", before);
    let policy = format!("[[policy.signers]]\nname = \"Operations\"\nkey = \"{line}\"\n");
    home.write(".config/postern/policy.d/10.toml", policy);
    sign("contents.tar.minisig", &[], 0);
    home.ends(0, &["bundle", "verify", "unsigned.postern-bundle"]);
}

#[test]
fn f3_a_signature_of_another_key_is_replaced_only_by_force() {
    let home = prepared();
    home.ends(0, &["bundle", "key", "-o", "second", "--no-password"]);
    let before = std::fs::read(home.at("signed.postern-bundle")).unwrap();
    let (_, err) = home.ends(3, &["bundle", "sign", "signed.postern-bundle", "--key", "second"]);
    assert!(err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(home.at("signed.postern-bundle")).unwrap(), before);
    home.ends(0, &["bundle", "sign", "signed.postern-bundle", "--key", "key"]);
    home.ends(0, &["bundle", "sign", "signed.postern-bundle", "--key", "second", "--force"]);
    home.ends(0, &["bundle", "verify", "signed.postern-bundle", "--key", "second.pub"]);
}

#[test]
fn u14_signatures_are_read_whichever_way_their_lines_end() {
    let home = prepared();
    shell(&home, "tar xf signed.postern-bundle");
    let signature = std::fs::read_to_string(home.at("contents.tar.minisig")).unwrap();
    let bare = signature.trim_end().to_owned();
    for text in [signature.replace('\n', "\r\n"), bare.clone(), bare.replace('\n', "\r\n"), bare + "\n\n"] {
        home.write("s.minisig", &text);
        let words =
            ["bundle", "sign", "unsigned.postern-bundle", "--signature", "s.minisig", "--key", "key.pub"];
        home.ends(0, &words);
        home.ends(0, &["bundle", "verify", "unsigned.postern-bundle", "--key", "key.pub"]);
    }
    for (what, text) in [
        ("a line more", format!("{signature}more\n")),
        ("a line less", signature.lines().take(3).collect::<Vec<_>>().join("\n")),
        ("a comment that was altered", signature.replace("serial 7", "serial 8")),
        ("blanks at the end", signature.replace('\n', " \n")),
    ] {
        home.write("s.minisig", text);
        let (_, err) = home.ends(
            3,
            &[
                "bundle",
                "sign",
                "unsigned.postern-bundle",
                "--signature",
                "s.minisig",
                "--key",
                "key.pub",
                "--force",
            ],
        );
        assert!(!err.is_empty(), "{what}");
    }
}
