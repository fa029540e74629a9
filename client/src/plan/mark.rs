//! Fingerprints: HMAC-SHA-256, shortened to 64 bits. They show that a value changed, and never what it was.
//!
//! Values of the account are guessable (a phone number has 10⁸ possibilities), so their fingerprints need a secret key:
//! [`FingerprintKey`], 32 random bytes per account that stay in this computer's secret store. Accounts and authentication
//! keys are identified by random UUIDs, which nobody can guess; their fingerprints use the account's id as the key and can be
//! checked on every computer. Plans of format 1 used the id for values too.

use crate::hex;
use hmac::{Hmac, KeyInit, Mac};
use postern_contract::{AccountId, Secret};
use sha2::Sha256;

/// Hexadecimal digits of a fingerprint: 64 bits, far above what chance could hit and short enough to read aloud.
const DIGITS: usize = 16;

/// The key under which one computer makes the fingerprints of one account's values.
#[derive(Debug, Clone)]
pub struct FingerprintKey(Secret<[u8; 32]>);

impl FingerprintKey {
    /// The key of these random bytes.
    pub const fn of(bytes: Secret<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// Names the key, and says nothing about it.
    pub fn id(&self) -> String {
        tag(self.0.expose(), "key id", "")
    }

    /// The fingerprint of a value in the field of that name.
    pub fn fingerprint(&self, field: &str, value: &str) -> String {
        tag(self.0.expose(), field, value)
    }
}

/// The fingerprint under an account's id: for identifiers, and for values in plans of format 1.
pub fn of(account: AccountId, field: &str, value: &str) -> String {
    tag(account.0.as_bytes(), field, value)
}

fn tag(key: &[u8], field: &str, value: &str) -> String {
    // a key of any length is accepted
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(b"postern plan ");
    mac.update(field.as_bytes());
    mac.update(&[0]);
    mac.update(value.as_bytes());
    let mut text = hex::encode(&mac.finalize().into_bytes());
    text.truncate(DIGITS);
    text
}

#[cfg(test)]
mod tests {
    use super::{FingerprintKey, of};
    use postern_contract::{AccountId, Secret};
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn a_fingerprint_tells_values_fields_and_accounts_apart(one in ".{0,40}", other in ".{0,40}", id: u128) {
            let account = AccountId(Uuid::from_u128(id));
            let mark = of(account, "name", &one);
            prop_assert_eq!(mark.len(), 16);
            prop_assert_eq!(&mark, &of(account, "name", &one));
            prop_assert_eq!(one == other, mark == of(account, "name", &other));
            prop_assert_ne!(&mark, &of(account, "task", &one));
            prop_assert_ne!(&mark, &of(AccountId(Uuid::from_u128(!id)), "name", &one));
        }

        #[test]
        fn a14_a_fingerprint_depends_on_the_key_alone(value in ".{0,40}", one: [u8; 32], other: [u8; 32]) {
            let (one_key, other_key) = (FingerprintKey::of(Secret::new(one)), FingerprintKey::of(Secret::new(other)));
            let made = one_key.fingerprint("mobile_phone", &value);
            prop_assert_eq!(one == other, made == other_key.fingerprint("mobile_phone", &value));
            prop_assert_eq!(one == other, one_key.id() == other_key.id());
            prop_assert_ne!(made, one_key.fingerprint("name", &value));
        }
    }
}
