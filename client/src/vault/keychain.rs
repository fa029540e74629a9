//! The Secret Service as it is asked: blocking, on the vault's thread, and never with a prompt. A connection that failed is
//! thrown away, so that a bus or a provider that came back is found again.
//!
//! Entries that are there are read, changed and removed item by item, among the unlocked ones: a locked collection that holds
//! a copy is left alone, where the keyring store's own calls would show its prompt. That store makes new entries. It is built
//! directly and not through `keyring::Entry`, which makes its one store once and for all.

use super::entry::SERVICE;
use super::fault::{of_bus, of_service, of_store};
use super::prompt;
use keyring_core::api::CredentialStoreApi;
use postern_contract::{ProblemCode, Secret};
use secret_service::EncryptionType;
use secret_service::blocking::{Item, SecretService};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use zbus::blocking::Connection;
use zbus::zvariant::OwnedObjectPath;
use zbus_secret_service_keyring_store::Store;

/// What an entry is said to hold, as the keyring store says it too.
const CONTENT_TYPE: &str = "application/octet-stream";

/// An answer of the store.
type Told<T> = Result<T, ProblemCode>;

/// The secret store, connected when needed.
pub struct Keychain {
    limit: Duration,
    open: Option<Open>,
}

struct Open {
    bus: Connection,
    service: SecretService<'static>,
    /// Where new entries go.
    default: OwnedObjectPath,
    store: Arc<Store>,
}

/// What a search found.
struct Found<'s> {
    unlocked: Vec<Item<'s>>,
    locked: Vec<Item<'s>>,
}

impl<'s> Found<'s> {
    /// The unlocked entries; an entry that a locked collection alone holds is locked.
    fn unlocked(&self) -> Told<&[Item<'s>]> {
        if self.unlocked.is_empty() && !self.locked.is_empty() {
            return Err(ProblemCode::StoreLocked);
        }
        Ok(&self.unlocked)
    }
}

impl Keychain {
    /// Not connected yet. `limit` is for one call of the looking connection.
    pub fn new(limit: Duration) -> Self {
        Self { limit, open: None }
    }

    /// Whether the store can be used without a prompt.
    pub fn probe(&mut self) -> Told<()> {
        self.with(Open::ready)
    }

    /// The secret of an entry.
    pub fn read(&mut self, user: &str) -> Told<Option<Secret<String>>> {
        self.with(|open| {
            open.ready()?;
            let found = open.items(&attributes(user))?;
            let Some(item) = open.only(&found)? else { return Ok(None) };
            item.get_secret().map_err(|error| of_service(&error)).and_then(text).map(Some)
        })
    }

    /// Sets the secret of an entry, making it where there is none.
    pub fn write(&mut self, user: &str, label: &str, secret: &Secret<String>) -> Told<()> {
        self.with(|open| {
            open.ready()?;
            let bytes = secret.expose().as_bytes();
            let found = open.items(&attributes(user))?;
            if let Some(item) = open.only(&found)? {
                return item.set_secret(bytes, CONTENT_TYPE).map_err(|error| of_service(&error));
            }
            let entry = open.store.build(SERVICE, user, Some(&HashMap::from([("label", label)])));
            entry.and_then(|entry| entry.set_secret(bytes)).map_err(|error| of_store(&error))
        })
    }

    /// Removes every unlocked entry of that name.
    pub fn remove(&mut self, user: &str) -> Told<()> {
        self.with(|open| {
            open.ready()?;
            for item in open.items(&attributes(user))?.unlocked()? {
                item.delete().map_err(|error| of_service(&error))?;
            }
            Ok(())
        })
    }

    /// Removes the entry of that name if it still holds exactly this.
    pub fn remove_exactly(&mut self, user: &str, secret: &Secret<String>) -> Told<()> {
        if self.read(user)?.as_ref() == Some(secret) { self.remove(user) } else { Ok(()) }
    }

    /// The entries of ours whose name is wanted. One that a locked collection alone holds makes it locked.
    pub fn find(&mut self, wanted: impl Fn(&str) -> bool) -> Told<Vec<(String, Secret<String>)>> {
        self.with(|open| {
            open.ready()?;
            let ours = open.items(&HashMap::from([("service", SERVICE)]))?;
            let mut found = BTreeMap::new();
            for item in &ours.unlocked {
                let Some(user) = user_of(item)?.filter(|user| wanted(user)) else { continue };
                let secret = item.get_secret().map_err(|error| of_service(&error)).and_then(text)?;
                if open.is_in_default(item) || !found.contains_key(&user) {
                    found.insert(user, secret);
                }
            }
            for item in &ours.locked {
                if user_of(item)?.is_some_and(|user| wanted(&user) && !found.contains_key(&user)) {
                    return Err(ProblemCode::StoreLocked);
                }
            }
            Ok(found.into_iter().collect())
        })
    }

    /// Asks, and asks once more on a new connection where an older one turned out to be broken. Every question here
    /// may be asked twice.
    fn with<T>(&mut self, ask: impl Fn(&Open) -> Told<T>) -> Told<T> {
        let open = match self.open.take() {
            Some(open) => match ask(&open) {
                Err(code) if is_broken(code) => Open::connect(self.limit)?,
                // asking a store that does not answer once more would take as long again
                Err(ProblemCode::StoreHung) => return Err(ProblemCode::StoreHung),
                told => {
                    self.open = Some(open);
                    return told;
                }
            },
            None => Open::connect(self.limit)?,
        };
        let told = ask(&open);
        if !told.as_ref().is_err_and(|code| is_broken(*code) || *code == ProblemCode::StoreHung) {
            self.open = Some(open);
        }
        told
    }
}

/// Whether an answer may be the connection's fault.
fn is_broken(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::StoreFailed | ProblemCode::StoreAbsent | ProblemCode::StoreNoBus)
}

impl Open {
    fn connect(limit: Duration) -> Told<Self> {
        let (bus, service) = connect(limit, EncryptionType::Dh)?;
        let default =
            service.get_default_collection().map_err(|error| of_service(&error))?.collection_path.clone();
        let store = Store::new().map_err(|error| of_store(&error))?;
        Ok(Self { bus, service, default, store })
    }

    /// Whether the default collection is unlocked. One that takes no prompt to unlock, such as a keyring without a
    /// password, is unlocked here.
    fn ready(&self) -> Told<()> {
        let default = self.service.get_default_collection().map_err(|error| of_service(&error))?;
        match default.is_locked() {
            Ok(false) => Ok(()),
            Ok(true) => prompt::unlock_silently(&self.bus, &default.collection_path),
            Err(error) => Err(of_service(&error)),
        }
    }

    fn items(&self, attributes: &HashMap<&str, &str>) -> Told<Found<'_>> {
        let found = self.service.search_items(attributes.clone()).map_err(|error| of_service(&error))?;
        Ok(Found { unlocked: found.unlocked, locked: found.locked })
    }

    /// The one entry of a name: where several collections hold it, the default one's.
    fn only<'i>(&self, found: &'i Found<'_>) -> Told<Option<&'i Item<'i>>> {
        let items = found.unlocked()?;
        let default: Vec<_> = items.iter().filter(|item| self.is_in_default(item)).collect();
        match (default.as_slice(), items) {
            ([one], _) => Ok(Some(*one)),
            ([], [one]) => Ok(Some(one)),
            ([], []) => Ok(None),
            _ => Err(ProblemCode::StoreAmbiguous),
        }
    }

    fn is_in_default(&self, item: &Item<'_>) -> bool {
        let inside = item.item_path.as_str().strip_prefix(self.default.as_str());
        inside.is_some_and(|rest| rest.starts_with('/'))
    }
}

/// The name of an entry of ours. It is no secret: a locked item tells it too.
pub fn user_of(item: &Item<'_>) -> Told<Option<String>> {
    let attributes = item.get_attributes().map_err(|error| of_service(&error))?;
    Ok(attributes.get("username").cloned())
}

/// A connection to the Secret Service, with a limit for each of its calls.
pub fn connect(limit: Duration, encryption: EncryptionType) -> Told<(Connection, SecretService<'static>)> {
    let bus = zbus::blocking::connection::Builder::session()
        .and_then(|builder| builder.method_timeout(limit).build())
        .map_err(|error| match of_bus(&error) {
            ProblemCode::StoreHung => ProblemCode::StoreHung,
            _ => ProblemCode::StoreNoBus,
        })?;
    let service = SecretService::connect_with_existing(encryption, bus.clone());
    Ok((bus, service.map_err(|error| of_service(&error))?))
}

fn attributes(user: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", user)])
}

fn text(bytes: Vec<u8>) -> Told<Secret<String>> {
    String::from_utf8(bytes).map(Secret::new).map_err(|_| ProblemCode::StoreFailed)
}
