//! Unlocking, the one call that may show a prompt: on a connection of its own, which is closed when the time is over or
//! nobody waits any more, so that the provider takes its prompt away.

use super::fault::of_service;
use super::{Limits, keychain};
use postern_contract::ProblemCode;
use secret_service::blocking::SecretService;
use secret_service::{EncryptionType, Error};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tokio::time::timeout;
use zbus::blocking::Connection;

/// Lets the person unlock the default collection, or make it where there is none. A prompt that nobody answers in time
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
    drop(keychain::look(limits.call)?);
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
    if collection.is_locked().map_err(failed)? { Err(ProblemCode::StoreLocked) } else { Ok(()) }
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
