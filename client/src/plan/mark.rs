//! Fingerprints: what a field was, so that a change is seen, without saying what it was. A short value could be guessed from a
//! plain hash; the key is the account's id, 122 random bits that are in no plan.

use crate::hex;
use hmac::{Hmac, KeyInit, Mac};
use postern_contract::AccountId;
use sha2::Sha256;

/// Hexadecimal digits of a fingerprint: 64 bits, far above what chance could hit and short enough to read aloud.
const DIGITS: usize = 16;

/// The fingerprint of a value in the field of that name.
pub fn of(account: AccountId, field: &str, value: &str) -> String {
    let mut text = hex::encode(&tag(account, field, value));
    text.truncate(DIGITS);
    text
}

fn tag(account: AccountId, field: &str, value: &str) -> Vec<u8> {
    // a key of any length is taken
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(account.0.as_bytes()) else { return Vec::new() };
    mac.update(b"postern plan ");
    mac.update(field.as_bytes());
    mac.update(&[0]);
    mac.update(value.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::of;
    use postern_contract::AccountId;
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
    }
}
