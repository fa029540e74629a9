//! The account as it was last seen, kept on this computer for work without a network. The file is sealed with
//! XChaCha20-Poly1305 under a key that lies in the secret store, and is bound to its backend and account: one that was
//! damaged, or put in another's place, is not read. It goes with the session, and a desk that keeps secrets in memory
//! keeps none.

use crate::durable;
use crate::hex;
use crate::vault::entry::KeysOf;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use postern_contract::account::Account;
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::Recalled;
use postern_contract::key::Key;
use postern_contract::security::Security;
use postern_contract::{Moment, Secret};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What a file begins with; another number is another shape, and is not read.
const MAGIC: &[u8] = b"postern seen 1\n";
/// Bytes of a nonce, which is random for each writing.
const NONCE: usize = 24;
/// The largest file that is read: an account with its keys is a hundredth of it.
const LARGEST: u64 = 1024 * 1024;

/// What is known of one account, part by part as it is seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The account.
    pub account: Option<Account>,
    /// Its security settings.
    pub security: Option<Security>,
    /// Its keys.
    pub keys: Option<Vec<Key>>,
    /// The backend's limits.
    pub capabilities: Option<Capabilities>,
    /// When any of it was last seen.
    pub seen_at: Option<Moment>,
    /// What time the backend said it was.
    pub date: Option<Moment>,
}

impl Seen {
    /// The account with all its parts; none while one is missing.
    pub fn recalled(&self) -> Option<Recalled> {
        Some(Recalled {
            account: self.account.clone()?,
            security: self.security.clone()?,
            keys: self.keys.clone()?,
            seen_at: self.seen_at?,
        })
    }

    /// What is missing here, from what was known before.
    #[must_use]
    pub fn over(self, before: Self) -> Self {
        Self {
            account: self.account.or(before.account),
            security: self.security.or(before.security),
            keys: self.keys.or(before.keys),
            capabilities: self.capabilities.or(before.capabilities),
            seen_at: self.seen_at.max(before.seen_at),
            date: self.date.max(before.date),
        }
    }
}

/// The file of one account at one backend. Its name says neither.
pub fn file(folder: &Path, of: &KeysOf) -> PathBuf {
    let name = Sha256::digest(bound_to(of));
    folder.join(format!("seen-{}", hex::encode(&name[..12])))
}

/// Writes what is known, sealed.
pub fn write(folder: &Path, of: &KeysOf, key: &Secret<[u8; 32]>, seen: &Seen) -> io::Result<()> {
    let plain = Zeroizing::new(serde_json::to_vec(seen).map_err(io::Error::other)?);
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(io::Error::other)?;
    let aad = bound_to(of);
    let sealed = XChaCha20Poly1305::new(key.expose().into())
        .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &aad })
        .map_err(|_| io::Error::other("the account as last seen cannot be sealed"))?;
    durable::put(&file(folder, of), &[MAGIC, &nonce, &sealed].concat())
}

/// Reads what is known. One that cannot be opened is nobody's: it is removed.
pub fn read(folder: &Path, of: &KeysOf, key: &Secret<[u8; 32]>) -> Option<Seen> {
    let path = file(folder, of);
    let size = std::fs::metadata(&path).ok()?.len();
    let bytes = if size <= LARGEST { std::fs::read(&path).ok()? } else { Vec::new() };
    let seen = open(&bytes, of, key);
    if seen.is_none() {
        tracing::warn!("the account as last seen cannot be opened and is removed");
        remove(folder, of);
    }
    seen
}

fn open(bytes: &[u8], of: &KeysOf, key: &Secret<[u8; 32]>) -> Option<Seen> {
    let (nonce, sealed) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<NONCE>()?;
    let aad = bound_to(of);
    let plain = XChaCha20Poly1305::new(key.expose().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad })
        .map(Zeroizing::new)
        .ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Removes the file. Where that fails, what is left cannot be opened once its key is gone.
pub fn remove(folder: &Path, of: &KeysOf) {
    if let Err(cause) = durable::remove(&file(folder, of)) {
        tracing::warn!(%cause, "the account as last seen is still in its folder");
    }
}

/// Which account at which backend a file belongs to, as bytes that no other has.
fn bound_to(of: &KeysOf) -> Vec<u8> {
    format!("postern account as last seen\n{}\n{}", of.origin, of.account).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{Seen, file, read, write};
    use crate::vault::entry::{KeysOf, Origin};
    use postern_contract::{AccountId, Secret, samples};
    use uuid::Uuid;

    fn of(origin: Origin, account: u128) -> KeysOf {
        KeysOf { origin, account: AccountId(Uuid::from_u128(account)) }
    }

    fn seen() -> Seen {
        Seen {
            account: Some(samples::account()),
            security: Some(samples::security()),
            keys: Some(Vec::new()),
            seen_at: Some(samples::now()),
            ..Seen::default()
        }
    }

    #[test]
    fn what_was_seen_comes_back_and_no_word_of_it_lies_open() {
        let (folder, key) = (tempfile::tempdir().unwrap(), Secret::new([7; 32]));
        let harbor = of(Origin::of(&"https://harbor.example".parse().unwrap()), 1);
        write(folder.path(), &harbor, &key, &seen()).unwrap();
        assert_eq!(read(folder.path(), &harbor, &key), Some(seen()));
        assert_eq!(seen().recalled().unwrap().account, samples::account());
        let bytes = std::fs::read(file(folder.path(), &harbor)).unwrap();
        for canary in ["Mina", "harbor", "5550", "etag", "two_factor"] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} lies open");
        }
    }

    #[test]
    fn a_file_that_is_broken_or_anothers_is_removed() {
        let (folder, key) = (tempfile::tempdir().unwrap(), Secret::new([7; 32]));
        let mine = of(Origin::of(&"https://harbor.example".parse().unwrap()), 1);
        let others = [
            of(Origin::of(&"https://harbor.example".parse().unwrap()), 2),
            of(Origin::of(&"https://pier.example".parse().unwrap()), 1),
        ];
        let keep = |of: &KeysOf| write(folder.path(), of, &key, &seen()).unwrap();
        keep(&mine);
        let whole = std::fs::read(file(folder.path(), &mine)).unwrap();
        for other in &others {
            std::fs::write(file(folder.path(), other), &whole).unwrap();
            assert_eq!(read(folder.path(), other, &key), None);
            assert!(!file(folder.path(), other).exists());
        }
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for broken in [&whole[..whole.len() - 1], &whole[..20], b"", &flipped] {
            std::fs::write(file(folder.path(), &mine), broken).unwrap();
            assert_eq!(read(folder.path(), &mine, &key), None);
            assert!(!file(folder.path(), &mine).exists());
        }
        keep(&mine);
        assert_eq!(read(folder.path(), &mine, &Secret::new([8; 32])), None, "another key");
    }

    #[test]
    fn parts_that_were_not_seen_yet_are_filled_from_before() {
        let newer = Seen { keys: Some(Vec::new()), ..Seen::default() };
        assert_eq!(newer.recalled(), None);
        assert_eq!(newer.over(seen()), seen());
    }
}
