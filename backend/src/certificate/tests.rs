//! The reader against files as editors, tools and people leave them.

use super::{Flaw, read, read_authorities};
use contract::Moment;
use std::process::Command;

/// A certificate in PEM, made by `openssl req -x509` with these arguments, and its private key.
fn made(arguments: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let (key, file) = (folder.path().join("key.pem"), folder.path().join("certificate.pem"));
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-nodes", "-subj", "/CN=Harbor CA"]).args(arguments);
    let done = command.arg("-keyout").arg(&key).arg("-out").arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (std::fs::read_to_string(file).unwrap(), std::fs::read_to_string(key).unwrap())
}

const EC: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

fn authority() -> (String, String) {
    made(&EC)
}

fn found(flaws: &[Flaw]) -> String {
    let lines: Vec<_> = flaws.iter().map(|flaw| format!("{:?}: {}\n", flaw.gravity, flaw.found)).collect();
    lines.concat()
}

fn now() -> Moment {
    use crate::clock::Clock as _;
    crate::clock::SystemClock.now()
}

#[test]
fn u16_every_certificate_is_read_however_the_file_was_saved() {
    let ((one, _), (other, _)) = (authority(), authority());
    let two = format!("{one}{other}");
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    for (how, bytes) in [
        ("as openssl writes it", two.clone().into_bytes()),
        ("with a byte order mark", format!("\u{feff}{two}").into_bytes()),
        ("joined, each with a byte order mark", format!("\u{feff}{one}\u{feff}{other}").into_bytes()),
        ("with CRLF", two.replace('\n', "\r\n").into_bytes()),
        ("with CR", two.replace('\n', "\r").into_bytes()),
        ("with blanks around its lines", two.replace('\n', " \t\n  ").into_bytes()),
        ("joined without a line ending", format!("{}{other}", one.trim_end()).into_bytes()),
        (
            "with text between",
            format!("# Harbor\nsubject=CN = Harbor CA\n\n{one}\n# the next\n{other}the end").into_bytes(),
        ),
        ("with Latin-1 in a comment", [b"# caf\xe9\n".as_slice(), two.as_bytes()].concat()),
        ("as UTF-16", [vec![0xff, 0xfe], utf_16(&two)].concat()),
    ] {
        let read = read_authorities(&bytes, now());
        assert_eq!((read.all.len(), found(&read.flaws)), (2, String::new()), "{how}");
    }
}

#[test]
fn u16_what_looks_like_a_part_of_a_block_is_a_finding() {
    let (one, _) = authority();
    let body: Vec<&str> = one.lines().collect();
    let inner = body[1..body.len() - 1].join("\n");
    for (how, text, says) in [
        ("no END", body[..body.len() - 1].join("\n"), "without an END line (line 1)"),
        ("no BEGIN", body[1..].join("\n"), "base64 outside of any block (line 1)"),
        ("four dashes", one.replacen("-----BEGIN", "----BEGIN", 1), "is damaged (line 1)"),
        (
            "four dashes at the end",
            one.replacen("CERTIFICATE-----\n", "CERTIFICATE----\n", 1),
            "is damaged (line 1)",
        ),
        ("other dashes", one.replace("-----", "—–—"), "is damaged (line 1)"),
        ("no dashes", one.replace("-----", ""), "is damaged (line 1)"),
        ("small letters", one.to_lowercase(), "is damaged (line 1)"),
        ("another END", one.replace("END CERTIFICATE", "END X509 CRL"), "ends as `X509 CRL`"),
        (
            "an END alone",
            "-----END CERTIFICATE-----\n".to_owned(),
            "an END line without a BEGIN line (line 1)",
        ),
        ("two BEGIN", format!("-----BEGIN CERTIFICATE-----\n{one}"), "without an END line (line 1)"),
        (
            "half of it",
            format!("{}\n{}\n", body[..3].join("\n"), body[body.len() - 1]),
            "no X.509 certificate (line 1)",
        ),
        ("a letter that is none", one.replacen(&inner[..4], "MI?!", 1), "not base64 (line 1)"),
        (
            "nothing in it",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
            "no X.509 certificate",
        ),
        ("OpenSSL's own form", one.replace(" CERTIFICATE", " TRUSTED CERTIFICATE"), "only OpenSSL reads"),
        ("a request", one.replace(" CERTIFICATE", " CERTIFICATE REQUEST"), "a request for a certificate"),
        ("PKCS7", one.replace(" CERTIFICATE", " PKCS7"), "whose certificates are not read"),
        ("nothing at all", String::new(), "holds no certificate"),
        ("words", "no certificate\n".to_owned(), "holds no certificate"),
    ] {
        // beside one that is whole, too: it is not dropped silently
        for text in [text.clone(), format!("{text}\n{one}")] {
            let read = read(text.as_bytes());
            let is_alone = !text.ends_with(&one) || text == one;
            if says == "holds no certificate" && !is_alone {
                continue;
            }
            assert!(!read.is_usable() && read.errors().contains(says), "{how}: {}", found(&read.flaws));
            assert_eq!(read.flaws.len(), 1, "{how}: {}", found(&read.flaws));
        }
    }
    let (one, _) = authority();
    let der = super::pem::blocks(&one).0.remove(0).bytes;
    assert!(read(&der).errors().contains("in DER and not in PEM"));
}

#[test]
fn f4_a_private_key_is_an_error_and_is_not_repeated() {
    let (one, key) = authority();
    let secret = key.lines().nth(1).unwrap();
    for label in
        ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"]
    {
        let key = key.replace("PRIVATE KEY", label);
        for text in [format!("{one}{key}"), format!("{key}{one}"), format!("\u{feff}{key}{one}"), key.clone()]
        {
            let read = read(text.as_bytes());
            assert!(read.errors().contains("holds a private key"), "{label}: {}", found(&read.flaws));
            assert!(!format!("{read:?}").contains(secret), "{label}");
        }
    }
}

#[test]
fn f4_a_certificate_that_cannot_vouch_is_a_finding_with_the_reason() {
    let days = |days: i64| Moment::from_millisecond(now().as_millisecond() + days * 86_400_000);
    let with = |more: &[&str]| made(&[EC.as_slice(), more].concat()).0;
    let good = with(&[]);
    for (text, at, says) in [
        (good.clone(), days(0), None),
        (good.clone(), days(40), Some("expired on ")),
        (good, days(-1), Some("is not valid before ")),
        (with(&["-addext", "basicConstraints=critical,CA:FALSE"]), days(0), Some("is not a CA certificate")),
        (with(&["-addext", "keyUsage=digitalSignature"]), days(0), Some("may not sign certificates")),
        (made(&["-newkey", "rsa:1024"]).0, days(0), Some("an RSA key of 1024 bits")),
        (made(&["-newkey", "rsa:2048", "-sha1"]).0, days(0), Some("SHA-1 with RSA")),
        (made(&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]).0, days(0), Some("on a curve")),
    ] {
        let read = read_authorities(text.as_bytes(), at);
        assert_eq!(read.all.len(), 1);
        // the others of the same file still can
        assert!(read.is_usable(), "{}", found(&read.flaws));
        match says {
            None => assert_eq!(read.flaws, []),
            Some(says) => assert!(
                read.flaws.len() == 1 && read.flaws[0].found.contains(says),
                "{says}: {}",
                found(&read.flaws)
            ),
        }
    }
}
