//! CFG-2: a corpus of broken files, each with exactly what is said about it.

use crate::bundle::FILE_BYTES_MAX;
use crate::config::file::File;
use crate::config::policy_file::PolicyFile;
use crate::config::{Configured, Effective, Places, check_policy, finding, read_file, read_text};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A computer on which no file says anything.
fn nothing() -> std::sync::Arc<Effective> {
    let folder = tempfile::tempdir().unwrap();
    Configured::open(Places::under(folder.path()).unwrap()).now()
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configuration")
}

fn said(file: &Path) -> (bool, String) {
    let is_policy = file.file_stem().is_some_and(|name| name.as_encoded_bytes().starts_with(b"policy"));
    let (read, findings) = if is_policy {
        let (read, findings) = check_policy(file, &nothing()).unwrap();
        (read.is_some(), findings)
    } else {
        let (read, findings) = read_file(file).unwrap();
        (read.is_some(), findings)
    };
    assert_eq!(read, !finding::refused(&findings), "what is refused says why: {findings:?}");
    let folder = format!("{}/", corpus().display());
    let texts: Vec<_> = findings.iter().map(|one| finding::text(one).replace(&folder, "")).collect();
    (read, texts.join("\n") + "\n")
}

#[test]
fn cfg_2_each_broken_file_says_everything_that_is_wrong_with_it() {
    let mut files: Vec<_> = fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    assert!(files.len() >= 8, "{}", files.len());
    for file in files {
        let kept = file.with_extension("txt");
        let expected = fs::read_to_string(&kept).unwrap_or_default();
        let (_, said) = said(&file);
        assert_eq!(
            said,
            expected,
            "if this is what should be said: cd {} && postern config check {} {} > {}",
            corpus().display(),
            if file.file_stem().unwrap().as_encoded_bytes().starts_with(b"policy") { "--policy" } else { "" },
            file.file_name().unwrap().display(),
            kept.file_name().unwrap().display()
        );
    }
}

#[test]
fn cfg_2_a_file_cut_or_damaged_anywhere_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let whole = "[defaults]\ntheme = 'dark'\n[[backends]]\nname = \"H\"\nurl = \"https://h.example\"\n";
    for end in 0..whole.len() {
        for damage in ["", "\u{0}", "\"", "[", "=", "é", "[[", "0x"] {
            for rest in ["", &whole[end..]] {
                fs::write(&file, format!("{}{damage}{rest}", &whole[..end])).unwrap();
                let (read, findings) = read_file(&file).unwrap();
                assert_eq!(read.is_none(), finding::refused(&findings), "{end} {damage:?}");
            }
        }
    }
}

// what the fuzz target begins from reaches all that it looks at: both shapes with every key, and what is refused
#[test]
fn cfg_2_a_whole_file_is_written_and_read_again_as_it_was() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/desktop-configuration");
    let text = |name: &str| fs::read_to_string(seeds.join(name)).unwrap();
    let (whole, findings) = read_text::<File>(Path::new("config.toml"), &text("whole.toml"));
    let whole = whole.unwrap_or_else(|| panic!("{findings:?}"));
    let written = toml::to_string(&whole).unwrap();
    assert_eq!(read_text(Path::new("config.toml"), &written), (Some(whole), Vec::new()));
    let (policy, findings) = read_text::<PolicyFile>(Path::new("policy.toml"), &text("policy_whole.toml"));
    let policy = policy.unwrap_or_else(|| panic!("{findings:?}"));
    let written = toml::to_string(&policy).unwrap();
    assert_eq!(read_text(Path::new("policy.toml"), &written), (Some(policy), Vec::new()));
    assert!(read_text::<PolicyFile>(Path::new("policy.toml"), &text("whole.toml")).0.is_none());
}

// a pipe nobody writes, a device that never ends, and more than anybody writes by hand: refused at once, as any file that
// cannot be read
#[test]
fn cfg_2_what_is_no_plain_file_or_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, large) = (folder.path().join("pipe.toml"), folder.path().join("large.toml"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::write(&large, "# ".repeat(FILE_BYTES_MAX)).unwrap();
    for (file, why) in [
        (pipe.as_path(), "not a regular file"),
        (Path::new("/dev/zero"), "not a regular file"),
        (&large, "more than"),
    ] {
        for fault in [read_file(file).unwrap_err(), check_policy(file, &nothing()).unwrap_err()] {
            assert!(fault.to_string().contains(why), "{fault}");
        }
    }
}

// CFG-5: what others may write is warned about, and still counts
#[test]
fn cfg_5_a_file_that_others_may_write_is_warned_about() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, "[defaults]\ntheme = \"dark\"\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let (read, findings) = read_file(&file).unwrap();
    assert!(read.is_some());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].fix, format!("chmod go-w {}", file.display()));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(read_file(&file).unwrap().1, []);
}

#[test]
fn cfg_2_certificates_that_are_missing_or_none_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(folder.path().join("none.pem"), "not PEM").unwrap();
    fs::write(folder.path().join("good.pem"), include_str!("ca.pem")).unwrap();
    fs::write(
        &file,
        "[[backends]]\nname = \"H\"\nurl = \"https://h.example\"\nca = [\"absent.pem\", \"none.pem\", \"good.pem\"]\n",
    )
    .unwrap();
    let (read, findings) = read_file(&file).unwrap();
    assert!(read.is_none());
    let keys: Vec<_> = findings.iter().map(|one| (one.key.as_str(), one.line)).collect();
    assert_eq!(keys, [("backends.0.ca.0", 4), ("backends.0.ca.1", 4)]);
    assert!(findings[0].found.contains("absent.pem") && findings[1].found.contains("no certificate"));
}

// F4: what a file of certificates holds is said with the reason; what others can still vouch with goes on being used
#[test]
fn f4_what_cannot_vouch_is_a_finding_and_a_private_key_an_error() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["h.example".to_owned()]).unwrap();
    let leaf = params.self_signed(&key).unwrap().pem();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let valid = |params: &mut rcgen::CertificateParams, from, to| {
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(from, 1, 1), rcgen::date_time_ymd(to, 1, 1));
        params.self_signed(&key).unwrap().pem()
    };
    let (old, new) = (valid(&mut params, 2020, 2021), valid(&mut params, 2090, 2091));
    let good = include_str!("ca.pem");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, "[[backends]]\nname = \"H\"\nurl = \"https://h.example\"\nca = [\"ca.pem\"]\n").unwrap();
    for (text, is_used, says) in [
        (format!("\u{feff}{good}{good}").replace('\n', "\r\n"), true, None),
        (format!("{good}{leaf}"), true, Some("is not a CA certificate")),
        (format!("{old}{good}"), true, Some("expired on 2021-01-01")),
        (format!("{good}{new}"), true, Some("is not valid before 2090-01-01")),
        (format!("{good}{}", key.serialize_pem()), false, Some("holds a private key")),
        (format!("{good}{}", &leaf[40..]), false, Some("base64 outside of any block")),
        (format!("{good}-----BEGIN CERTIFICATE-----\n"), false, Some("without an END line")),
    ] {
        fs::write(folder.path().join("ca.pem"), text).unwrap();
        let (read, findings) = read_file(&file).unwrap();
        assert_eq!(read.is_some(), is_used, "{findings:?}");
        assert_eq!(findings.len(), usize::from(says.is_some()), "{findings:?}");
        for finding in findings {
            assert!(finding.found.contains("ca.pem") && finding.found.contains(says.unwrap()), "{finding:?}");
            assert_eq!((finding.key.as_str(), finding.line), ("backends.0.ca.0", 4));
        }
    }
}
