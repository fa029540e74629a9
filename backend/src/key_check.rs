//! Holds a server to the key its database was first used with: with another one it would run, and quietly know none of
//! the numbers, addresses and messages it keeps.

use crate::code::Keys;
use crate::error::OpenError;
use crate::store::{Store, StoreError};

/// How often it is tried where replicas start at once.
const TRIES: u32 = 5;

/// Compares the key with the one before it; keeps the first.
pub(crate) async fn insist(store: &Store, keys: &Keys) -> Result<(), OpenError> {
    let mut tries = 1;
    loop {
        match compared(store, keys).await {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(OpenError::AnotherKey),
            Err(_) if tries < TRIES => tries += 1,
            Err(fault) => return Err(OpenError::Unanswered(format!("{fault:?}"))),
        }
    }
}

async fn compared(store: &Store, keys: &Keys) -> Result<bool, StoreError> {
    if let Some(known) = store.read().await?.key_check().await? {
        return Ok(known == keys.check());
    }
    let mut tx = store.write().await?;
    if let Some(known) = tx.key_check().await? {
        return Ok(known == keys.check());
    }
    tx.keep_key_check(keys.check()).await?;
    tx.commit().await?;
    Ok(true)
}
