//! A bundle that was read: strictly, from memory, and verified on the very bytes that are used.

use super::archive::{self, File};
use super::name::{self, Kind};
use super::signature::{KeyFault, PublicKey, SecretKey, Signature};
use super::{BYTES_MAX, CONTENTS, Fault, Manifest, SIGNATURE};
use postern_backend::certificate;

/// A bundle that was read. That it is whole says nothing of who made it: [`Bundle::verify`] does.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// What it says of itself.
    pub manifest: Manifest,
    /// `config.toml`.
    pub configuration: String,
    /// `ca/NAME.pem`, in the order of their names.
    pub certificates: Vec<File>,
    /// `plans/NAME.postern-plan` and the signatures beside them, in the order of their names.
    pub plans: Vec<File>,
    contents: Vec<u8>,
    signature: Option<Signature>,
}

/// Who signed a bundle, as far as the keys at hand can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody.
    Unsigned,
    /// The key of that name.
    SignedBy(String),
    /// A key that none of them is. Its id, as the signature claims.
    Unknown(String),
    /// It bears the id of one of them and does not fit: altered, or forged.
    Wrong,
}

/// Reads a bundle.
pub fn read(bytes: &[u8]) -> Result<Bundle, Fault> {
    let outer = archive::read(bytes, BYTES_MAX)?;
    let (contents, signature) = match outer.as_slice() {
        [contents] if contents.name == CONTENTS => (contents, None),
        [contents, signature] if contents.name == CONTENTS && signature.name == SIGNATURE => {
            let read = str::from_utf8(&signature.bytes).ok().and_then(Signature::read);
            // there is one way to write a bundle
            let read = read.filter(|read| read.file().as_bytes() == signature.bytes);
            (contents, Some(read.ok_or(Fault::SignatureDamaged)?))
        }
        _ => return Err(misplaced(outer)),
    };
    let mut files = archive::read_contents(&contents.bytes)?;
    for file in &files {
        name::kind(&file.name).ok_or_else(|| Fault::NoPlace(file.name.clone()))?;
    }
    if files.first().is_none_or(|first| first.name != name::MANIFEST) {
        return Err(Fault::Missing(name::MANIFEST.to_owned()));
    }
    let manifest = files.remove(0);
    if !files.is_sorted_by(|one, next| one.name < next.name) {
        return Err(Fault::Damaged);
    }
    let manifest = Manifest::read(&manifest.bytes, &files)?;
    let (mut certificates, mut plans, mut configuration) = (Vec::new(), Vec::new(), None);
    for file in files {
        match name::kind(&file.name) {
            Some(Kind::Configuration) => {
                let text = String::from_utf8(file.bytes);
                configuration = Some(text.map_err(|_| Fault::NotText(file.name))?);
            }
            Some(Kind::Certificate) => {
                // nothing that was packed carelessly is copied to more machines
                if certificate::holds_private_key(&file.bytes) {
                    return Err(Fault::Certificate(file.name, "which holds a private key".to_owned()));
                }
                certificates.push(file);
            }
            Some(Kind::Plan | Kind::PlanSignature) => plans.push(file),
            Some(Kind::Manifest) | None => return Err(Fault::NoPlace(file.name)),
        }
    }
    for file in &plans {
        let Some(signed) = name::signed_plan(&file.name) else { continue };
        if !plans.iter().any(|plan| plan.name == signed) {
            return Err(Fault::Missing(signed.to_owned()));
        }
    }
    let configuration = configuration.ok_or_else(|| Fault::Missing(name::CONFIGURATION.to_owned()))?;
    Ok(Bundle { manifest, configuration, certificates, plans, contents: contents.bytes.clone(), signature })
}

/// The file that is not where it should be.
fn misplaced(outer: Vec<File>) -> Fault {
    let strange = outer.into_iter().find(|file| file.name != CONTENTS && file.name != SIGNATURE);
    strange.map_or(Fault::Missing(CONTENTS.to_owned()), |file| Fault::NoPlace(file.name))
}

impl Bundle {
    /// Holds its signature against keys with names.
    pub fn verify<'a>(&self, keys: impl IntoIterator<Item = (&'a str, &'a PublicKey)>) -> Verdict {
        let Some(signature) = &self.signature else { return Verdict::Unsigned };
        let mut claimed = false;
        for (name, key) in keys {
            if key.id() != signature.key_id() {
                continue;
            }
            if signature.holds(key, &self.contents) {
                return Verdict::SignedBy(name.to_owned());
            }
            claimed = true;
        }
        if claimed { Verdict::Wrong } else { Verdict::Unknown(signature.key_id()) }
    }

    /// The id of the key that signed it, as the signature claims; none where it is not signed.
    pub fn key_id(&self) -> Option<String> {
        self.signature.as_ref().map(Signature::key_id)
    }

    /// What is signed: `contents.tar`.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// Whether a signature that was made elsewhere is this key's over the contents.
    pub fn is_signed_by(&self, signature: &Signature, key: &PublicKey) -> bool {
        signature.holds(key, &self.contents)
    }

    /// The bundle's file with this signature in the place of any other.
    pub fn signed(&self, signature: &Signature) -> Result<Vec<u8>, Fault> {
        let file = signature.file();
        archive::write([(CONTENTS, self.contents.as_slice()), (SIGNATURE, file.as_bytes())])
    }

    /// The bundle's file without a signature.
    pub(super) fn unsigned(contents: &[u8]) -> Result<Vec<u8>, Fault> {
        archive::write([(CONTENTS, contents)])
    }
}

/// Signs a bundle: its serial and name stand in the comment that is signed along.
pub fn sign(bundle: &Bundle, key: &SecretKey) -> Result<Signature, KeyFault> {
    let Manifest { serial, name, .. } = &bundle.manifest;
    key.sign(&bundle.contents, &format!("postern bundle, serial {serial}: {name}"))
}
