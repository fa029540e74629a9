//! CFG-5: what a bundle takes, what it refuses, and that no byte of it can be altered unseen.

use super::archive::{self, File};
use super::manifest::{Manifest, fingerprint};
use super::signature::{KeyFault, PublicKey, SecretKey, Signature, new_pair};
use super::{BYTES_MAX, CONTENTS, FILE_BYTES_MAX, Fault, Making, SIGNATURE, Verdict, make, name, read, sign};
use postern_contract::{Moment, Secret};
use std::collections::BTreeMap;

const CONFIGURATION: &str = "\
# the change window of October
[backends.seoul]
url = \"https://seoul.example\"
ca = [\"/media/stick/root one.pem\"] # carried along
";

const ROOT: &[u8] = include_bytes!("../config/tests/ca.pem");

fn making() -> Making<'static> {
    Making {
        serial: 7,
        made_at: Moment::from_millisecond(1_790_000_000_000),
        name: "October",
        configuration: CONFIGURATION,
        certificates: BTreeMap::from([("/media/stick/root one.pem".to_owned(), ROOT.to_vec())]),
        plans: BTreeMap::from([("a.postern-plan".to_owned(), b"plan".to_vec())]),
    }
}

fn key() -> (SecretKey, PublicKey) {
    let (file, public) = new_pair(None).unwrap();
    (SecretKey::read(&file, None).unwrap(), public)
}

/// A bundle of these files, listed as they are.
fn of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<File> =
        files.iter().map(|(n, b)| File { name: (*n).to_owned(), bytes: b.to_vec() }).collect();
    let manifest = Manifest::of(7, Moment::from_millisecond(0), "x", &files).unwrap().print().unwrap();
    wrapped(&manifest, &files)
}

fn wrapped(manifest: &str, files: &[File]) -> Vec<u8> {
    let listed = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
    let contents = archive::write([(name::MANIFEST, manifest.as_bytes())].into_iter().chain(listed)).unwrap();
    archive::write([(CONTENTS, contents.as_slice())]).unwrap()
}

fn fault(bytes: &[u8]) -> Fault {
    read(bytes).unwrap_err()
}

#[test]
fn cfg_5_what_is_packed_comes_out_and_the_same_input_makes_the_same_bytes() {
    let packed = make(making()).unwrap();
    assert_eq!(packed.bytes, make(making()).unwrap().bytes);
    let bundle = read(&packed.bytes).unwrap();
    assert_eq!((bundle.manifest.serial, bundle.manifest.name.as_str()), (7, "October"));
    let certificate = &bundle.certificates[0];
    assert_eq!(certificate.bytes, ROOT);
    assert!(bundle.configuration.contains(&format!("ca = [\"{}\"] # carried along", certificate.name)));
    assert!(bundle.configuration.starts_with("# the change window of October"));
    assert_eq!(bundle.plans[0].name, "plans/a.postern-plan");
    assert_eq!(bundle.verify([]), Verdict::Unsigned);
}

#[test]
fn cfg_5_a_signature_is_held_against_keys_with_names() {
    let (secret, public) = key();
    let (_, other) = key();
    let bundle = read(&make(making()).unwrap().bytes).unwrap();
    let signed = bundle.signed(&sign(&bundle, &secret).unwrap()).unwrap();
    let bundle = read(&signed).unwrap();
    assert_eq!(bundle.verify([("other", &other), ("ops", &public)]), Verdict::SignedBy("ops".to_owned()));
    assert_eq!(bundle.verify([("other", &other)]), Verdict::Unknown(public.id()));
    // the same id with another key is a forgery
    let mut forged = public.line().into_bytes();
    let at = forged.len() - 5;
    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
    let forged = PublicKey::read(&String::from_utf8(forged).unwrap()).unwrap();
    assert_eq!(bundle.verify([("ops", &forged)]), Verdict::Wrong);
    // signing again takes the place of the signature before
    let again = bundle.signed(&sign(&bundle, &secret).unwrap()).unwrap();
    assert_eq!(read(&again).unwrap().contents(), bundle.contents());
}

#[test]
fn cfg_5_no_byte_can_be_altered_unseen() {
    let (secret, public) = key();
    let bundle = read(&make(making()).unwrap().bytes).unwrap();
    let signed = bundle.signed(&sign(&bundle, &secret).unwrap()).unwrap();
    // the first line of a signature is a comment that minisign itself does not sign: it is never shown
    let comment = signed.windows(18).position(|part| part == b"untrusted comment:").unwrap() + 18;
    let ends = comment + signed[comment..].iter().position(|byte| *byte == b'\n').unwrap();
    for at in 0..signed.len() {
        let mut altered = signed.clone();
        altered[at] ^= 1;
        let seen = read(&altered)
            .map_or(true, |bundle| bundle.verify([("ops", &public)]) != Verdict::SignedBy("ops".to_owned()));
        assert!(seen || (comment..ends).contains(&at), "byte {at}");
    }
    for length in 0..signed.len() {
        assert!(read(&signed[..length]).is_err(), "{length} bytes");
    }
    let longer = [signed.as_slice(), &[0; 512]].concat();
    assert_eq!(fault(&longer), Fault::Damaged);
}

#[test]
fn cfg_5_each_wrong_thing_in_a_bundle_is_refused_with_its_reason() {
    let fine: (&str, &[u8]) = (name::CONFIGURATION, b"");
    assert!(read(&of(&[fine])).is_ok());
    for name in [
        "/etc/passwd",
        "ca/../../x.pem",
        "ca/.x.pem",
        "ca/x.crt",
        "ca/x/y.pem",
        "x",
        "plans/x.toml",
        "CONFIG.toml",
    ] {
        // the library that writes tars refuses some of these itself
        let Ok(contents) = archive::write([(name::MANIFEST, b"".as_slice()), (name, b"")]) else { continue };
        let bytes = archive::write([(CONTENTS, contents.as_slice())]).unwrap();
        assert_eq!(fault(&bytes), Fault::NoPlace(name.to_owned()));
    }
    assert_eq!(fault(&of(&[])), Fault::Missing(name::CONFIGURATION.to_owned()));
    assert_eq!(fault(&of(&[fine, fine])), Fault::Twice(name::CONFIGURATION.to_owned()));
    assert_eq!(fault(&of(&[("ca/x.pem", b""), fine, ("ca/y.pem", b"")])), Fault::Damaged);
    assert_eq!(fault(&of(&[(name::CONFIGURATION, &[0xff])])), Fault::NotText(name::CONFIGURATION.to_owned()));
    let alone = "plans/a.postern-plan.minisig";
    assert_eq!(fault(&of(&[fine, (alone, b"")])), Fault::Missing("plans/a.postern-plan".to_owned()));
    let large = vec![b'#'; FILE_BYTES_MAX + 1];
    assert_eq!(
        fault(&of(&[(name::CONFIGURATION, &large)])),
        Fault::FileTooLarge(name::CONFIGURATION.to_owned())
    );
    assert_eq!(fault(&vec![0; BYTES_MAX + 1]), Fault::TooLarge);
    let names: Vec<String> = (0..64).map(|at| format!("ca/{at:02}.pem")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(fault(&of(&many)), Fault::TooManyFiles);
    for bytes in [&b""[..], b"no tar", &[0; 1024], b"\x1f\x8b\x08compressed"] {
        assert!(read(bytes).is_err());
    }
}

#[test]
fn cfg_5_links_folders_and_other_ways_to_write_a_tar_are_refused() {
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Directory,
        tar::EntryType::GNULongName,
        tar::EntryType::GNUSparse,
        tar::EntryType::XHeader,
        tar::EntryType::Continuous,
        tar::EntryType::Fifo,
    ] {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_path(CONTENTS).unwrap();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
        assert_eq!(fault(&builder.into_inner().unwrap()), Fault::NoPlace(CONTENTS.to_owned()), "{kind:?}");
    }
    // another mode, owner or time is another file
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_path(CONTENTS).unwrap();
    header.set_mode(0o4755);
    header.set_size(0);
    header.set_cksum();
    builder.append(&header, &b""[..]).unwrap();
    assert_eq!(fault(&builder.into_inner().unwrap()), Fault::Damaged);
}

#[test]
fn cfg_5_the_manifest_must_fit_what_lies_beside_it() {
    let file = File { name: name::CONFIGURATION.to_owned(), bytes: Vec::new() };
    let sum = fingerprint(b"");
    let listed = format!("\n[[files]]\nname = \"config.toml\"\nsha256 = \"{sum}\"\n");
    let head = "format = 1\nserial = 7\nmade_at = \"1970-01-01T00:00:00Z\"\nname = \"x\"\n";
    let files = std::slice::from_ref(&file);
    let good = format!("{head}{listed}");
    assert!(read(&wrapped(&good, files)).is_ok(), "{good}");
    let other = |from: &str, to: &str| fault(&wrapped(&good.replace(from, to), files));
    assert!(matches!(other("format = 1", "format = 2"), Fault::Manifest(_)));
    assert!(matches!(other("serial = 7", "serial = -7"), Fault::Manifest(_)));
    let whole =
        Fault::Manifest("line 2, serial: expected a whole number from 1 to 9223372036854775807".to_owned());
    for serial in ["0", "7.0", "7.5", "\"7\"", "true", "99999999999999999999"] {
        assert_eq!(other("serial = 7", &format!("serial = {serial}")), whole, "{serial}");
    }
    assert_eq!(
        other("name = \"x\"", "name = 3"),
        Fault::Manifest("line 4, name: expected a text".to_owned())
    );
    assert!(matches!(other("serial = 7", "serial = 7\nmore = 1"), Fault::Manifest(_)));
    assert_eq!(other("name = \"x\"", "name = \"\""), Fault::Name);
    assert_eq!(other("serial = 7", "serial  = 7"), Fault::Damaged);
    assert_eq!(other(&sum, &fingerprint(b"other")), Fault::OtherContents(name::CONFIGURATION.to_owned()));
    assert_eq!(other(&listed, ""), Fault::Manifest("files: is missing".to_owned()));
    let more = format!("{good}\n[[files]]\nname = \"ca/x.pem\"\nsha256 = \"{sum}\"\n");
    assert_eq!(fault(&wrapped(&more, files)), Fault::Missing("ca/x.pem".to_owned()));
}

#[test]
fn cfg_5_a_key_is_opened_by_its_password_alone() {
    let password = Secret::new("correct horse".to_owned());
    let (file, public) = new_pair(Some(&password)).unwrap();
    assert!(SecretKey::needs_password(&file));
    let wrong = SecretKey::read(&file, Some(&Secret::new("wrong horse".to_owned())));
    assert_eq!(wrong.unwrap_err(), KeyFault::Password);
    let key = SecretKey::read(&file, Some(&password)).unwrap();
    assert_eq!(key.public().unwrap(), public);
    assert_eq!(PublicKey::read(&public.file().unwrap()).unwrap(), public);
    assert_eq!(PublicKey::read("RWnothing").unwrap_err(), KeyFault::NoPublicKey);
    let nothing = SecretKey::read(&Secret::new("nothing".to_owned()), None);
    assert_eq!(nothing.unwrap_err(), KeyFault::NoSecretKey);
    let signature = key.sign(b"bytes", "comment").unwrap();
    assert!(Signature::read(&signature.file()).unwrap().holds(&public, b"bytes"));
    assert!(!signature.holds(&public, b"other"));
    for broken in ["", "a\nb\nc\nd\n", "untrusted comment: x\nRW\ntrusted comment: y\nAA\n"] {
        assert!(Signature::read(broken).is_none());
    }
    assert_eq!(SIGNATURE, format!("{CONTENTS}{}", name::SIGNED));
}

// F4: nothing is packed that could not be used, and no private key is copied to other machines
#[test]
fn f4_a_private_key_or_a_broken_certificate_is_not_packed() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let root = str::from_utf8(ROOT).unwrap();
    for (text, says) in [
        (format!("{root}{key}"), "holds a private key"),
        (key.clone(), "holds a private key"),
        (root.replacen("-----BEGIN", "----BEGIN", 1), "is damaged"),
        ("PEM".to_owned(), "holds no certificate"),
    ] {
        let certificates = BTreeMap::from([("root.pem".to_owned(), text.clone().into_bytes())]);
        let fault = make(Making { certificates, ..making() }).unwrap_err().to_string();
        assert!(fault.contains("root.pem") && fault.contains(says), "{fault}");
        assert!(!fault.contains(key.lines().nth(1).unwrap()));
    }
    // one that was packed by an earlier version is not read, verified or imported
    let with_key = format!("{root}{key}").into_bytes();
    let refused = fault(&of(&[("ca/root.pem", &with_key), (name::CONFIGURATION, b"")]));
    assert_eq!(refused, Fault::Certificate("ca/root.pem".to_owned(), "which holds a private key".to_owned()));
}
