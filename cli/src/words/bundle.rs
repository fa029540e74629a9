//! What `postern bundle` says.

use super::shown;
use postern_client::bundle::{Fault, Manifest, Verdict};
use std::fmt::Display;
use std::fmt::Write as _;
use std::path::Path;

/// Asks for a key's password.
pub const PASSWORD: &str = "Password of the secret key: ";
/// Asks for it again.
pub const PASSWORD_AGAIN: &str = "The same password again: ";
/// The two are not the same.
pub const PASSWORDS_DIFFER: &str =
    "The two passwords are not the same. No key was made. Start again and type the same password twice.";
/// There is no terminal.
pub const NO_PROMPT: &str = "The secret key has a password and there is no terminal to ask for it. Nothing was changed. \
Start it in a terminal, or pass a file descriptor with --password-fd.";

/// A descriptor could not be read.
pub fn password_not_read(number: u32, cause: &std::io::Error) -> String {
    format!(
        "No password was read from file descriptor {number}: {cause}. Nothing was changed. \
         Open it for reading, as in `--password-fd 3 3< FILE`."
    )
}

/// The configuration has findings.
pub const BUNDLE_WITH_FINDINGS: &str =
    "The bundle was not made: the findings have to be corrected first. Nothing was written.";

/// The configuration chooses a backend that it does not describe.
pub fn backend_elsewhere(name: &str) -> String {
    format!(
        "The configuration chooses the backend {name:?} and does not describe it. Computers whose policy or machine's file \
         describes none of that name refuse the import."
    )
}

/// The inputs make no bundle.
pub fn bundle_not_made(fault: &Fault) -> String {
    format!("The bundle was not made. {fault}. Nothing was written. Mend that, then make it again.")
}

/// A bundle was made.
pub fn bundle_made(path: &Path, manifest: &Manifest) -> String {
    format!("{} is made and not signed yet.\n{}", shown(path), bundle_holds(manifest))
}

/// What a bundle holds.
pub fn bundle_holds(manifest: &Manifest) -> String {
    let Manifest { serial, made_at, name, files, .. } = manifest;
    let mut text = format!("{name}, serial {serial}, made {made_at}");
    for file in files {
        let _ = write!(text, "\n  {}  {}", file.sha256, file.name);
    }
    text
}

/// A bundle cannot be used.
pub fn bundle_refused(path: &Path, why: &dyn Display) -> String {
    format!(
        "{} is refused: {why}. Nothing was changed. Get the bundle again from whoever made it.",
        shown(path)
    )
}

/// A bundle was signed.
pub fn bundle_signed(path: &Path, key: &str) -> String {
    format!("{} is signed with key {key}.", shown(path))
}

/// It bears the signature of another key.
pub fn signature_is_there(path: &Path, key: &str) -> String {
    format!(
        "{} is signed with key {key} already. Nothing was changed. To replace that signature, add --force.",
        shown(path)
    )
}

/// A signature is not attached.
pub fn signature_refused(path: &Path, why: &str) -> String {
    format!("{}: {why} Nothing was changed.", shown(path))
}

/// A file that holds no signature.
pub const NO_SIGNATURE: &str = "it is no signature that minisign makes.";

/// A signature of something else.
pub const SIGNATURE_DOES_NOT_FIT: &str = "the signature does not fit the contents of this bundle. Sign its contents.tar with `minisign -Sm contents.tar`.";

/// A signature that cannot be checked.
pub fn key_not_at_hand(key: &str) -> String {
    format!("it was made with key {key}, which is none of the keys at hand. Name its public key with --key.")
}

/// An empty password.
pub const PASSWORD_EMPTY: &str = "The password is empty. No key was made. Type one, or add --no-password for a key that everybody who reads the file can use.";

/// Who signed it.
pub fn bundle_signed_by(name: &str) -> String {
    format!("Signed by {name}.")
}

/// Why nobody known has signed it.
pub fn bundle_verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::SignedBy(name) => bundle_signed_by(name),
        Verdict::Unsigned => {
            "It is not signed, so anybody can have made it. Sign it with `postern bundle sign`.".to_owned()
        }
        Verdict::Unknown(id) => format!(
            "It is signed with key {id}, which is none of the keys at hand. Name the key with --key, or ask whoever \
             made the bundle which key it is."
        ),
        Verdict::Wrong => {
            "The signature does not fit the contents: the bundle was altered. Get it again from whoever made it."
                .to_owned()
        }
    }
}

/// A key cannot be used.
pub fn key_fails(path: &Path, fault: &dyn Display) -> String {
    format!("{}: {fault}. Nothing was changed.", shown(path))
}

/// A key pair was made.
pub fn key_made(path: &Path, id: &str, line: &str) -> String {
    format!(
        "Key {id} is made.\n{}: the secret key. Keep it, and a copy, where nobody else reads it.\n\
         {}.pub: the public key. A policy names it as\n  key = \"{line}\"",
        shown(path),
        shown(path)
    )
}

/// A key must not be overwritten.
pub fn key_is_there(path: &Path) -> String {
    format!("{} is there already, and a key is never overwritten. Name another file.", shown(path))
}
