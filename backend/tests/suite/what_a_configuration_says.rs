//! What the configuration file is told to be, and what is said of a bad one: everything at once, each with its place, what
//! was found, what is expected and how to mend it. CFG-2

use crate::stage::configuration;
use postern_backend::config::around;
use postern_backend::config::file::Configuration;
use postern_backend::config::finding::Gravity;
use postern_backend::config::manual;
use postern_backend::config::reading::read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root(inner: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inner)
}

/// What is said of a text in this file.
fn said(name: &str, text: &str) -> String {
    let (configuration, sheet) = read::<Configuration>(Path::new(name), text);
    let findings = sheet.findings();
    assert_eq!(configuration.is_none(), findings.refused(), "{name}");
    if findings.0.is_empty() { format!("{name}: nothing to mend\n") } else { format!("{findings}\n") }
}

// CFG-2: every finding names file, line, key, what was expected and the fix
#[test]
fn cfg_2_each_bad_file_of_the_corpus_is_answered_with_everything_that_is_wrong_with_it() {
    let corpus = root("tests/suite/configuration");
    let mut files: Vec<_> = std::fs::read_dir(&corpus).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "toml"));
    assert!(files.len() >= 10, "the corpus is in {}", corpus.display());
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let found = said(name, &std::fs::read_to_string(&file).unwrap());
        assert!(!found.contains("canary"), "a secret is repeated: {found}");
        assert!(!found.chars().any(|c| c.is_control() && c != '\n'), "{found:?}");
        let expected = std::fs::read_to_string(file.with_extension("txt")).unwrap_or_default();
        assert_eq!(
            found,
            expected,
            "if this is what should be said: cd {} && postern-backend --config {name} check-config > {}",
            corpus.display(),
            file.with_extension("txt").file_name().unwrap().display()
        );
    }
}

// CFG-2: whatever is written there, it is answered and nothing panics
#[test]
fn cfg_2_a_file_cut_or_damaged_anywhere_is_answered() {
    let whole = "[database]\nurl = \"sqlite:///accounts.db\"\n[accounts]\nmethods = [\"email\"]\ndefault_region = 'KR'\n";
    for end in 0..whole.len() {
        for damage in ["", "\u{0}", "\"", "[", "=", "é", "\n\n[[", "{", "0x"] {
            said("damaged.toml", &format!("{}{damage}{}", &whole[..end], &whole[end..]));
            said("cut.toml", &format!("{}{damage}", &whole[..end]));
        }
    }
}

#[test]
fn the_manual_and_the_schema_are_those_of_the_program() {
    for (name, made, option) in [
        ("backend-configuration.md", manual::page(), " --page"),
        ("backend.schema.json", manual::schema(), ""),
    ] {
        let kept = std::fs::read_to_string(root("../docs").join(name)).unwrap_or_default();
        assert!(kept == made, "run: cargo run -q -p postern-backend -- config-schema{option} > docs/{name}");
    }
}

fn check(file: &Path, more: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
    program.args(["check-config", "--config"]).arg(file).args(more).output().unwrap()
}

#[test]
fn a_check_answers_people_and_programs_and_by_its_exit_code() {
    let good = configuration("sqlite:///accounts.db", &[]);
    let answer = check(good.path(), &[]);
    assert_eq!(answer.status.code(), Some(0));
    assert!(String::from_utf8(answer.stdout).unwrap().contains("nothing to mend"));

    let bad = configuration("sqlite:///accounts.db", &["accounts.sing_up = true"]);
    let answer = check(bad.path(), &["--json"]);
    assert_eq!(answer.status.code(), Some(1));
    let findings: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(findings[0]["key"], "accounts.sing_up");
    assert!(findings[0]["line"].as_u64().unwrap() > 2);
    assert_eq!(findings[0]["column"], 10);
    assert!(findings[0]["fix"].as_str().unwrap().contains("`sign_up`"));

    assert_eq!(check(Path::new("/nowhere/backend.toml"), &[]).status.code(), Some(1));
    assert_eq!(check(good.path(), &["--loudly"]).status.code(), Some(2));
    // the server itself says the same and does not start
    let mut program = Command::new(env!("CARGO_BIN_EXE_postern-backend"));
    let refused = program.args(["serve", "--config"]).arg(bad.path()).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("did you mean `sign_up`?"));
}

// CFG-2: what the page of the three steps writes down is a configuration, once the files it speaks of are there
#[cfg(unix)]
#[test]
fn cfg_2_the_configuration_of_the_page_is_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/running-the-backend.md");
    let page = std::fs::read_to_string(page).unwrap();
    let text =
        page.split_once("/etc/postern/backend.toml <<'END'\n").unwrap().1.split_once("\nEND\n").unwrap().0;
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("backend.key", &*"07".repeat(32)),
        ("database.password", "seven lamps"),
        ("mail.password", "seven lamps"),
        ("text.token", "seven-lamps"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let here = folder.path().display().to_string();
    let text = text.replace("/run/credentials/postern-backend.service", &here);
    crate::what_tls_offers::certify(folder.path());
    let text = text.replace("/etc/postern/database.crt", &format!("{here}/certificate.pem"));
    let file = folder.path().join("backend.toml");
    std::fs::write(&file, text).unwrap();
    let answer = check(&file, &[]);
    let said = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.status.success() && said.contains("nothing to mend"), "{said}");
}

// CFG-5: no secrets in the file; what is named as a file is warned about where others can read it
#[cfg(unix)]
#[test]
fn cfg_5_files_that_others_can_read_or_write_are_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let set = |file: &Path, mode| {
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    let (file, password) = (folder.path().join("backend.toml"), folder.path().join("password"));
    let text = "database.url = \"postgres://postern@db/accounts?sslmode=verify-full\"\naccounts.sign_up = false\naccounts.methods = []\ndatabase.password_file = \"password\"\nkey.file = \"key\"\n";
    std::fs::write(&file, text).unwrap();

    let (configuration, findings) = around::load(&file);
    assert!(configuration.is_none());
    assert!(findings.to_string().contains("backend.toml:4:26: error: database.password_file"), "{findings}");

    std::fs::write(&password, "canary").unwrap();
    set(&password, 0o644);
    set(&file, 0o666);
    let (configuration, findings) = around::load(&file);
    // a relative path begins at the folder of the file
    assert_eq!(configuration.unwrap().database.password_file, Some(password.clone()));
    let warned: Vec<_> = findings.0.iter().map(|finding| (finding.gravity, finding.key.as_str())).collect();
    assert_eq!(warned, [(Gravity::Warning, ""), (Gravity::Warning, "database.password_file")]);
    assert!(findings.to_string().contains("chmod 600"));
    assert!(!findings.to_string().contains("canary"));

    set(&password, 0o600);
    set(&file, 0o644);
    assert_eq!(around::load(&file).1.0, []);
}

// CFG-2: what a check accepts, a start can use: the files are read as it reads them
#[cfg(unix)]
#[test]
fn cfg_2_files_that_no_server_could_use_are_found_by_the_check() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backend.toml");
    for (name, content) in [("key", "half a k"), ("password", "\n"), ("tls.pem", "none"), ("tls.key", "none")]
    {
        std::fs::write(folder.path().join(name), content).unwrap();
        std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let text = "database.url = \"postgres://postern@db/accounts?sslmod=require&sslmode=require\"\n\
                database.password_file = \"password\"\nkey.file = \"key\"\n\
                http.tls = { certificate = \"tls.pem\", key = \"tls.key\" }\n\
                mail = { host = \"relay.example\", from = \"a@b.example\", ca_file = \"tls.pem\" }\n";
    std::fs::write(&file, text).unwrap();
    // first what the text shows
    let found = around::load(&file).1.to_string();
    assert!(
        found.contains(":1:16: error: database.url") && found.contains("`sslmod` is not known"),
        "{found}"
    );
    std::fs::write(&file, text.replace("sslmod=require&", "")).unwrap();
    let found = around::load(&file).1.to_string();
    for key in [
        "2:26: error: database.password_file",
        "3:12: error: key.file",
        "error: http.tls.certificate",
        "error: mail.ca_file",
    ] {
        assert!(found.contains(key), "{key}: {found}");
    }
    assert!(found.contains("64 hexadecimal digits"), "{found}");
    // a certificate without its key
    crate::what_tls_offers::certify(folder.path());
    std::fs::copy(folder.path().join("certificate.pem"), folder.path().join("tls.pem")).unwrap();
    let found = around::load(&file).1.to_string();
    assert!(found.contains("error: http.tls.key") && !found.contains("error: mail.ca_file"), "{found}");
}

// U16: the driver of the database reads certificates by a reader of its own
#[cfg(unix)]
#[test]
fn u16_certificates_that_the_database_driver_would_drop_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let (file, root) = (folder.path().join("backend.toml"), folder.path().join("root.crt"));
    crate::what_tls_offers::certify(folder.path());
    let one = std::fs::read_to_string(folder.path().join("certificate.pem")).unwrap();
    let key = std::fs::read_to_string(folder.path().join("key.pem")).unwrap();
    let text = format!(
        "database.url = \"postgres://postern@db/accounts?sslmode=verify-full&sslrootcert={}\"\nkey.file = \"key\"\n\
         accounts.sign_up = false\naccounts.methods = []\n",
        root.display()
    );
    std::fs::write(&file, text).unwrap();
    for (content, says) in [
        (None, Some("cannot be read")),
        (Some(one.clone()), None),
        (Some(format!("{one}{one}").replace('\n', "\r\n")), None),
        (Some(format!("\u{feff}{one}{one}")), Some("of whose 2 certificates the database driver reads 1")),
        (Some(format!("{one}{key}")), Some("holds a private key")),
        (Some(format!("{one}-----BEGIN CERTIFICATE-----\n")), Some("without an END line")),
        (Some(String::new()), Some("holds no certificate")),
    ] {
        if let Some(content) = content {
            std::fs::write(&root, content).unwrap();
        }
        let findings = around::load(&file).1;
        assert_eq!(findings.0.len(), usize::from(says.is_some()), "{findings}");
        for finding in &findings.0 {
            assert!(
                finding.found.contains("root.crt") && finding.found.contains(says.unwrap()),
                "{findings}"
            );
            assert_eq!((finding.key.as_str(), finding.gravity), ("database.url", Gravity::Error));
        }
    }
}

// CFG-2: what a start opens is opened by the check: the database's folder, and what carries messages
#[cfg(unix)]
#[test]
fn cfg_2_what_a_start_could_not_open_is_found_by_the_check() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (file, token) = (folder.path().join("backend.toml"), folder.path().join("token"));
    // certificates as far as their form goes
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    // a line of its own in a header would be another header
    std::fs::write(&token, "canary\nx-other: header").unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let database = folder.path().join("accounts").join("accounts.db");
    let text = format!(
        "database.url = \"sqlite://{}\"\n\
         mail = {{ host = \"relay.example\", from = \"a@harbor.example\", ca_file = \"ca.pem\" }}\n\
         text_message = {{ url = \"https://sms.example/\", content = \"plain\", body = \"{{to}} {{text}} {{id}}\", \
         token_file = \"token\" }}\n",
        database.display()
    );
    std::fs::write(&file, &text).unwrap();
    let (configuration, findings) = around::load(&file);
    assert!(configuration.is_none());
    let found: Vec<_> = findings.0.iter().map(|finding| (finding.line, finding.key.as_str())).collect();
    assert_eq!(
        found,
        [(1, "database.url"), (2, "mail.ca_file"), (3, "text_message.token_file")],
        "{findings}"
    );
    assert!(!findings.to_string().contains("canary"), "{findings}");

    std::fs::create_dir(folder.path().join("accounts")).unwrap();
    std::fs::write(&token, "canary\n").unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Harbor CA", "-keyout"])
        .args([folder.path().join("authority.key"), "-out".into(), authority])
        .output();
    assert!(made.unwrap().status.success());
    assert_eq!(around::load(&file).1.0, []);
}
