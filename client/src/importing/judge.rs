//! Whether a file may be imported, and why not: its signature, its serial, and what its configuration says.

use super::incoming::{Body, Incoming};
use super::serials::{Order, Serials};
use crate::bundle::signature::PublicKey;
use crate::bundle::{Bundle, Verdict};
use crate::config::file::File;
use crate::config::{Effective, Signer, around, finding, validate};
use crate::plan::packed;
use crate::transport::trust::authorities;
use postern_contract::configuration::{Finding, Gravity, ImportRefusal, Signed};
use std::io;
use std::path::Path;

/// What was found.
#[derive(Debug, Default)]
pub struct Judged {
    /// The configuration, where it is a good one.
    pub file: Option<File>,
    /// Whose signature it bears.
    pub signed: Signed,
    /// The public key that did, one line.
    pub key: Option<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Why it cannot be imported.
    pub refused: Option<ImportRefusal>,
}

/// Judges it. `is_last`: it is the file that was imported last, and that was not undone. Who made it comes first: nothing is said of what an unknown hand has written.
pub fn judge(incoming: &Incoming, now: &Effective, serials: io::Result<Serials>, is_last: bool) -> Judged {
    let mut judged = Judged::default();
    let serials = match serials {
        Ok(serials) => serials,
        Err(fault) => {
            let found = format!("the numbers of earlier imports, which cannot be read: {fault}");
            judged.refuse(
                incoming,
                ImportRefusal::Findings,
                found,
                "numbers that can be held against this one",
            );
            return judged;
        }
    };
    let policy = now.policy();
    if policy.unknown {
        judged.findings.push(of(
            incoming,
            Gravity::Error,
            "a policy of this computer that cannot be used, so it is not known whose files may be imported".to_owned(),
            "a policy that is good, or was good here before",
            "ask whoever looks after this computer to mend its policy; `postern config check` says what is wrong",
        ));
        judged.refused = Some(ImportRefusal::Findings);
        return judged;
    }
    match &incoming.body {
        Body::Nothing(why) => {
            let expected = "a configuration, *.toml, or a bundle, *.postern-bundle, that is whole";
            judged.refuse(incoming, ImportRefusal::Unreadable, why.clone(), expected);
        }
        Body::Plain(_) if policy.requires_signature => judged.unsigned(incoming),
        Body::Plain(bytes) => {
            judged.configuration(&incoming.path, bytes.clone(), incoming, now);
        }
        Body::Bundle(bundle) => {
            judged.signature(incoming, bundle, &policy.signers, policy.requires_signature);
            judged.serial(incoming, bundle, &serials, is_last);
            if judged.refused.is_none() {
                let path = incoming.path.join("config.toml");
                judged.configuration(&path, bundle.configuration.clone().into_bytes(), incoming, now);
                judged.plans(incoming, now);
            }
        }
    }
    judged
}

impl Judged {
    /// What the configuration says, held against the certificates as they were read, and against what stronger files fix.
    fn configuration(&mut self, path: &Path, bytes: Vec<u8>, incoming: &Incoming, now: &Effective) {
        let (file, sheet) = around::held_against(path, bytes, |file: &File, notes| {
            validate::user_file(file, now, notes);
            for (at, backend) in file.backends.iter().enumerate() {
                for (number, named) in backend.ca.iter().enumerate() {
                    let key = format!("backends.{at}.ca.{number}");
                    let found = match incoming.brings.get(named) {
                        Ok(bytes) => {
                            around::flaws(&key, named, &authorities(bytes), notes);
                            // both would be kept under one name, and a list names nothing twice
                            let before = &backend.ca[..number];
                            let Some(twin) = incoming.brings.twin(named, before) else { continue };
                            format!("{}, which holds just what {} holds", named.display(), twin.display())
                        }
                        Err(why) => format!("{}, {why}", named.display()),
                    };
                    let (expected, fix) = incoming.body.wants();
                    notes.error(&key, found, expected, fix);
                }
            }
        });
        let findings = finding::of(sheet.findings());
        if finding::refused(&findings) {
            self.refused = Some(ImportRefusal::Findings);
        }
        self.findings.extend(findings);
        self.file = file;
    }

    /// What is wrong with the plans that come along.
    fn plans(&mut self, incoming: &Incoming, now: &Effective) {
        let Some(file) = &self.file else { return };
        let plans = packed::read(&incoming.path, &incoming.plans);
        let findings = packed::findings(&plans, &validate::origins(file, now));
        if finding::refused(&findings) {
            self.refused.get_or_insert(ImportRefusal::Findings);
        }
        self.findings.extend(findings);
    }

    fn unsigned(&mut self, incoming: &Incoming) {
        let found = "no signature".to_owned();
        let expected = "a bundle that one of the signers of the policy has signed";
        self.refuse(incoming, ImportRefusal::SignatureMissing, found, expected);
    }

    fn signature(&mut self, incoming: &Incoming, bundle: &Bundle, signers: &[Signer], is_required: bool) {
        let keys: Vec<(&str, PublicKey)> = signers
            .iter()
            .filter_map(|signer| Some((signer.name.as_str(), PublicKey::read(&signer.key).ok()?)))
            .collect();
        let expected = "the signature of one of the signers of the policy";
        let verdict = bundle.verify(keys.iter().map(|(name, key)| (*name, key)));
        self.signed = match &verdict {
            Verdict::SignedBy(name) => Signed::By(name.clone()),
            Verdict::Unknown(_) => Signed::Unnamed,
            Verdict::Wrong => Signed::Wrong,
            Verdict::Unsigned => Signed::Not,
        };
        match verdict {
            Verdict::SignedBy(name) => {
                self.key = keys.iter().find(|(other, _)| *other == name).map(|(_, key)| key.line());
            }
            Verdict::Wrong => {
                let found = "a signature that does not fit the contents: it was altered".to_owned();
                self.refuse(incoming, ImportRefusal::SignatureWrong, found, expected);
            }
            Verdict::Unsigned if is_required => self.unsigned(incoming),
            Verdict::Unknown(id) if is_required => {
                let found = format!("a signature with key {id}, which the policy does not name");
                self.refuse(incoming, ImportRefusal::SignerUnknown(id), found, expected);
            }
            Verdict::Unknown(id) => {
                let found = format!("a signature with key {id}, which no policy here names");
                let fix = "ask whoever gave it to you whether it is theirs";
                self.findings.push(of(incoming, Gravity::Warning, found, expected, fix));
            }
            Verdict::Unsigned => {}
        }
    }

    fn serial(&mut self, incoming: &Incoming, bundle: &Bundle, serials: &Serials, is_last: bool) {
        let serial = bundle.manifest.serial;
        match self.key.as_ref().map(|key| serials.order(key, bundle)) {
            None | Some(Order::Next) => {}
            Some(Order::Same) if is_last => {
                self.refused.get_or_insert(ImportRefusal::ImportedAlready);
            }
            Some(Order::Same) => {
                let found =
                    format!("serial {serial}, which was imported before and undone or replaced since");
                let refusal = ImportRefusal::Replayed { serial, before: serial };
                self.refuse(incoming, refusal, found, "a bundle that is newer than every one before");
            }
            Some(Order::Older { newest, is_others }) => {
                let of = if is_others { " of another signer" } else { "" };
                let found = format!("serial {serial}; serial {newest}{of} was imported before");
                let refusal = ImportRefusal::Replayed { serial, before: newest };
                self.refuse(incoming, refusal, found, "a bundle that is newer than every one before");
            }
        }
    }

    fn refuse(&mut self, incoming: &Incoming, refusal: ImportRefusal, found: String, expected: &str) {
        if self.refused.is_some() {
            return;
        }
        let fix = match refusal {
            ImportRefusal::Replayed { .. } => "ask whoever made it for a bundle with a higher serial",
            ImportRefusal::SignatureMissing => "ask whoever made it for a bundle that is signed",
            ImportRefusal::SignerUnknown(_) => "have it signed by one of the signers that the policy names",
            ImportRefusal::Findings | ImportRefusal::ImportedAlready => "make the file readable for you",
            ImportRefusal::Unreadable | ImportRefusal::SignatureWrong => "get it again from whoever made it",
        };
        self.findings.push(of(incoming, Gravity::Error, found, expected, fix));
        self.refused = Some(refusal);
    }
}

fn of(incoming: &Incoming, gravity: Gravity, found: String, expected: &str, fix: &str) -> Finding {
    let file = incoming.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (expected, fix) = (expected.to_owned(), fix.to_owned());
    Finding { gravity, file, line: 0, column: 0, key: String::new(), found, expected, fix }
}
