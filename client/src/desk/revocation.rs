//! Telling the backend of sessions that were signed out while it could not be reached: by the hash of their tokens, in this
//! run or a later one.

use super::{Desk, Held};
use crate::ask::ask;
use crate::signed_out::{SignedOut, fingerprint};
use crate::vault::entry::Origin;
use postern_contract::operation::RevokeSession;
use postern_contract::session::Revocation;
use postern_contract::{Moment, Secret};
use std::sync::Arc;

impl Desk {
    /// Notes that the backend is to hear of a session's end. Told once it answers, unless [`Desk::has_heard`] says before
    /// that it has.
    pub(super) async fn owes_revocation(&self, token: &Secret<String>) {
        let token = fingerprint(token);
        self.signed_out(move |kept, origin, now| kept.add(origin, token, now)).await;
    }

    /// The backend knows no session of that token any more.
    pub(super) async fn has_heard(&self, token: &Secret<String>) {
        self.is_revoked(fingerprint(token)).await;
    }

    /// Whether this session was signed out before, though its entry is still in the store.
    pub(super) async fn was_signed_out(&self, held: &Held) -> bool {
        self.owed_revocations().await.contains(&fingerprint(&held.token))
    }

    /// Tells the backend of all that it has not heard of. The first that it does not take leaves the others for later.
    pub(super) async fn settle_revocations(&self) {
        for token_sha256 in self.owed_revocations().await {
            let revocation = Revocation { token_sha256: token_sha256.clone() };
            if ask(self.transport(), &RevokeSession { body: revocation }, None).await.is_err() {
                return;
            }
            self.is_revoked(token_sha256).await;
        }
    }

    async fn owed_revocations(&self) -> Vec<String> {
        self.signed_out(SignedOut::at).await.unwrap_or_default()
    }

    async fn is_revoked(&self, token_sha256: String) {
        self.signed_out(move |kept, origin, now| kept.remove(origin, &token_sha256, now)).await;
    }

    /// Works on what is kept, where the disk may be waited for.
    async fn signed_out<T: Send + 'static>(
        &self,
        work: impl FnOnce(&SignedOut, &Origin, Moment) -> T + Send + 'static,
    ) -> Option<T> {
        let (kept, origin, now) =
            (Arc::clone(&self.0.signed_out), self.0.origin.clone(), self.0.way.moment());
        tokio::task::spawn_blocking(move || work(&kept, &origin, now)).await.ok()
    }
}
