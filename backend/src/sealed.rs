//! AEAD encryption of stored values: XChaCha20-Poly1305 with a version prefix, so that the cipher can change and older
//! data stays readable.

use crate::random::{Exhausted, Random, bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Prefix of values encrypted with XChaCha20-Poly1305. Its last character is not in the base64 alphabet, so no value of the
/// first version begins with it.
const VERSION_2: &str = "2.";
/// Bytes of an `XChaCha20` nonce, random for each value. Source: draft-irtf-cfrg-xchacha.
const NONCE: usize = 24;
/// Bytes of the nonce of the first version, ChaCha20-Poly1305 without a prefix. Source: RFC 8439.
const NONCE_VERSION_1: usize = 12;

/// Version, nonce and ciphertext of `text`, nonce and ciphertext in base64. Opens with the same key and under the same
/// `name` alone.
pub(crate) fn seal(
    key: &[u8; 32],
    random: &dyn Random,
    name: &[u8],
    text: &[u8],
) -> Result<String, Exhausted> {
    let nonce: [u8; NONCE] = bytes(random)?;
    let payload = Payload { msg: text, aad: name };
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload);
    let text = STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed.map_err(|_| Exhausted)?].concat());
    Ok(format!("{VERSION_2}{text}"))
}

/// Decrypts what [`seal`] made, in this version or the first.
pub(crate) fn unseal(key: &[u8; 32], name: &[u8], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let Some(sealed) = sealed.strip_prefix(VERSION_2) else {
        return unseal_version_1(key, name, sealed);
    };
    let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: ciphertext, aad: name };
    let opened = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload);
    Some(Zeroizing::new(opened.ok()?))
}

/// Values written before the prefix: they are kept for a day at most, but a server may be upgraded within it.
fn unseal_version_1(key: &[u8; 32], name: &[u8], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_VERSION_1>()?;
    let payload = Payload { msg: ciphertext, aad: name };
    let opened = ChaCha20Poly1305::new(key.into()).decrypt(&Nonce::from(*nonce), payload);
    Some(Zeroizing::new(opened.ok()?))
}

#[cfg(test)]
mod tests {
    use super::{seal, unseal};
    use crate::SystemRandom;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_value_opens_with_its_key_and_name_alone() {
        let sealed = seal(&KEY, &SystemRandom, b"message 1", b"number 042137").unwrap();
        assert!(sealed.starts_with("2."), "{sealed}");
        assert_eq!(unseal(&KEY, b"message 1", &sealed).unwrap().as_slice(), b"number 042137");
        assert!(unseal(&[8; 32], b"message 1", &sealed).is_none());
        assert!(unseal(&KEY, b"message 2", &sealed).is_none());
        assert!(unseal(&KEY, b"message 1", sealed.trim_start_matches("2.")).is_none(), "another version");
        assert!(unseal(&KEY, b"message 1", "2.short").is_none());
        let again = seal(&KEY, &SystemRandom, b"message 1", b"number 042137").unwrap();
        assert_ne!(sealed, again, "a nonce is used once");
    }

    #[test]
    fn a_value_of_the_first_version_stays_readable() {
        // written by version 1 (ChaCha20-Poly1305, nonce 000102…0b)
        let sealed = "AAECAwQFBgcICQoLQgCcQQnpjxwjRDD5iEhWvfi9cKjb/NJu411ucWo";
        assert_eq!(unseal(&KEY, b"message 1", sealed).unwrap().as_slice(), b"number 042137");
    }
}
