//! The Secret Service as it is asked: blocking, on the vault's thread, and never with a prompt. Before each call a
//! second connection looks whether everything it touches is unlocked, because the store's own calls would unlock by
//! prompting. A connection that failed is thrown away, so that a bus or a provider that came back is found again.
//!
//! The store is built directly and not through `keyring::Entry`, which makes its one store once and for all.

use super::entry::SERVICE;
use super::fault::{of_bus, of_service, of_store};
use keyring::Error as StoreError;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use postern_contract::{ProblemCode, Secret};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use zbus_secret_service_keyring_store::Store;

/// An answer of the store.
type Told<T> = Result<T, ProblemCode>;

/// The secret store, connected when needed.
pub struct Keychain {
    limit: Duration,
    open: Option<Open>,
}

struct Open {
    look: SecretService<'static>,
    store: Arc<Store>,
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
            open.unlocked(&attributes(user))?;
            match open.entry(user, None)?.get_secret() {
                Ok(bytes) => text(bytes).map(Some),
                Err(StoreError::NoEntry) => Ok(None),
                Err(error) => Err(of_store(&error)),
            }
        })
    }

    /// Sets the secret of an entry, making it where there is none.
    pub fn write(&mut self, user: &str, label: &str, secret: &Secret<String>) -> Told<()> {
        self.with(|open| {
            open.unlocked(&attributes(user))?;
            open.entry(user, Some(label))?
                .set_secret(secret.expose().as_bytes())
                .map_err(|error| of_store(&error))
        })
    }

    /// Removes every entry of that name.
    pub fn remove(&mut self, user: &str) -> Told<()> {
        self.with(|open| {
            let attributes = attributes(user);
            open.unlocked(&attributes)?;
            for entry in open.store.search(&attributes).map_err(|error| of_store(&error))? {
                match entry.delete_credential() {
                    Ok(()) | Err(StoreError::NoEntry) => {}
                    Err(error) => return Err(of_store(&error)),
                }
            }
            Ok(())
        })
    }

    /// Removes the entry of that name if it still holds exactly this.
    pub fn remove_exactly(&mut self, user: &str, secret: &Secret<String>) -> Told<()> {
        if self.read(user)?.as_ref() == Some(secret) { self.remove(user) } else { Ok(()) }
    }

    /// The entries of ours whose name is wanted.
    pub fn find(&mut self, wanted: impl Fn(&str) -> bool) -> Told<Vec<(String, Secret<String>)>> {
        self.with(|open| {
            let ours = HashMap::from([("service", SERVICE)]);
            open.unlocked(&ours)?;
            let mut found = Vec::new();
            for entry in open.store.search(&ours).map_err(|error| of_store(&error))? {
                let user = entry.get_specifiers().map(|(_, user)| user).filter(|user| wanted(user));
                let Some(user) = user else { continue };
                match entry.get_secret() {
                    Ok(bytes) => found.push((user, text(bytes)?)),
                    Err(StoreError::NoEntry) => {}
                    Err(error) => return Err(of_store(&error)),
                }
            }
            Ok(found)
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
        let look = look(limit)?;
        let store = Store::new().map_err(|error| of_store(&error))?;
        Ok(Self { look, store })
    }

    fn ready(&self) -> Told<()> {
        let default = self.look.get_default_collection().map_err(|error| of_service(&error))?;
        match default.is_locked() {
            Ok(false) => Ok(()),
            Ok(true) => Err(ProblemCode::StoreLocked),
            Err(error) => Err(of_service(&error)),
        }
    }

    /// Whether neither the default collection nor any entry that matches is locked.
    fn unlocked(&self, attributes: &HashMap<&str, &str>) -> Told<()> {
        self.ready()?;
        let items = self.look.search_items(attributes.clone()).map_err(|error| of_service(&error))?;
        if items.locked.is_empty() { Ok(()) } else { Err(ProblemCode::StoreLocked) }
    }

    fn entry(&self, user: &str, label: Option<&str>) -> Told<Entry> {
        let modifiers = label.map(|label| HashMap::from([("label", label)]));
        self.store.build(SERVICE, user, modifiers.as_ref()).map_err(|error| of_store(&error))
    }
}

/// A connection that looks at the Secret Service, with a limit for each of its calls. No secret crosses it, so it spends
/// no time on a key exchange; the store's own connection does.
pub fn look(limit: Duration) -> Told<SecretService<'static>> {
    let bus = zbus::blocking::connection::Builder::session()
        .and_then(|builder| builder.method_timeout(limit).build())
        .map_err(|error| match of_bus(&error) {
            ProblemCode::StoreHung => ProblemCode::StoreHung,
            _ => ProblemCode::StoreNoBus,
        })?;
    SecretService::connect_with_existing(EncryptionType::Plain, bus).map_err(|error| of_service(&error))
}

fn attributes(user: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", user)])
}

fn text(bytes: Vec<u8>) -> Told<Secret<String>> {
    String::from_utf8(bytes).map(Secret::new).map_err(|_| ProblemCode::StoreFailed)
}
