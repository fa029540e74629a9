//! The embedded backend's key after the last account is gone: its entry goes with that account, and comes back as soon
//! as there is something to seal again, so that the next run can still read it.

use super::Desk;
use crate::hex;
use crate::vault::entry::Name;
use postern_contract::operation::WebviewRequest;
use postern_contract::{Problem, Secret};
use std::sync::atomic::{AtomicBool, Ordering};

/// What the embedded backend of this run seals with.
#[derive(Debug)]
pub struct BackendKey {
    key: Secret<[u8; 32]>,
    /// Whether its entry was removed in this run.
    removed: AtomicBool,
}

impl BackendKey {
    /// The key of this run, as the vault keeps it.
    pub fn kept(key: Secret<[u8; 32]>) -> Self {
        Self { key, removed: AtomicBool::new(false) }
    }
}

impl Desk {
    /// Removes the entry, with the last account.
    pub(super) async fn remove_backend_key(&self) -> Result<(), Problem> {
        if let Some(ours) = &self.0.backend_key {
            ours.removed.store(true, Ordering::SeqCst);
        }
        self.0.vault.remove(&Name::EmbeddedBackendKey).await
    }

    /// Keeps the key again, where it was removed and this request makes something that is sealed with it.
    pub(super) async fn keep_backend_key_for(&self, request: &WebviewRequest) {
        if matches!(request, WebviewRequest::StartVerification(_) | WebviewRequest::CreateAccount(_)) {
            self.keep_backend_key().await;
        }
    }

    /// Keeps the key again, where it was removed.
    pub(super) async fn keep_backend_key(&self) {
        let Some(ours) = &self.0.backend_key else { return };
        if !ours.removed.swap(false, Ordering::SeqCst) {
            return;
        }
        let text = Secret::new(hex::encode(ours.key.expose()));
        if let Err(problem) = self.0.vault.write(&Name::EmbeddedBackendKey, text).await {
            // tried again with the next such request
            ours.removed.store(true, Ordering::SeqCst);
            tracing::warn!(code = problem.code.as_str(), "the embedded backend's key is not kept yet");
        }
    }
}
