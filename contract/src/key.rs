//! Authentication keys: the secret's format, and what the backend knows of a key, which is never the secret. The
//! credential of a service that accepts keys is written alike, under a prefix of its own.

use crate::identifier::KeyId;
use crate::moment::Moment;
use crate::operation::{Answer, Body};
use crate::problem::FieldProblem;
use crate::rules::{self, Findings, Rule};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// What every key's secret begins with, so that scanners and people know one when they see it.
pub const PREFIX: &str = "pst_";
/// What every service's credential begins with.
pub const SERVICE_PREFIX: &str = "pss_";
/// Base62 digits of 256 bits: the least n with 62^n ≥ 2^256.
const RANDOM_DIGITS: usize = 43;
/// Base62 digits of a CRC-32: the least n with 62^n ≥ 2^32.
const CHECK_DIGITS: usize = 6;
/// Length of a secret: prefix, random digits, check digits.
pub const SECRET_LENGTH: usize = PREFIX.len() + RANDOM_DIGITS + CHECK_DIGITS;
/// The last characters of a secret that a list may show.
pub const HINT_LENGTH: usize = 4;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key's secret: `pst_`, 43 base62 digits of 32 random bytes, 6 base62 digits of the CRC-32 (IEEE) of all before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySecret(Secret<String>);

impl KeySecret {
    /// A secret from 32 bytes of the operating system's randomness.
    pub fn from_random(random: &[u8; 32]) -> Self {
        Self(written(PREFIX, random))
    }

    /// A secret from text, if its form and check sum are right. Says nothing about whether it works.
    pub fn parse(text: &str) -> Option<Self> {
        read(PREFIX, text).map(Self)
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The last four characters, to tell keys apart in a list. They are check digits and reveal nothing of the rest.
    pub fn hint(&self) -> &str {
        &self.expose()[SECRET_LENGTH - HINT_LENGTH..]
    }
}

/// The credential of a service: as a key's secret, with its own prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSecret(Secret<String>);

impl ServiceSecret {
    /// A credential from 32 bytes of the operating system's randomness.
    pub fn from_random(random: &[u8; 32]) -> Self {
        Self(written(SERVICE_PREFIX, random))
    }

    /// A credential from text, if its form and check sum are right. Says nothing about whether it works.
    pub fn parse(text: &str) -> Option<Self> {
        read(SERVICE_PREFIX, text).map(Self)
    }

    /// The credential itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Prefix, random digits, check digits.
fn written(prefix: &str, random: &[u8; 32]) -> Secret<String> {
    let mut text = String::with_capacity(SECRET_LENGTH);
    text.push_str(prefix);
    text.push_str(&base62(random, RANDOM_DIGITS));
    let check = crc32fast::hash(text.as_bytes());
    text.push_str(&base62(&check.to_be_bytes(), CHECK_DIGITS));
    Secret::new(text)
}

/// What [`written`] wrote.
fn read(prefix: &str, text: &str) -> Option<Secret<String>> {
    let well_formed = text.len() == SECRET_LENGTH
        && text.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !well_formed {
        return None;
    }
    let (signed, check) = text.split_at(SECRET_LENGTH - CHECK_DIGITS);
    let expected = base62(&crc32fast::hash(signed.as_bytes()).to_be_bytes(), CHECK_DIGITS);
    (check == expected).then(|| Secret::from(text))
}

/// Big-endian bytes as exactly `digits` base62 digits, most significant first.
fn base62(bytes: &[u8], digits: usize) -> String {
    let mut number = bytes.to_vec();
    let mut out = vec![ALPHABET[0]; digits];
    for place in out.iter_mut().rev() {
        let mut remainder = 0_usize;
        for byte in &mut number {
            let value = remainder * 256 + usize::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            remainder = value % 62;
        }
        *place = ALPHABET[remainder];
    }
    zeroize::Zeroize::zeroize(&mut number);
    out.into_iter().map(char::from).collect()
}

/// What registering a key needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewKey {
    /// What will use it: 1–40 visible characters, at most 480 code points.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 480))]
    pub label: String,
    /// SHA-256 of the secret's text, 64 lower-case hexadecimal digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// [`KeySecret::hint`].
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9]{4}$"))]
    pub hint: String,
    /// When it stops working by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Moment>,
}

impl Body for NewKey {
    fn check(&self) -> Vec<FieldProblem> {
        let hint = self.hint.len() == HINT_LENGTH && self.hint.bytes().all(|b| b.is_ascii_alphanumeric());
        Findings::default()
            .add("label", rules::label(&self.label))
            .add("sha256", rules::fingerprint(&self.sha256))
            .add("hint", if hint { Ok(()) } else { Err(Rule::NotAFingerprint) })
            .done()
    }
}

/// A key as the backend knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Key {
    /// Which key.
    pub id: KeyId,
    /// What uses it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub label: String,
    /// The secret's last four characters.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9]{4}$"))]
    pub hint: String,
    /// When it was registered.
    pub created_at: Moment,
    /// When it was last used, to the minute; none if never.
    pub last_used_at: Option<Moment>,
    /// When it stops working by itself.
    pub expires_at: Option<Moment>,
}

impl Answer for Key {}

/// All keys of the account, oldest first, at most `capabilities.keys_max`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Keys {
    /// The keys.
    pub keys: Vec<Key>,
}

impl Answer for Keys {}

#[cfg(test)]
mod tests {
    use super::{KeySecret, SECRET_LENGTH, ServiceSecret};

    #[test]
    fn a_secret_is_recognised_and_a_mistyped_one_is_not() {
        for seed in [[0; 32], [255; 32], [7; 32]] {
            let secret = KeySecret::from_random(&seed);
            assert_eq!(secret.expose().len(), SECRET_LENGTH);
            assert_eq!(KeySecret::parse(secret.expose()), Some(secret.clone()));
            let mut other = secret.expose().to_owned();
            other.replace_range(10..11, if &other[10..11] == "x" { "y" } else { "x" });
            assert_eq!(KeySecret::parse(&other), None);
        }
        assert_eq!(KeySecret::parse("pst_"), None);
        assert_eq!(KeySecret::parse(&"é".repeat(SECRET_LENGTH)), None);
    }

    #[test]
    fn a_key_and_a_credential_are_not_taken_for_one_another() {
        let (key, service) = (KeySecret::from_random(&[7; 32]), ServiceSecret::from_random(&[7; 32]));
        assert_eq!(ServiceSecret::parse(service.expose()), Some(service.clone()));
        assert_eq!((KeySecret::parse(service.expose()), ServiceSecret::parse(key.expose())), (None, None));
        assert!(service.expose().starts_with("pss_"));
    }

    #[test]
    fn different_bytes_make_different_secrets() {
        assert_ne!(KeySecret::from_random(&[1; 32]), KeySecret::from_random(&[2; 32]));
        assert!(KeySecret::from_random(&[0; 32]).expose().starts_with("pst_0000"));
    }
}
