//! Who is signed in: the token, in memory for this run and in the vault for the next.

use super::Desk;
use super::unlock::Unlock;
use crate::vault::entry::{KeysOf, Name};
use postern_contract::shell::Ended;
use postern_contract::{AccountId, ChallengeId, Problem, ProblemCode, Secret, secret};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A session as the vault's entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Whose it is.
    #[serde(rename = "account_id")]
    pub account: AccountId,
    /// What opens it.
    #[serde(with = "secret::exposed")]
    pub token: Secret<String>,
}

/// The one session of a desk.
#[derive(Debug, Default)]
pub struct SignedIn {
    now: Mutex<Now>,
    /// Whether the session is this desk's alone and never in the vault.
    aside: AtomicBool,
    /// Held while a token is traded for another, so that nobody takes the old one's end for the session's.
    pub trading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Now {
    held: Option<Held>,
    /// Whether the vault's entry has been read in this run.
    read: bool,
    ended: Option<Ended>,
    /// The second factor of a step-up; any other belongs to a sign-in.
    stepping_up: Option<ChallengeId>,
    /// The password of this run, where changes are not locked.
    unlock: Option<Unlock>,
}

impl SignedIn {
    /// Why the last session of this run ended.
    pub fn ended(&self) -> Option<Ended> {
        self.now().ended
    }

    /// Notes who is signed in now.
    pub fn begin(&self, held: Held) {
        *self.now() = Now { held: Some(held), read: true, ended: None, stepping_up: None, unlock: None };
    }

    /// Forgets who was signed in, and says why.
    pub fn end(&self, why: Ended) -> Option<Held> {
        let mut now = self.now();
        let held = now.held.take();
        *now = Now { held: None, read: true, ended: Some(why), stepping_up: None, unlock: None };
        held
    }

    /// Keeps the vault's session out of it from now on, and this one out of the vault.
    pub fn stays_aside(&self) {
        self.aside.store(true, Ordering::SeqCst);
    }

    /// Whether the session is this desk's alone.
    pub fn is_aside(&self) -> bool {
        self.aside.load(Ordering::SeqCst)
    }

    /// Whether this is the session of now.
    pub fn is(&self, held: &Held) -> bool {
        self.now().held.as_ref() == Some(held)
    }

    /// Notes the second factor that a step-up asks for.
    pub fn steps_up(&self, challenge: ChallengeId) {
        self.now().stepping_up = Some(challenge);
    }

    /// Whether a second factor is that of a step-up.
    pub fn is_step_up(&self, challenge: ChallengeId) -> bool {
        self.now().stepping_up == Some(challenge)
    }

    /// The password was entered: changes are unlocked.
    pub fn unlock_changes(&self, unlock: Unlock) {
        self.now().unlock = Some(unlock);
    }

    /// Until the password is entered again.
    pub fn lock_changes(&self) {
        self.now().unlock = None;
    }

    /// What unlocks changes, if anything does.
    pub fn unlock(&self) -> Option<Unlock> {
        self.now().unlock
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// Who is signed in. The first time in a run the vault is asked; an entry that cannot be read is nobody's.
    pub(crate) async fn held(&self) -> Result<Option<Held>, Problem> {
        {
            let now = self.0.signed_in.now();
            if now.held.is_some() || now.read || self.0.signed_in.is_aside() {
                return Ok(now.held.clone());
            }
        }
        let entry = self.0.vault.read(&self.session_name()).await?;
        let mut held: Option<Held> = entry.and_then(|text| serde_json::from_str(text.expose()).ok());
        if let Some(left) = &held
            && self.was_signed_out(left).await
        {
            // the store did not let go of it then
            self.0.owed.older_session();
            held = None;
        }
        let mut now = self.0.signed_in.now();
        if !now.read {
            now.held = held;
            // an entry may be found later where memory was chosen and the store is unlocked after all
            now.read = !self.0.vault.in_memory() || now.held.is_some();
        }
        Ok(now.held.clone())
    }

    /// Who is signed in, where somebody must be.
    pub(crate) async fn required(&self) -> Result<Held, Problem> {
        self.held().await?.ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))
    }

    /// The backend no longer knows a token. Where another took its place meanwhile, that one; else the session is over
    /// and its entry is removed.
    pub(crate) async fn lost(&self, used: &Held) -> Option<Held> {
        let _trading = self.0.signed_in.trading.lock().await;
        let current = self.0.signed_in.now().held.clone();
        if current.as_ref() != Some(used) {
            return current;
        }
        // an entry that stays is found dead at the next start; the log says why it stayed
        let _ = self.forget(Ended::ByBackend).await;
        None
    }

    /// Forgets the session here: at once in memory, and in the vault.
    pub(super) async fn forget(&self, why: Ended) -> Result<(), Problem> {
        let ended = self.0.signed_in.end(why);
        if self.0.signed_in.is_aside() {
            return Ok(());
        }
        let removed = self.0.vault.remove(&self.session_name()).await;
        if let Some(held) = ended {
            self.forget_seen(&self.keys_of(&held)).await;
        }
        if let Err(problem) = &removed {
            tracing::warn!(code = problem.code.as_str(), "the session's entry is still in the secret store");
        }
        // beside what memory held, or could not be removed just now, the store may hold an older one
        if removed.is_err() || self.0.vault.in_memory() {
            self.0.owed.older_session();
        }
        removed
    }

    pub(super) fn session_name(&self) -> Name {
        Name::Session(self.0.origin.clone())
    }

    pub(crate) fn keys_of(&self, held: &Held) -> KeysOf {
        KeysOf { origin: self.0.origin.clone(), account: held.account }
    }
}
