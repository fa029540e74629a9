//! Seals what must be kept for a while and must not lie in the database in clear.

use crate::random::{Exhausted, Random, bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce};
use zeroize::Zeroizing;

const NONCE: usize = 12;

/// Nonce and ciphertext of `text`, in base64. Opens with the same key and under the same `name` alone.
pub(crate) fn seal(
    key: &[u8; 32],
    random: &dyn Random,
    name: &[u8],
    text: &[u8],
) -> Result<String, Exhausted> {
    let nonce: [u8; NONCE] = bytes(random)?;
    let payload = Payload { msg: text, aad: name };
    let sealed = ChaCha20Poly1305::new(key.into()).encrypt(Nonce::from_slice(&nonce), payload);
    Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed.map_err(|_| Exhausted)?].concat()))
}

/// Opens what [`seal`] made.
pub(crate) fn unseal(key: &[u8; 32], name: &[u8], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE)?;
    let payload = Payload { msg: ciphertext, aad: name };
    let opened = ChaCha20Poly1305::new(key.into()).decrypt(Nonce::from_slice(nonce), payload);
    Some(Zeroizing::new(opened.ok()?))
}
