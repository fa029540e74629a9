//! CFG-5: what an import brings along is what was shown, and what cannot be used is refused before anything is written.

use super::{Home, authority, home};
use crate::config::{Configured, Places};
use crate::importing::Imports;
use postern_contract::ProblemCode;
use postern_contract::configuration::{Gravity, ImportRefusal};
use std::path::PathBuf;

/// A configuration on a stick that names these certificates.
fn stick(home: &Home, named: &[&str]) -> PathBuf {
    std::fs::create_dir_all(home.at("stick")).unwrap();
    let file = home.at("stick/config.toml");
    let mut text = String::new();
    let all: Vec<_> = if named.is_empty() { vec![named] } else { named.chunks(16).collect() };
    for (name, named) in ["a", "b", "c", "d", "e"].iter().zip(all) {
        let (name, url) = (format!("name = \"{name}\"\n"), format!("url = \"https://{name}.example\"\n"));
        text += &["[[backends]]\n", &name, &url, &format!("ca = {named:?}\n")].concat();
    }
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn cfg_5_a_certificate_exchanged_since_it_was_shown_is_not_imported() {
    let home = home(false);
    for absolute in [false, true] {
        let root = home.at("stick/root.pem");
        let file = stick(&home, &[if absolute { root.to_str().unwrap() } else { "root.pem" }]);
        std::fs::write(&root, authority()).unwrap();
        let preview = home.preview(&file);
        let sum = crate::bundle::fingerprint(&std::fs::read(&root).unwrap());
        assert!(preview.certificates[0].contains("root.pem"), "{:?}", preview.certificates);
        assert!(preview.certificates[0].contains(&sum), "{:?}", preview.certificates);
        std::fs::write(&root, authority()).unwrap();
        let refused = home.imports.apply(&file, &preview.version).unwrap_err();
        assert_eq!(refused.code, ProblemCode::FileChanged);
        assert!(home.user_file().is_none() && !home.at("config/ca").exists());
    }
}

#[test]
fn cfg_5_what_would_break_the_configuration_is_refused() {
    let home = home(false);
    let large = stick(&home, &["root.pem"]);
    std::fs::write(home.at("stick/root.pem"), authority().repeat(600)).unwrap();
    assert_eq!(home.refused(&large), Some(ImportRefusal::Findings));
    let findings = home.preview(&large).findings;
    assert_eq!((findings[0].key.as_str(), findings[0].line), ("backends.0.ca.0", 4));
    assert!(findings[0].found.contains("more than 262144 bytes"), "{findings:?}");
    // more than are read
    let pem = authority();
    let names: Vec<_> = (0..=crate::bundle::FILES_MAX).map(|at| format!("{at:03}.pem")).collect();
    for name in &names {
        std::fs::write(home.at("stick").join(name), format!("# {name}\n{pem}")).unwrap();
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let many = stick(&home, &names);
    assert_eq!(home.refused(&many), Some(ImportRefusal::Findings));
    assert!(home.preview(&many).findings[0].found.contains("one too many"));
    // two that hold the same would be kept under one name, and named twice there
    std::fs::copy(home.at("stick/000.pem"), home.at("stick/001.pem")).unwrap();
    let twins = stick(&home, &names[..2]);
    assert_eq!(home.refused(&twins), Some(ImportRefusal::Findings));
    assert!(home.preview(&twins).findings[0].found.ends_with("holds just what 000.pem holds"));
    home.import(&stick(&home, &names[1..])).unwrap();
    assert_eq!(home.imports.0.now().findings(), []);
}

// a pipe nobody writes, and a device that never ends: looked at, not read
#[cfg(unix)]
#[test]
fn cfg_2_certificates_that_are_no_plain_files_are_refused_at_once() {
    let home = home(false);
    let pipe = home.at("pipe");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    for endless in [pipe.to_str().unwrap(), "/dev/zero"] {
        let file = stick(&home, &[endless]);
        assert_eq!(home.refused(&file), Some(ImportRefusal::Findings));
        // a bundle names nothing outside itself
        let text = std::fs::read_to_string(&file).unwrap();
        let bundle = home.bundle(1, &text, None);
        assert_eq!(home.refused(&bundle), Some(ImportRefusal::Findings));
        assert!(home.preview(&bundle).findings[0].found.ends_with("which is not in the bundle"));
        // one that stands in the user's file all the same
        std::fs::create_dir_all(home.at("config")).unwrap();
        std::fs::write(home.at("config/config.toml"), &text).unwrap();
        home.imports.0.reload();
        let now = home.imports.0.now();
        assert!(now.findings()[0].found.contains("regular file"), "{:?}", now.findings());
        let way = crate::transport::way::Way {
            ca: vec![endless.into()],
            ..crate::transport::way::Way::to(
                "https://a.example".parse().unwrap(),
                crate::transport::way::Limits::default(),
            )
        };
        assert!(crate::transport::remote::Remote::new(&way).is_err());
        std::fs::remove_file(home.at("config/config.toml")).unwrap();
    }
    // a bundle that names a good one outside itself is refused as well
    std::fs::write(home.at("root.pem"), authority()).unwrap();
    let root = home.at("root.pem");
    let text = std::fs::read_to_string(stick(&home, &[root.to_str().unwrap()])).unwrap();
    assert_eq!(home.refused(&home.bundle(2, &text, None)), Some(ImportRefusal::Findings));
}

#[test]
fn cfg_5_a_managed_backend_under_another_name_is_not_imported() {
    let home = home(false);
    let policy = "[[managed.backends]]\nname = \"Harbor\"\nurl = \"https://a.example\"\n";
    std::fs::write(home.at("etc/policy.d/20.toml"), policy).unwrap();
    let file = stick(&home, &[]);
    assert_eq!(home.refused(&file), Some(ImportRefusal::Findings));
    let findings = home.preview(&file).findings;
    assert_eq!((findings[0].key.as_str(), findings[0].line), ("backends.0.url", 3));
    // under its own name it is known not to count
    let text = std::fs::read_to_string(&file).unwrap().replace("\"a\"", "\"Harbor\"");
    std::fs::write(&file, text).unwrap();
    assert!(home.preview(&file).differences.iter().all(|difference| difference.managed));
    home.import(&file).unwrap();
}

#[test]
fn cfg_2_a_backend_without_tls_takes_no_proxy() {
    let home = home(false);
    let file = stick(&home, &[]);
    let text = std::fs::read_to_string(&file).unwrap().replace("https://a.example", "HTTP://localhost:8080");
    std::fs::write(&file, format!("{text}proxy = \"http://proxy.example:3128\"\n")).unwrap();
    assert_eq!(home.refused(&file), Some(ImportRefusal::Findings));
    let findings = home.preview(&file).findings;
    assert_eq!((findings[0].key.as_str(), findings[0].gravity), ("backends.0.proxy", Gravity::Error));
}

#[test]
fn cfg_3_nothing_is_imported_while_the_policy_is_not_known() {
    let home = home(true);
    let policy = home.at("etc/policy.d/10.toml");
    let broken = std::fs::read_to_string(&policy).unwrap() + "[oops\n";
    std::fs::write(&policy, broken).unwrap();
    let file = home.at("x.toml");
    std::fs::write(&file, "defaults.theme = \"light\"\n").unwrap();
    // here it goes on as it was
    assert_eq!(home.refused(&file), Some(ImportRefusal::SignatureMissing));
    // another user of this computer has never seen it good
    let places = Places { state: home.at("other-state"), ..home.imports.0.places().clone() };
    let other = Home { imports: Imports::new(Configured::open(places)), ..home };
    assert_eq!(other.refused(&file), Some(ImportRefusal::Findings));
    let bundle = other.bundle(1, "", Some(&other.secret));
    assert_eq!(other.refused(&bundle), Some(ImportRefusal::Findings));
    assert!(other.preview(&bundle).findings[0].found.contains("cannot be used"));
}

// a file that was refused is somebody's still
#[test]
fn cfg_5_undoing_puts_back_the_same_bytes() {
    let home = home(false);
    std::fs::create_dir_all(home.at("config")).unwrap();
    for before in [&b"# caf\xe9\n\xff"[..], b"# caf\xc3\xa9\n", b""] {
        std::fs::write(home.at("config/config.toml"), before).unwrap();
        let file = home.at("x.toml");
        std::fs::write(&file, "defaults.language = \"ko\"\n").unwrap();
        home.import(&file).unwrap();
        home.imports.undo().unwrap();
        assert_eq!(std::fs::read(home.at("config/config.toml")).unwrap(), before);
    }
}

// F4: a private key beside a certificate goes no further, and a certificate that cannot vouch is shown before it is taken
#[test]
fn f4_a_private_key_is_not_imported_and_what_cannot_vouch_is_shown() {
    let home = home(false);
    let file = stick(&home, &["root.pem"]);
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    std::fs::write(home.at("stick/root.pem"), format!("{}{key}", authority())).unwrap();
    assert_eq!(home.refused(&file), Some(ImportRefusal::Findings));
    let findings = home.preview(&file).findings;
    assert!(findings.iter().any(|one| one.found.contains("holds a private key")), "{findings:?}");
    assert!(!home.at("config/ca").exists());
    let leaf = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
    std::fs::write(home.at("stick/root.pem"), leaf.cert.pem()).unwrap();
    let findings = home.preview(&file).findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].gravity == Gravity::Warning && findings[0].found.contains("is not a CA certificate"));
    assert_eq!(home.preview(&file).refused, None);
}
