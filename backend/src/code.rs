//! Authentication numbers, tokens, and everything derived from the backend's 32-byte key: what is kept of a number, an
//! address or a canceled account is an HMAC that nobody without the key can reverse or test guesses against.

use crate::random::{Exhausted, Random, bytes};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Secret;
use contract::rules::NUMBER_DIGITS;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// How many numbers there are.
const NUMBERS: u32 = 10_u32.pow(NUMBER_DIGITS);
/// The largest multiple of [`NUMBERS`] in 32 bits; what lies above is drawn again, so that every number is as likely.
const FAIR: u32 = u32::MAX - u32::MAX % NUMBERS;

/// A fresh authentication number: six digits with their leading zeros.
pub(crate) fn number(random: &dyn Random) -> Result<Secret<String>, Exhausted> {
    loop {
        let drawn = u32::from_be_bytes(bytes(random)?);
        if drawn < FAIR {
            let digits = NUMBER_DIGITS as usize;
            return Ok(Secret::new(format!("{:0digits$}", drawn % NUMBERS)));
        }
    }
}

/// A fresh opaque token: 43 characters of base64url over 256 random bits.
pub(crate) fn token(random: &dyn Random) -> Result<Secret<String>, Exhausted> {
    let raw = Zeroizing::new(bytes::<32>(random)?);
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(*raw)))
}

/// What is stored of a token or a key's secret: its SHA-256 in hexadecimal.
pub(crate) fn fingerprint(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The keys made from the backend's key, one for each use.
pub(crate) struct Keys {
    number: Secret<[u8; 32]>,
    address: Secret<[u8; 32]>,
    audit: Secret<[u8; 32]>,
    seal: Secret<[u8; 32]>,
    wish: Secret<[u8; 32]>,
    answer: Secret<[u8; 32]>,
    peer: Secret<[u8; 32]>,
    check: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(***)")
    }
}

impl Keys {
    pub(crate) fn derive(key: &Secret<[u8; 32]>) -> Self {
        let derive = |usage: &str| Secret::new(mac(key, &["postern", usage]));
        Self {
            number: derive("number"),
            address: derive("address"),
            audit: derive("audit"),
            seal: derive("seal"),
            check: hexadecimal(&mac(key, &["postern", "check"])),
            wish: derive("wish"),
            answer: derive("answer"),
            peer: derive("peer"),
        }
    }

    /// What is stored of a number. It holds for this number, purpose, address and binding alone.
    pub(crate) fn number(
        &self,
        id: &str,
        purpose: &str,
        address: &str,
        binding: &str,
        number: &str,
    ) -> String {
        hexadecimal(&mac(&self.number, &[id, purpose, address, binding, number]))
    }

    /// What is stored of an address.
    pub(crate) fn address(&self, channel: &str, canonical: &str) -> String {
        hexadecimal(&mac(&self.address, &[channel, canonical]))
    }

    /// What remains of an account.
    pub(crate) fn pseudonym(&self, account: &str) -> String {
        hexadecimal(&mac(&self.audit, &[account]))
    }

    /// What is stored of a request that is done once.
    pub(crate) fn wish(&self, parts: &[&str]) -> String {
        hexadecimal(&mac(&self.wish, parts))
    }

    /// What is stored of a network address.
    pub(crate) fn peer(&self, parts: &[&str]) -> String {
        hexadecimal(&mac(&self.peer, parts))
    }

    /// The key that seals kept answers.
    pub(crate) fn answer(&self) -> &[u8; 32] {
        self.answer.expose()
    }

    /// What is kept to know the key again.
    pub(crate) fn check(&self) -> &str {
        &self.check
    }

    /// The key that seals messages.
    pub(crate) fn seal(&self) -> &[u8; 32] {
        self.seal.expose()
    }
}

/// HMAC-SHA-256 over the parts, each with its length, so that no two lists of parts look alike.
fn mac(key: &Secret<[u8; 32]>, parts: &[&str]) -> [u8; 32] {
    // a key shorter than the hash's block is padded with zeros (RFC 2104 section 2)
    let mut block = Zeroizing::new([0_u8; 64]);
    block[..32].copy_from_slice(key.expose());
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::{Keys, number, token};
    use crate::random::SystemRandom;
    use contract::Secret;

    // OTP-1: uniform, fixed width, leading zeros kept
    #[test]
    fn otp_1_numbers_are_uniform_and_keep_their_zeros() {
        let mut counts = [[0_u32; 10]; 6];
        let draws = 100_000_u32;
        for _ in 0..draws {
            let number = number(&SystemRandom).unwrap();
            assert_eq!(number.expose().len(), 6);
            for (place, digit) in number.expose().bytes().enumerate() {
                counts[place][usize::from(digit - b'0')] += 1;
            }
        }
        let expected = f64::from(draws) / 10.0;
        for place in counts {
            let chi_square: f64 =
                place.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
            // 9 degrees of freedom: exceeded once in ten million draws of a fair source
            assert!(chi_square < 50.0, "{chi_square}: {place:?}");
        }
    }

    #[test]
    fn what_is_kept_of_a_number_depends_on_everything_it_is_bound_to() {
        let keys = Keys::derive(&Secret::new([7; 32]));
        let kept = keys.number("id", "sign_in", "address", "challenge:1", "012345");
        for other in [
            keys.number("other", "sign_in", "address", "challenge:1", "012345"),
            keys.number("id", "sign_up", "address", "challenge:1", "012345"),
            keys.number("id", "sign_in", "addres", "schallenge:1", "012345"),
            keys.number("id", "sign_in", "address", "challenge:2", "012345"),
            keys.number("id", "sign_in", "address", "challenge:1", "012346"),
            Keys::derive(&Secret::new([8; 32])).number("id", "sign_in", "address", "challenge:1", "012345"),
        ] {
            assert_ne!(kept, other);
        }
        assert_eq!(format!("{keys:?}"), "Keys(***)");
    }

    #[test]
    fn tokens_are_256_bits_of_text() {
        let (one, two) = (token(&SystemRandom).unwrap(), token(&SystemRandom).unwrap());
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.expose(), two.expose());
    }
}
