//! minisign's keys and signatures: bundles are signed with them, and so are prepared changes. Nothing here asks at a prompt;
//! a password is passed in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign::{KeyPair, PublicKeyBox, SecretKeyBox, SignatureBox};
use postern_contract::Secret;
use std::fmt;
use std::io::Cursor;
use zeroize::Zeroizing;

/// The longest key or signature file that is read, in bytes.
pub const FILE_MAX: usize = 4 * 1024;
/// The check sum at the end of a secret key.
const CHECK_SUM_BYTES: usize = 32;
/// A signature over a comment has 64 bytes: 88 digits of base64.
const SIGNATURE_DIGITS: usize = 88;

/// What is wrong with a key or a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// It is no minisign public key.
    NoPublicKey,
    /// It is no minisign secret key.
    NoSecretKey,
    /// The password is not the key's.
    Password,
    /// It is a secret key whose parts do not fit together.
    Damaged,
    /// The system gives no random bytes, or not the memory that the key's password takes.
    System,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPublicKey => {
                "no minisign public key: two lines, or the second one alone, which begins with RW"
            }
            Self::NoSecretKey => "no minisign secret key: two lines, the first a comment",
            Self::Damaged => {
                "the secret key does not fit its check sum: it was altered, or damaged on its way"
            }
            Self::Password => "the password is not this key's",
            Self::System => "the system gives no random bytes or not enough memory",
        })
    }
}

impl std::error::Error for KeyFault {}

/// Checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(minisign::PublicKey);

impl PublicKey {
    /// Reads a `.pub` file's two lines, or the second one alone.
    pub fn read(text: &str) -> Result<Self, KeyFault> {
        let last = text.trim().lines().last().unwrap_or_default().trim();
        let key = minisign::PublicKey::from_base64(last).map_err(|_| KeyFault::NoPublicKey)?;
        if key.to_base64() == last { Ok(Self(key)) } else { Err(KeyFault::NoPublicKey) }
    }

    /// 16 hexadecimal digits, as minisign prints them.
    pub fn id(&self) -> String {
        id(self.0.keynum())
    }

    /// One line of base64.
    pub fn line(&self) -> String {
        self.0.to_base64()
    }

    /// A `.pub` file.
    pub fn file(&self) -> Result<String, KeyFault> {
        let file: PublicKeyBox = self.0.to_box().map_err(|_| KeyFault::NoPublicKey)?;
        Ok(file.into_string())
    }
}

/// Makes signatures. Its memory is not wiped: the library below keeps it as plain bytes, so it lives no longer than one
/// command.
pub struct SecretKey(minisign::SecretKey);

impl SecretKey {
    /// Reads a secret key file. Takes a second: the password is stretched.
    pub fn read(file: &Secret<String>, password: Option<&Secret<String>>) -> Result<Self, KeyFault> {
        let text = file.expose();
        if text.len() > FILE_MAX {
            return Err(KeyFault::NoSecretKey);
        }
        let shut = || SecretKeyBox::from_string(text).map_err(|_| KeyFault::NoSecretKey);
        match password {
            None => match without_check_sum(text) {
                Some(key) => return key,
                None => shut()?.into_unencrypted_secret_key(),
            },
            Some(password) => shut()?.into_secret_key(Some(password.expose().clone())),
        }
        .map(Self)
        .map_err(|fault| match fault.kind() {
            minisign::ErrorKind::Verify if password.is_some() => KeyFault::Password,
            minisign::ErrorKind::Verify => KeyFault::Damaged,
            minisign::ErrorKind::KDF => KeyFault::System,
            _ => KeyFault::NoSecretKey,
        })
    }

    /// Whether the file needs a password: it names the way in which one is stretched.
    pub fn needs_password(file: &Secret<String>) -> bool {
        let line = file.expose().lines().nth(1).unwrap_or_default();
        let bytes = Zeroizing::new(STANDARD.decode(line.trim()).unwrap_or_default());
        bytes.get(2..4) == Some(b"Sc")
    }

    /// The key that checks its signatures.
    pub fn public(&self) -> Result<PublicKey, KeyFault> {
        minisign::PublicKey::from_secret_key(&self.0).map(PublicKey).map_err(|_| KeyFault::NoSecretKey)
    }

    /// Signs the bytes. `comment` is signed too and shown to whoever checks.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Result<Signature, KeyFault> {
        let public = self.public()?;
        let (bytes, untrusted) = (Cursor::new(bytes), format!("signature by Postern, key {}", public.id()));
        minisign::sign(Some(&public.0), &self.0, bytes, Some(comment), Some(&untrusted))
            .map(Signature)
            .map_err(|_| KeyFault::System)
    }
}

/// A key without a password as minisign 0.11 writes it: with zeros where its check sum should be. That its parts fit together is
/// seen by a signature that it makes. None for every other key.
fn without_check_sum(file: &str) -> Option<Result<SecretKey, KeyFault>> {
    let bytes = Zeroizing::new(STANDARD.decode(file.lines().nth(1)?.trim()).ok()?);
    let is_open = bytes.get(2..4) == Some(&[0, 0]);
    let check_sum = bytes.get(bytes.len().checked_sub(CHECK_SUM_BYTES)?..)?;
    if !is_open || check_sum.iter().any(|byte| *byte != 0) {
        return None;
    }
    let key = minisign::SecretKey::from_bytes(&bytes).map(SecretKey).map_err(|_| KeyFault::NoSecretKey);
    Some(key.and_then(|key| {
        let (public, probe) = (key.public()?, b"probe");
        let fits = key.sign(probe, "probe").is_ok_and(|signature| signature.holds(&public, probe));
        if fits { Ok(key) } else { Err(KeyFault::Damaged) }
    }))
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").finish_non_exhaustive()
    }
}

/// A new pair: the secret key's file, locked with the password unless there is none, and the public key.
pub fn new_pair(password: Option<&Secret<String>>) -> Result<(Secret<String>, PublicKey), KeyFault> {
    let pair = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password.expose().clone())),
        None => KeyPair::generate_unencrypted_keypair(),
    };
    let KeyPair { pk, sk } = pair.map_err(|_| KeyFault::System)?;
    let public = PublicKey(pk);
    let file =
        sk.to_box(Some(&format!("minisign secret key {}", public.id()))).map_err(|_| KeyFault::System)?;
    Ok((Secret::new(file.into_string()), public))
}

/// A signature over some bytes.
#[derive(Clone)]
pub struct Signature(SignatureBox);

impl Signature {
    /// Reads the four lines of a `.minisig` file, whichever way they end, as minisign does: systems and mail programs change line
    /// ends. None from anything else, and none from the legacy kind, which is not made over a hash.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > FILE_MAX {
            return None;
        }
        let lines: Vec<&str> = text.trim_end_matches(['\r', '\n']).split('\n').collect();
        let lines: Vec<&str> = lines.iter().map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        if lines.len() != 4 || lines.last().map(|digits| digits.len()) != Some(SIGNATURE_DIGITS) {
            return None;
        }
        let text = lines.join("\n") + "\n";
        let read = SignatureBox::from_string(&text).ok()?;
        (read.is_prehashed() && read.to_string() == text).then_some(Self(read))
    }

    /// The four lines.
    pub fn file(&self) -> String {
        self.0.to_string()
    }

    /// The id of the key that made it, as the signature claims: 16 hexadecimal digits.
    pub fn key_id(&self) -> String {
        id(self.0.keynum())
    }

    /// Whether this key made it over these bytes.
    pub fn holds(&self, key: &PublicKey, bytes: &[u8]) -> bool {
        minisign::verify(&key.0, &self.0, Cursor::new(bytes), true, false, false).is_ok()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", self.key_id())
    }
}

/// minisign prints the eight bytes as one little-endian number.
fn id(bytes: &[u8]) -> String {
    let bytes: Vec<u8> = bytes.iter().rev().copied().collect();
    crate::hex::encode(&bytes).to_uppercase()
}
