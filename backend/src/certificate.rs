//! X.509 certificates in PEM files: the one reader that every part uses, and the findings about such a file. A file is read
//! leniently where nothing can be misunderstood (byte order marks, line endings, text between blocks), and everything that looks
//! like a part of a block but cannot be read is a finding: no certificate is dropped silently.

mod authority;
mod parsed;
mod pem;
#[cfg(feature = "server")]
mod served;

#[cfg(feature = "server")]
pub(crate) use pem::text as key_text;
#[cfg(feature = "server")]
pub(crate) use served::{Served, served};

use crate::config::finding::Gravity;
use contract::Moment;
use parsed::Parsed;

/// What is wrong with a certificate file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// An error keeps the file from being used.
    pub gravity: Gravity,
    /// What was found, as the end of a sentence that begins with the file's name.
    pub found: String,
    /// How to fix it.
    pub fix: String,
}

impl Flaw {
    fn new(gravity: Gravity, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { gravity, found: found.into(), fix: fix.into() }
    }

    /// Keeps the file from being used.
    pub fn error(found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Gravity::Error, found, fix)
    }

    /// The file is used all the same.
    pub fn warning(found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Gravity::Warning, found, fix)
    }
}

/// One certificate of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The line at which its block begins, from 1.
    pub line: usize,
    /// The certificate in DER.
    pub der: Vec<u8>,
}

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificates {
    /// Its certificates, in the order of the file.
    pub all: Vec<Certificate>,
    /// What is wrong with it.
    pub flaws: Vec<Flaw>,
}

impl Certificates {
    /// Whether nothing keeps the file from being used.
    pub fn is_usable(&self) -> bool {
        self.flaws.iter().all(|flaw| flaw.gravity != Gravity::Error)
    }

    /// Every error in one line; empty where the file can be used.
    pub fn errors(&self) -> String {
        let errors = self.flaws.iter().filter(|flaw| flaw.gravity == Gravity::Error);
        errors.map(|flaw| flaw.found.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// How to get a file with certificates alone.
const KEEP_CERTIFICATES: &str = "keep the BEGIN CERTIFICATE … END CERTIFICATE blocks alone";

/// Reads a file of certificates. A private key in it is an error: such a file is copied to other machines.
pub fn read(bytes: &[u8]) -> Certificates {
    let mut found = read_chain(bytes);
    let keys = pem::blocks(&pem::text(bytes)).0.into_iter().filter(pem::Block::is_private_key);
    let keys = keys.map(|block| {
        let fix = format!("{KEEP_CERTIFICATES}, and treat the key as known to whoever could read the file");
        Flaw::error(format!("which holds a private key (line {})", block.line), fix)
    });
    found.flaws.splice(0..0, keys);
    found
}

/// Whether a file holds a private key.
pub fn holds_private_key(bytes: &[u8]) -> bool {
    pem::blocks(&pem::text(bytes)).0.iter().any(pem::Block::is_private_key)
}

/// Whether `extendedKeyUsage` lets a certificate be a server's.
pub fn is_for_servers(der: &[u8]) -> bool {
    Parsed::of(der).is_none_or(|parsed| parsed.is_for_servers())
}

/// Reads a file of certificates beside which a private key may stand, such as the one a server shows.
pub fn read_chain(bytes: &[u8]) -> Certificates {
    let text = pem::text(bytes);
    let (blocks, mut flaws) = pem::blocks(&text);
    let mut all = Vec::new();
    for block in blocks {
        if block.is_private_key() {
            continue;
        }
        if !block.is_certificate() {
            flaws.push(other(&block));
            continue;
        }
        match Parsed::of(&block.bytes) {
            Some(_) => all.push(Certificate { line: block.line, der: block.bytes }),
            None => flaws.push(Flaw::error(
                format!("which holds a block that is no X.509 certificate (line {})", block.line),
                "replace it by the whole certificate",
            )),
        }
    }
    if all.is_empty() && flaws.is_empty() {
        flaws.push(none(bytes));
    }
    Certificates { all, flaws }
}

/// Reads a file of certificates that are to vouch for a server, and says which of them cannot at `now`.
pub fn read_authorities(bytes: &[u8], now: Moment) -> Certificates {
    let mut found = read(bytes);
    let reasons = found.all.iter().flat_map(|one| authority::reasons(one, now));
    found.flaws.extend(reasons.collect::<Vec<_>>());
    found
}

/// A block that holds no certificate.
fn other(block: &pem::Block) -> Flaw {
    let found = format!("which holds a block `{}` (line {})", block.label, block.line);
    match block.label.as_str() {
        "TRUSTED CERTIFICATE" => Flaw::error(
            format!("{found}, a form that only OpenSSL reads"),
            "convert it: openssl x509 -in FILE -out FILE.pem",
        ),
        "PKCS7" | "CMS" => Flaw::error(
            format!("{found}, whose certificates are not read"),
            "convert it: openssl pkcs7 -in FILE -print_certs -out FILE.pem",
        ),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Flaw::error(
            format!("{found}, which is a request for a certificate"),
            "put the certificate in its place that was issued for it",
        ),
        _ => Flaw::warning(format!("{found}, which is not read"), KEEP_CERTIFICATES),
    }
}

/// A file without any block.
fn none(bytes: &[u8]) -> Flaw {
    if Parsed::of(bytes).is_some() {
        let fix = "convert it: openssl x509 -inform der -in FILE -out FILE.pem";
        return Flaw::error("which is a certificate in DER and not in PEM", fix);
    }
    Flaw::error("which holds no certificate", "write certificates in PEM into it, or name another file")
}

#[cfg(test)]
mod tests;
