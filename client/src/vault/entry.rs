//! The names of entries in the secret store. A name holds the backend's origin, and a key's also the account, so that
//! an entry of another account or backend cannot be taken for one of ours.

use postern_contract::{AccountId, KeyId};
use std::fmt;

/// What every entry's attribute `service` says.
pub const SERVICE: &str = "postern";

const SESSION: &str = "session@";
const KEY: &str = "key/";
const DESKTOP: &str = "desktop@";
const CANCELLATION: &str = "cancellation@";
const SNAPSHOT: &str = "seen@";
const FINGERPRINTS: &str = "fingerprints@";
const EMBEDDED_BACKEND_KEY: &str = "embedded-backend-key";

/// Which backend a secret belongs to: `embedded`, or a URL's scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The backend inside the application.
    pub fn embedded() -> Self {
        Self("embedded".to_owned())
    }

    /// The backend at a URL.
    pub fn of(url: &reqwest::Url) -> Self {
        Self(url.origin().ascii_serialization())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The keys of one account at one backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysOf {
    /// Which backend.
    pub origin: Origin,
    /// Which account.
    pub account: AccountId,
}

impl KeysOf {
    /// The name of one of them.
    pub fn name(&self, key: KeyId) -> Name {
        Name::Key(self.clone(), key)
    }

    /// The account at that backend of which an entry says that its cancellation was sent.
    pub fn canceled(origin: &Origin, user: &str) -> Option<Self> {
        let (of, account) = user.strip_prefix(CANCELLATION)?.rsplit_once('/')?;
        let account = (of == origin.0).then(|| account.parse().ok()).flatten()?;
        Some(Self { origin: origin.clone(), account })
    }

    /// Whether an entry says by what the backend at `origin` knows this desktop again.
    pub fn is_desktop(origin: &Origin, user: &str) -> bool {
        user.strip_prefix(DESKTOP)
            .and_then(|rest| rest.rsplit_once('/'))
            .is_some_and(|(of, _)| of == origin.0)
    }

    /// The key that an entry is for, if it is one of these.
    pub fn key(&self, user: &str) -> Option<KeyId> {
        let (key, rest) = user.strip_prefix(KEY)?.split_once('@')?;
        let (origin, account) = rest.rsplit_once('/')?;
        (origin == self.origin.0 && account.parse() == Ok(self.account)).then(|| key.parse().ok()).flatten()
    }
}

/// The name of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// The session's token at a backend.
    Session(Origin),
    /// The secret of an authentication key.
    Key(KeysOf, KeyId),
    /// By what the backend knows this desktop again when an account signs in.
    Desktop(KeysOf),
    /// That an account's cancellation was sent. Holds no secret.
    Cancellation(KeysOf),
    /// What the copy of an account as it was last seen is sealed with.
    SnapshotKey(KeysOf),
    /// The key of the fingerprints in plans for an account.
    FingerprintKey(KeysOf),
    /// What the embedded backend seals messages and numbers with.
    EmbeddedBackendKey,
}

impl Name {
    /// The entry's attribute `username`.
    pub fn user(&self) -> String {
        match self {
            Self::Session(origin) => format!("{SESSION}{origin}"),
            Self::Key(of, key) => format!("{KEY}{key}@{}/{}", of.origin, of.account),
            Self::Desktop(of) => format!("{DESKTOP}{}/{}", of.origin, of.account),
            Self::Cancellation(of) => format!("{CANCELLATION}{}/{}", of.origin, of.account),
            Self::SnapshotKey(of) => format!("{SNAPSHOT}{}/{}", of.origin, of.account),
            Self::FingerprintKey(of) => format!("{FINGERPRINTS}{}/{}", of.origin, of.account),
            Self::EmbeddedBackendKey => EMBEDDED_BACKEND_KEY.to_owned(),
        }
    }

    /// What a person reads in a keyring's own window. Labels are not encrypted there, so it names nobody.
    pub fn label(&self) -> &'static str {
        label(&self.user())
    }
}

/// The label that belongs to an entry's attribute `username`.
pub fn label(user: &str) -> &'static str {
    if user.starts_with(SESSION) {
        "Postern: session"
    } else if user.starts_with(KEY) {
        "Postern: authentication key"
    } else if user.starts_with(DESKTOP) {
        "Postern: this desktop"
    } else if user.starts_with(CANCELLATION) {
        "Postern: cancellation"
    } else if user.starts_with(SNAPSHOT) {
        "Postern: key of the account as last seen"
    } else if user.starts_with(FINGERPRINTS) {
        "Postern: key of the fingerprints in plans"
    } else {
        "Postern: key of the backend on this computer"
    }
}

#[cfg(test)]
mod tests {
    use super::{KeysOf, Name, Origin};
    use postern_contract::{AccountId, KeyId};
    use uuid::Uuid;

    fn of(origin: Origin, account: u128) -> KeysOf {
        KeysOf { origin, account: AccountId(Uuid::from_u128(account)) }
    }

    #[test]
    fn an_entry_of_another_account_or_backend_is_nobodys() {
        // SEC-5
        let harbor = Origin::of(&"https://harbor.example/".parse().unwrap());
        let port = Origin::of(&"https://harbor.example:8443/".parse().unwrap());
        let key = KeyId(Uuid::from_u128(7));
        let mine = of(harbor.clone(), 1);
        let user = mine.name(key).user();
        assert_eq!(mine.key(&user), Some(key));
        for other in [of(harbor.clone(), 2), of(port, 1), of(Origin::embedded(), 1)] {
            assert_eq!(other.key(&user), None, "{other:?}");
        }
        let sent = Name::Cancellation(mine.clone()).user();
        assert_eq!(KeysOf::canceled(&harbor, &sent), Some(mine.clone()));
        assert_eq!((KeysOf::canceled(&Origin::embedded(), &sent), mine.key(&sent)), (None, None));
        let desktop = Name::Desktop(mine.clone()).user();
        assert!(KeysOf::is_desktop(&harbor, &desktop) && !KeysOf::is_desktop(&Origin::embedded(), &desktop));
        assert_eq!(mine.key(&Name::Session(harbor).user()), None);
        assert_eq!(mine.key("key/"), None);
    }
}
