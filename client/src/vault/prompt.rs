//! Unlocking, the one call that may show a prompt: on a connection of its own, which is closed when the time is over or
//! nobody waits any more, so that the provider takes its prompt away.

use super::entry::SERVICE;
use super::fault::{of_bus, of_service};
use super::{Limits, keychain};
use postern_contract::ProblemCode;
use secret_service::blocking::{Item, SecretService};
use secret_service::{EncryptionType, Error};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tokio::time::timeout;
use zbus::blocking::Connection;
use zbus::zvariant::OwnedObjectPath;

/// Lets the person unlock the default collection, or make it where there is none, and any other that holds entries of ours. A prompt that nobody answers in time
/// leaves the store locked.
pub async fn unlock(limits: Limits) -> Result<(), ProblemCode> {
    let bus = Closing::default();
    let shared = Arc::clone(&bus.0);
    let (answer, waiting) = oneshot::channel();
    let run = move || {
        // nobody waits any more: there is nobody to tell
        let _ = answer.send(ask(limits, &shared));
    };
    let thread = std::thread::Builder::new().name("vault-prompt".to_owned()).spawn(run);
    thread.map_err(|_| ProblemCode::StoreFailed)?;
    match timeout(limits.prompt, waiting).await {
        Ok(told) => told.unwrap_or(Err(ProblemCode::StoreFailed)),
        Err(_) => Err(ProblemCode::StoreLocked),
    }
}

fn ask(limits: Limits, shared: &Mutex<Option<Connection>>) -> Result<(), ProblemCode> {
    let failed = |error: Error| of_service(&error);
    // a provider that does not answer at all is found out before the patient connection is made
    drop(keychain::connect(limits.call, EncryptionType::Plain)?);
    let bus = Connection::session().map_err(|_| ProblemCode::StoreNoBus)?;
    *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(bus.clone());
    let service = SecretService::connect_with_existing(EncryptionType::Plain, bus).map_err(failed)?;
    let collection = match service.get_default_collection() {
        Err(Error::NoResult) => service.create_collection("Login", "default").map_err(failed)?,
        collection => collection.map_err(failed)?,
    };
    if collection.is_locked().map_err(failed)? {
        collection.unlock().map_err(failed)?;
    }
    if collection.is_locked().map_err(failed)? {
        return Err(ProblemCode::StoreLocked);
    }
    // what another collection alone holds takes that collection's prompt; a copy there needs none
    let elsewhere = only_locked(&service)?;
    if elsewhere.is_empty() {
        return Ok(());
    }
    service.unlock_all(&elsewhere.iter().collect::<Vec<_>>()).map_err(failed)?;
    if only_locked(&service)?.is_empty() { Ok(()) } else { Err(ProblemCode::StoreLocked) }
}

/// The entries of ours that no unlocked collection holds.
fn only_locked<'s>(service: &'s SecretService<'s>) -> Result<Vec<Item<'s>>, ProblemCode> {
    let found =
        service.search_items(HashMap::from([("service", SERVICE)])).map_err(|error| of_service(&error))?;
    let mut unlocked = BTreeSet::new();
    for item in &found.unlocked {
        unlocked.extend(keychain::user_of(item)?);
    }
    let mut left = Vec::new();
    for item in found.locked {
        if keychain::user_of(&item)?.is_some_and(|user| !unlocked.contains(&user)) {
            left.push(item);
        }
    }
    Ok(left)
}

/// Unlocks a collection that takes no prompt to unlock, such as a keyring without a password. Where a prompt would be
/// needed it is not shown, and the answer is `StoreLocked`.
pub fn unlock_silently(bus: &Connection, collection: &OwnedObjectPath) -> Result<(), ProblemCode> {
    let provider = Some("org.freedesktop.secrets");
    let service = Some("org.freedesktop.Secret.Service");
    let reply =
        bus.call_method(provider, "/org/freedesktop/secrets", service, "Unlock", &(vec![collection],));
    let body = reply.map_err(|error| of_bus(&error))?.body();
    let (unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        body.deserialize().map_err(|error| of_bus(&error))?;
    if prompt.as_str() != "/" {
        // it was never shown; a provider that does not know it any more has nothing to dismiss
        let _ = bus.call_method(provider, &prompt, Some("org.freedesktop.Secret.Prompt"), "Dismiss", &());
    }
    if unlocked.contains(collection) { Ok(()) } else { Err(ProblemCode::StoreLocked) }
}

/// Closes the connection when it is dropped.
#[derive(Default)]
struct Closing(Arc<Mutex<Option<Connection>>>);

impl Drop for Closing {
    fn drop(&mut self) {
        if let Some(bus) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // what is already closed need not be closed
            let _ = bus.close();
        }
    }
}
