//! The account as last seen: collected from the answers that pass through the desk, kept sealed for the next run, and told
//! where there is no network. Gone with the session; never kept where secrets are in memory alone.

use super::{Desk, Held};
use crate::hex;
use crate::snapshot::{self, Seen};
use crate::transport::Transport;
use crate::vault::entry::{KeysOf, Name};
use postern_contract::account::Account;
use postern_contract::capabilities::Capabilities;
use postern_contract::connection::Recalled;
use postern_contract::key::{Key, Keys};
use postern_contract::operation::{DeleteKey, GetAccount, GetSecurity, ListKeys, Operation};
use postern_contract::security::Security;
use postern_contract::{AccountId, Moment, Problem, ProblemCode, Secret};
use std::any::Any;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How old what is written may become while nothing but the time changes.
const AGE_MAX: i64 = 60_000;

/// What this run has seen.
#[derive(Debug)]
pub struct SeenHere {
    folder: PathBuf,
    now: Mutex<Now>,
    /// Held while the file is read, written or removed.
    file: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Now {
    /// Whose it is.
    of: Option<AccountId>,
    seen: Seen,
    /// What the file holds, as far as it was read or written.
    written: Option<Seen>,
    /// Whether the file was looked for in this run.
    read: bool,
    /// The backend's limits, which are nobody's.
    capabilities: Option<Capabilities>,
}

impl Now {
    /// What is known of this account; what was known of another is forgotten.
    fn of(&mut self, account: AccountId) -> &mut Seen {
        if self.of != Some(account) {
            let capabilities = self.capabilities.take();
            *self = Self { of: Some(account), capabilities, ..Self::default() };
        }
        &mut self.seen
    }
}

impl SeenHere {
    /// Keeps its file in that folder.
    pub fn within(folder: PathBuf) -> Self {
        Self { folder, now: Mutex::default(), file: tokio::sync::Mutex::default() }
    }

    /// The backend's limits, as they were last told.
    pub fn capabilities(&self) -> Option<Capabilities> {
        let now = self.now();
        now.capabilities.clone().or_else(|| now.seen.capabilities.clone())
    }

    /// Takes from an answer what is worth keeping. Whether there was anything.
    fn take<O: Operation>(&self, held: Option<&Held>, operation: &O, answer: &O::Answer, at: Moment) -> bool {
        let (operation, answer): (&dyn Any, &dyn Any) = (operation, answer);
        let mut now = self.now();
        if let Some(capabilities) = answer.downcast_ref::<Capabilities>() {
            now.capabilities = Some(capabilities.clone());
            return true;
        }
        let Some(held) = held else { return false };
        let seen = now.of(held.account);
        if let Some(account) = answer.downcast_ref::<Account>() {
            seen.account = Some(account.clone());
        } else if let Some(security) = answer.downcast_ref::<Security>() {
            seen.security = Some(security.clone());
        } else if let Some(keys) = answer.downcast_ref::<Keys>() {
            seen.keys = Some(keys.keys.clone());
        } else if let Some(key) = answer.downcast_ref::<Key>() {
            let Some(keys) = &mut seen.keys else { return false };
            keys.retain(|known| known.id != key.id);
            keys.push(key.clone());
        } else if let Some(deleted) = operation.downcast_ref::<DeleteKey>() {
            let Some(keys) = &mut seen.keys else { return false };
            keys.retain(|known| known.id != deleted.id);
        } else {
            return false;
        }
        seen.seen_at = Some(at);
        true
    }

    fn recalled(&self, account: AccountId) -> Option<Recalled> {
        let now = self.now();
        (now.of == Some(account)).then(|| now.seen.recalled()).flatten()
    }

    /// What the file should hold, where it does not: something changed, or it grew old.
    fn unwritten(&self, account: AccountId, date: Option<Moment>) -> Option<Seen> {
        let now = self.now();
        if now.of != Some(account) || now.seen.seen_at.is_none() {
            return None;
        }
        let capabilities = now.capabilities.clone().or_else(|| now.seen.capabilities.clone());
        let wanted = Seen { capabilities, date: date.max(now.seen.date), ..now.seen.clone() };
        let Some(written) = &now.written else { return Some(wanted) };
        let alike = Seen { seen_at: written.seen_at, date: written.date, ..wanted.clone() } == *written;
        let age = |seen: &Seen| seen.seen_at.map_or(0, Moment::as_millisecond);
        (!alike || age(&wanted) - age(written) > AGE_MAX).then_some(wanted)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// The account as it was last seen; none where nobody is signed in, or not all of it was ever seen here. Where the
    /// backend is inside the application, as it is now.
    pub async fn recall(&self) -> Result<Option<Recalled>, Problem> {
        let Some(held) = self.held().await? else { return Ok(None) };
        if self.is_embedded() {
            let account = self.ask(&GetAccount { body: () }).await?;
            let security = self.ask(&GetSecurity { body: () }).await?;
            let keys = self.ask(&ListKeys { body: () }).await?.keys;
            return Ok(Some(Recalled { account, security, keys, seen_at: self.0.way.moment() }));
        }
        self.read_seen(&held).await?;
        Ok(self.0.seen.recalled(held.account))
    }

    /// Whether [`Desk::recall`] would answer something.
    pub(super) async fn recalls(&self) -> bool {
        let Ok(Some(held)) = self.held().await else { return false };
        if self.is_embedded() {
            return true;
        }
        self.read_seen(&held).await.is_ok() && self.0.seen.recalled(held.account).is_some()
    }

    /// Hears an answer that passes.
    pub(super) fn saw<O: Operation>(&self, held: Option<&Held>, operation: &O, answer: &O::Answer) {
        let worth = self.0.seen.take(held, operation, answer, self.0.way.moment());
        if worth && !self.is_embedded() {
            let desk = self.clone();
            // nobody who reads an account waits for its copy
            tokio::spawn(async move { desk.keep_seen().await });
        }
    }

    /// Brings the file up to date, where it is to be kept at all.
    pub(super) async fn keep_seen(&self) {
        let Ok(Some(held)) = self.held().await else { return };
        // who signs in beside the desktop's own session leaves nothing of an account here
        let passes = self.is_embedded() || self.0.signed_in.is_aside() || self.0.vault.in_memory();
        if passes || self.read_seen(&held).await.is_err() {
            return;
        }
        let _file = self.0.seen.file.lock().await;
        if !self.held().await.is_ok_and(|now| now.is_some_and(|now| now.account == held.account)) {
            return;
        }
        let date = self.0.way.date();
        let Some(seen) = self.0.seen.unwritten(held.account, date) else { return };
        let of = self.keys_of(&held);
        let Ok(key) = self.seen_key(&of).await else { return };
        let (folder, written) = (self.0.seen.folder.clone(), seen.clone());
        let done = tokio::task::spawn_blocking(move || snapshot::write(&folder, &of, &key, &seen)).await;
        match done {
            Ok(Ok(())) => self.0.seen.now().written = Some(written),
            Ok(Err(cause)) => tracing::warn!(%cause, "the account as last seen is not kept"),
            Err(_) => {}
        }
    }

    /// Forgets what was seen of an account: in memory, the file, and the key without which no copy of it opens.
    pub(super) async fn forget_seen(&self, of: &KeysOf) {
        let _file = self.0.seen.file.lock().await;
        {
            let mut now = self.0.seen.now();
            if now.of == Some(of.account) {
                let capabilities = now.capabilities.take();
                *now = Now { capabilities, ..Now::default() };
            }
        }
        if self.is_embedded() {
            return;
        }
        let (folder, gone) = (self.0.seen.folder.clone(), of.clone());
        // what is left of it is in the log
        let _ = tokio::task::spawn_blocking(move || snapshot::remove(&folder, &gone)).await;
        if let Err(problem) = self.0.vault.remove(&Name::SnapshotKey(of.clone())).await {
            tracing::warn!(
                code = problem.code.as_str(),
                "the key of a removed copy is still in the secret store"
            );
        }
    }

    /// Reads the file, once in a run for each account.
    async fn read_seen(&self, held: &Held) -> Result<(), Problem> {
        let _file = self.0.seen.file.lock().await;
        {
            let mut now = self.0.seen.now();
            now.of(held.account);
            if now.read {
                return Ok(());
            }
        }
        let of = self.keys_of(held);
        let text = self.0.vault.read(&Name::SnapshotKey(of.clone())).await?;
        let folder = self.0.seen.folder.clone();
        let key = text.and_then(|text| hex::decode(text.expose())).map(Secret::new);
        let read = tokio::task::spawn_blocking(move || {
            let Some(key) = key else {
                // without its key nobody can read it any more
                snapshot::remove(&folder, &of);
                return None;
            };
            snapshot::read(&folder, &of, &key)
        });
        let before = read.await.ok().flatten();
        if let (Some(date), Some(time)) = (before.as_ref().and_then(|seen| seen.date), self.0.way.time()) {
            time.said_before(date);
        }
        let mut now = self.0.seen.now();
        if now.of == Some(held.account) {
            now.read = true;
            if let Some(before) = before {
                now.seen = std::mem::take(&mut now.seen).over(before.clone());
                now.written = Some(before);
            }
        }
        Ok(())
    }

    /// The key of the file, made where there is none.
    async fn seen_key(&self, of: &KeysOf) -> Result<Secret<[u8; 32]>, Problem> {
        let name = Name::SnapshotKey(of.clone());
        let kept = self.0.vault.read(&name).await?;
        if let Some(key) = kept.and_then(|text| hex::decode(text.expose())) {
            return Ok(Secret::new(key));
        }
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| Problem::new(ProblemCode::Internal))?;
        self.0.vault.write(&name, Secret::new(hex::encode(&bytes))).await?;
        Ok(Secret::new(bytes))
    }
}
