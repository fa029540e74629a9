//! The certificate that the server shows: `check-config`, a start and a reload report what TLS clients refuse, each with the
//! `openssl` command that fixes it. The commands are run here, and what they make is checked again.
#![cfg(unix)]

use postern_backend::config::around;
use postern_backend::config::finding::Finding;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const EC: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
const SERVER: &str = "-addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE";

/// Runs a shell command in a folder.
fn run(folder: &Path, command: &str) {
    let done = Command::new("sh").args(["-ec", command]).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A self-signed certificate by `openssl req -x509`, with these options.
fn make(folder: &Path, options: &str) {
    make_at(folder, "", options);
}

fn make_at(folder: &Path, before: &str, options: &str) {
    run(
        folder,
        &format!(
            "{before} openssl req -x509 -nodes -subj /CN=localhost {options} -keyout key.pem -out certificate.pem"
        ),
    );
}

/// What a check says of the certificate and the key in a folder.
fn findings(folder: &Path, certificate: &str, key: &str, more: &str) -> Vec<Finding> {
    let file = folder.join("backend.toml");
    let text = format!(
        "database.url = \"sqlite://{}/accounts.db\"\n\
         http.tls = {{ certificate = \"{certificate}\", key = \"{key}\"{more} }}\n",
        folder.display()
    );
    std::fs::write(&file, text).unwrap();
    for name in [&file, &folder.join(key)] {
        std::fs::set_permissions(name, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let (configuration, findings) = around::load(&file);
    assert_eq!(configuration.is_none(), findings.refused());
    findings.0
}

fn of(folder: &Path) -> Vec<Finding> {
    findings(folder, "certificate.pem", "key.pem", "")
}

fn said(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Runs what a finding says, and checks that nothing is left to be said.
fn fixed(folder: &Path, findings: &[Finding], says: &str) {
    let finding = findings.iter().find(|finding| finding.found.contains(says));
    let finding = finding.unwrap_or_else(|| panic!("{says}: {}", said(findings)));
    run(folder, finding.fix.split("; then ").next().unwrap());
    let after = if finding.fix.contains("server.pem") {
        self::findings(folder, "server.pem", "server.key", "")
    } else {
        of(folder)
    };
    assert_eq!(after, [], "after `{}`: {}", finding.fix, said(&after));
}

#[test]
fn u15_what_every_client_refuses_is_an_error_with_the_command_that_fixes_it() {
    for (before, options, says) in [
        ("", EC.to_owned(), "(CA:TRUE)"),
        ("", EC.to_owned(), "names no host"),
        ("faketime '2020-01-01 00:00:00'", format!("{EC} {SERVER} -days 30"), "expired on 2020-01-31T"),
        ("", format!("-newkey rsa:1024 {SERVER}"), "an RSA key of 1024 bits"),
        ("", format!("{EC} {SERVER} -sha1"), "SHA-1 with ECDSA"),
        (
            "",
            format!("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1 {SERVER}"),
            "on a curve that clients refuse",
        ),
        ("", format!("{EC} {SERVER} -addext extendedKeyUsage=clientAuth"), "no serverAuth"),
        ("", format!("{EC} -addext basicConstraints=critical,CA:FALSE"), "names no host"),
    ] {
        let folder = tempfile::Builder::new().prefix("a folder of ").tempdir().unwrap();
        make_at(folder.path(), before, &options);
        let found = of(folder.path());
        assert!(found.iter().all(|finding| finding.key.starts_with("http.tls")), "{}", said(&found));
        assert!(found.iter().any(|finding| finding.found.contains(says)), "{says}: {}", said(&found));
        let program = Command::new(env!("CARGO_BIN_EXE_postern-backend"))
            .args(["check-config", "--config"])
            .arg(folder.path().join("backend.toml"))
            .output()
            .unwrap();
        assert_eq!(program.status.code(), Some(1), "{options}");
        let text = String::from_utf8(program.stdout).unwrap();
        assert!(text.contains(says) && text.contains("openssl req"), "{text}");
        fixed(folder.path(), &found, says);
    }
}

// the desktops keep trusting the certificate that they name as `ca` already
#[test]
fn u15_a_ca_certificate_that_was_served_goes_on_as_the_authority() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), EC);
    let found = of(folder.path());
    fixed(folder.path(), &found, "(CA:TRUE)");
    run(
        folder.path(),
        "openssl verify -verify_hostname localhost -purpose sslserver -CAfile certificate.pem server.pem",
    );
}

#[test]
fn u15_what_some_clients_refuse_is_a_warning() {
    let soon = "which expires on ";
    for (options, says) in [
        (format!("{EC} {SERVER} -days 5"), soon),
        (format!("{EC} {SERVER} -days 900"), "more than 825 days"),
        (
            format!("{EC} {SERVER},IP:127.0.0.1 -addext keyUsage=keyAgreement").replace(",IP:127.0.0.1", ""),
            "no digitalSignature",
        ),
        (
            format!("{EC} {}", SERVER.replace("localhost", "localhost,DNS:10.0.0.1")),
            "clients expect IP:10.0.0.1",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &format!("-days 60 {options}"));
        let found = of(folder.path());
        assert!(found.len() == 1 && found[0].found.contains(says), "{says}: {}", said(&found));
        assert!(!found[0].to_string().contains("error:"), "{}", said(&found));
        fixed(folder.path(), &found, says);
    }
}

#[test]
fn u15_the_names_by_which_clients_reach_the_server_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let all =
        "-addext subjectAltName=DNS:accounts.harbor.example,DNS:*.pier.example,IP:192.0.2.7,IP:2001:db8::7";
    make(folder.path(), &format!("{EC} -days 60 {all} -addext basicConstraints=critical,CA:FALSE"));
    let named =
        |names: &str| findings(folder.path(), "certificate.pem", "key.pem", &format!(", names = [{names}]"));
    let good = r#""accounts.harbor.example", "ACCOUNTS.HARBOR.EXAMPLE", "a.pier.example", "192.0.2.7", "2001:db8::7", "[2001:db8:0::7]""#;
    assert_eq!(named(good), [], "{}", said(&named(good)));
    for bad in ["harbor.example", "a.b.pier.example", "192.0.2.8", "2001:db8::8", "no host"] {
        let found = named(&format!("\"accounts.harbor.example\", \"{bad}\""));
        assert!(
            found.len() == 1 && found[0].found.contains(&format!("does not name {bad}")),
            "{bad}: {}",
            said(&found)
        );
        assert!(found[0].found.contains("*.pier.example"), "{}", said(&found));
    }
}

#[test]
fn u15_a_chain_is_checked_as_a_client_builds_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let ca = "-addext basicConstraints=critical,CA:TRUE -days 60";
    for (name, issuer) in [
        ("root", ""),
        ("middle", "-CA root.pem -CAkey root.key"),
        ("impostor", "-CA root.pem -CAkey root.key"),
    ] {
        let subject = if name == "impostor" { "middle" } else { name };
        run(
            at,
            &format!(
                "openssl req -x509 -nodes -subj /CN={subject} {EC} {ca} {issuer} -keyout {name}.key -out {name}.pem"
            ),
        );
    }
    let leaf = |more: &str| {
        run(
            at,
            &format!(
                "openssl req -x509 -nodes -subj /CN=localhost {EC} {SERVER} -days 60 {more} -CA middle.pem -CAkey middle.key -keyout key.pem -out leaf.pem"
            ),
        );
    };
    let chain = |files: &str| {
        run(at, &format!("cat {files} > certificate.pem"));
        of(at)
    };
    leaf("");
    for good in
        ["leaf.pem middle.pem", "leaf.pem middle.pem root.pem", "leaf.pem", "key.pem leaf.pem middle.pem"]
    {
        let found = chain(good);
        assert_eq!(found, [], "{good}: {}", said(&found));
    }
    for (files, says) in [
        ("middle.pem leaf.pem", "is not the private key of the certificate"),
        ("leaf.pem root.pem middle.pem", "did not issue the one before it"),
        ("leaf.pem impostor.pem root.pem", "do not vouch for each other"),
    ] {
        let found = chain(files);
        assert!(found.iter().any(|finding| finding.found.contains(says)), "{files}: {}", said(&found));
    }
    // a certificate in between that clients do not have, which public authorities say where to get
    leaf("-addext 'authorityInfoAccess=caIssuers;URI:http://harbor.example/middle.der'");
    let found = chain("leaf.pem");
    assert!(found.len() == 1 && found[0].found.contains("stands alone"), "{}", said(&found));
    assert!(found[0].fix.contains(">> "), "{}", said(&found));
    assert_eq!(chain("leaf.pem middle.pem"), []);
    // half of one is not dropped silently
    run(at, "sed '$d' middle.pem > half.pem");
    let found = chain("leaf.pem half.pem");
    assert!(said(&found).contains("without an END line"), "{}", said(&found));
    // joined by an editor
    run(at, r"{ printf '\357\273\277'; sed 's/$/\r/' leaf.pem middle.pem; } > joined.pem");
    assert_eq!(chain("joined.pem"), []);
}

#[test]
fn u15_a_key_that_cannot_be_used_is_told_from_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    make(at, &format!("{EC} {SERVER} -days 60"));
    run(at, "openssl pkey -in key.pem -aes256 -passout pass:canary -out locked.pem");
    run(at, "openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out other.pem");
    run(at, r"{ printf '\357\273\277'; sed 's/$/\r/' key.pem; } > joined.pem");
    for (key, says) in [
        ("locked.pem", "protected by a pass phrase"),
        ("other.pem", "not the private key of the certificate"),
        ("certificate.pem", "holds no private key"),
    ] {
        let found = findings(at, "certificate.pem", key, "");
        assert!(found.len() == 1 && found[0].key == "http.tls.key", "{}", said(&found));
        assert!(found[0].found.contains(says) && found[0].fix.contains("openssl"), "{}", said(&found));
        let canary = std::fs::read_to_string(at.join(key)).unwrap();
        assert!(!said(&found).contains(canary.lines().nth(1).unwrap()));
    }
    assert_eq!(findings(at, "certificate.pem", "joined.pem", ""), []);
}
