//! A key's entry in the secret store: its label, its secret, and whether the backend is known to know it.

use crate::hex;
use postern_contract::key::{Key, KeySecret, NewKey};
use postern_contract::{KeyId, Problem, ProblemCode, Secret, secret};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Builder;

/// What is kept of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    /// What uses it.
    pub label: String,
    #[serde(with = "secret::exposed")]
    secret: Secret<String>,
    /// False from the moment the secret is stored until the backend has confirmed it.
    pub registered: bool,
}

impl KeyEntry {
    /// A new key: a random id and 256 bits of the operating system's randomness.
    pub fn born(label: String) -> Result<(KeyId, Self), Problem> {
        let (mut id, mut random) = ([0; 16], Secret::new([0; 32]));
        let no_randomness = |_| Problem::new(ProblemCode::Internal);
        getrandom::fill(&mut id).map_err(no_randomness)?;
        let mut bytes = *random.expose();
        getrandom::fill(&mut bytes).map_err(no_randomness)?;
        random = Secret::new(bytes);
        zeroize::Zeroize::zeroize(&mut bytes);
        let secret = Secret::from(KeySecret::from_random(random.expose()).expose());
        Ok((KeyId(Builder::from_random_bytes(id).into_uuid()), Self { label, secret, registered: false }))
    }

    /// From the store; none where it is not a key's entry, or its secret's check sum is wrong.
    pub fn from_text(text: &Secret<String>) -> Option<Self> {
        let entry: Self = serde_json::from_str(text.expose()).ok()?;
        entry.secret().is_ok().then_some(entry)
    }

    /// For the store.
    pub fn to_text(&self) -> Result<Secret<String>, Problem> {
        serde_json::to_string(self).map(Secret::new).map_err(|_| Problem::new(ProblemCode::StoreFailed))
    }

    /// The same, known to the backend.
    pub fn confirmed(&self) -> Self {
        Self { registered: true, ..self.clone() }
    }

    /// The secret.
    pub fn secret(&self) -> Result<KeySecret, Problem> {
        KeySecret::parse(self.secret.expose()).ok_or_else(|| Problem::new(ProblemCode::KeyNotHere))
    }

    /// What the backend is told.
    pub fn registration(&self) -> Result<NewKey, Problem> {
        let secret = self.secret()?;
        let fingerprint = Sha256::digest(secret.expose().as_bytes());
        Ok(NewKey {
            label: self.label.clone(),
            sha256: hex::encode(&fingerprint),
            hint: secret.hint().to_owned(),
            expires_at: None,
        })
    }

    /// Whether it is the secret of that key, as far as its hint tells.
    pub fn is_of(&self, key: &Key) -> bool {
        self.secret().is_ok_and(|secret| secret.hint() == key.hint)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyEntry;
    use postern_contract::Secret;
    use postern_contract::operation::Body;

    #[test]
    fn a_key_is_born_whole() {
        // KEY-2
        let (id, entry) = KeyEntry::born("Release robot".to_owned()).unwrap();
        assert_eq!(id.0.get_version_num(), 4);
        assert!(!entry.registered);
        let told = entry.registration().unwrap();
        assert_eq!(told.check(), []);
        let secret = entry.secret().unwrap();
        assert!(!serde_json::to_string(&told).unwrap().contains(secret.expose()));
        assert!(!format!("{entry:?}").contains(secret.expose()), "LOG-1");
        assert_eq!(KeyEntry::from_text(&entry.to_text().unwrap()), Some(entry));
    }

    #[test]
    fn what_is_not_a_keys_entry_is_not_taken_for_one() {
        for text in ["", "{}", "{\"label\":\"x\",\"secret\":\"pst_short\",\"registered\":true}"] {
            assert_eq!(KeyEntry::from_text(&Secret::from(text)), None, "{text}");
        }
    }
}
