//! When sessions and keys were last used. A request only notes it, in memory; a worker writes what was noted, many uses
//! in one transaction and at most one transaction each second, so that asking costs no write.
//!
//! What follows from that: whoever lists sessions or keys first waits until everything noted is written, and a session
//! counts as ended only once nothing noted could keep it alive. A replica learns of the uses of another within a second,
//! and a program that is killed forgets the last second of them. Ending is never noted here: it is written at once.

use crate::store::{Store, Stored};
use contract::{AccountId, KeyId, SessionId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval};

/// How often notes are written while there are any.
const EVERY: Duration = Duration::from_secs(1);
/// Notes of one transaction: others who write need not wait for more.
const AT_ONCE: usize = 500;
/// Notes kept while they cannot be written; a use beyond that is forgotten.
const MOST: usize = 100_000;

/// What was noted and is still to be written. In order, so that two replicas write the same rows in the same order.
#[derive(Debug, Default)]
struct Notes {
    sessions: BTreeMap<SessionId, i64>,
    keys: BTreeMap<(AccountId, KeyId), i64>,
    /// How often notes were taken away to be written.
    taken: u64,
}

impl Notes {
    fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.keys.is_empty()
    }
}

fn add<K: Ord>(to: &mut BTreeMap<K, i64>, key: K, at: i64) {
    if to.len() < MOST || to.contains_key(&key) {
        let latest = to.entry(key).or_insert(at);
        *latest = at.max(*latest);
    }
}

/// The notes of one backend.
#[derive(Debug)]
pub(crate) struct Seen {
    notes: Mutex<Notes>,
    /// There is something to write.
    noted: Notify,
    /// Somebody waits for it.
    awaited: Notify,
    /// How often notes that were taken away have been written.
    written: watch::Sender<u64>,
}

impl Seen {
    pub(crate) fn new() -> Arc<Self> {
        let (written, _) = watch::channel(0);
        Arc::new(Self { notes: Mutex::default(), noted: Notify::new(), awaited: Notify::new(), written })
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self, id: SessionId, at: i64) {
        add(&mut self.notes().sessions, id, at);
        self.noted.notify_one();
    }

    pub(crate) fn key(&self, of: AccountId, id: KeyId, at: i64) {
        add(&mut self.notes().keys, (of, id), at);
        self.noted.notify_one();
    }

    /// Waits until everything noted so far is written, or could not be; whether there was anything.
    pub(crate) async fn settle(&self) -> bool {
        let due = {
            let notes = self.notes();
            if notes.is_empty() { notes.taken } else { notes.taken + 1 }
        };
        let mut written = self.written.subscribe();
        if *written.borrow_and_update() >= due {
            return false;
        }
        self.awaited.notify_one();
        // the sender is ours: it does not go away while we wait
        let _ = written.wait_for(|written| *written >= due).await;
        true
    }

    /// Writes notes as they come.
    pub(crate) async fn work(self: Arc<Self>, store: Store) {
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.noted.notified().await;
            tokio::select! {
                () = self.awaited.notified() => {}
                _ = tick.tick() => {}
            }
            self.write(&store).await;
        }
    }

    async fn write(&self, store: &Store) {
        let Notes { mut sessions, mut keys, .. } = {
            let mut notes = self.notes();
            if notes.is_empty() {
                return;
            }
            let taken = notes.taken + 1;
            std::mem::replace(&mut *notes, Notes { taken, ..Notes::default() })
        };
        while !(sessions.is_empty() && keys.is_empty()) {
            if let Err(fault) = write_some(store, &mut sessions, &mut keys).await {
                tracing::warn!(?fault, "when sessions and keys were last used could not be written yet");
                let mut notes = self.notes();
                for (id, at) in sessions {
                    add(&mut notes.sessions, id, at);
                }
                for (id, at) in keys {
                    add(&mut notes.keys, id, at);
                }
                self.noted.notify_one();
                break;
            }
        }
        self.written.send_modify(|written| *written += 1);
    }
}

/// Writes the first of these in one transaction, and takes them away.
async fn write_some(
    store: &Store,
    sessions: &mut BTreeMap<SessionId, i64>,
    keys: &mut BTreeMap<(AccountId, KeyId), i64>,
) -> Stored<()> {
    let some_sessions: Vec<_> = sessions.iter().take(AT_ONCE).map(|(id, at)| (*id, *at)).collect();
    let some_keys: Vec<_> =
        keys.iter().take(AT_ONCE - some_sessions.len()).map(|(id, at)| (*id, *at)).collect();
    let mut tx = store.write().await?;
    for (id, at) in &some_sessions {
        tx.touch_session(*id, *at).await?;
    }
    for ((of, id), at) in &some_keys {
        tx.touch_key(*of, *id, *at).await?;
    }
    tx.commit().await?;
    for (id, _) in &some_sessions {
        sessions.remove(id);
    }
    for (id, _) in &some_keys {
        keys.remove(id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Seen;
    use crate::store::{NewAccountRow, SessionLimits, Store};
    use contract::{AccountId, SessionId};
    use std::sync::Arc;
    use std::time::Duration;

    const NOW: i64 = 10_000_000;
    const LIMITS: SessionLimits = SessionLimits { now: NOW, idle: 3_600_000, absolute: 9_000_000 };

    /// A session that was last used at that time.
    async fn session(store: &Store, last_seen_at: i64) -> SessionId {
        let (account, id) = (AccountId(uuid::Uuid::nil()), SessionId(uuid::Uuid::from_u128(7)));
        let mut tx = store.write().await.unwrap();
        tx.insert_account(&NewAccountRow::of_mina(account, last_seen_at)).await.unwrap();
        tx.insert_session(id, account, "token", (None, "desktop"), last_seen_at).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn opens(store: &Store, limits: SessionLimits) -> Option<i64> {
        let found = store.look().await.unwrap().session_by_token("token", limits).await.unwrap();
        found.map(|(session, _)| session.last_seen_at)
    }

    // SES-2: used just before it would have ended, a session is written to be in use once everything noted has settled,
    // and tidying meanwhile does not take it away
    #[tokio::test]
    async fn ses_2_a_noted_use_keeps_a_session_though_it_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/accounts.db", folder.path().display())).await.unwrap();
        let id = session(&store, NOW - LIMITS.idle + 1).await;
        assert_eq!(opens(&store, LIMITS).await, Some(NOW - LIMITS.idle + 1));

        let seen = Seen::new();
        assert!(!seen.settle().await);
        seen.session(id, NOW);
        // an earlier use that is noted later changes nothing
        seen.session(id, NOW - 1);
        let later = SessionLimits { now: NOW + 1000, ..LIMITS };
        store.sweep(later, 1, 1).await.unwrap();
        assert_eq!(opens(&store, later).await, None);

        let worker = tokio::spawn(Arc::clone(&seen).work(store.clone()));
        assert!(tokio::time::timeout(Duration::from_secs(10), seen.settle()).await.unwrap());
        assert_eq!(opens(&store, later).await, Some(NOW));
        assert!(!seen.settle().await);
        worker.abort();

        let long_after = SessionLimits { now: NOW + LIMITS.idle + 60_000, ..LIMITS };
        store.sweep(long_after, 1, 1).await.unwrap();
        let mut tx = store.write().await.unwrap();
        tx.touch_session(id, long_after.now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(opens(&store, long_after).await, None);
        store.close().await;
    }

    // what cannot be written is kept, and nobody waits for it for ever
    #[tokio::test]
    async fn uses_that_cannot_be_written_are_noted_still() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/accounts.db", folder.path().display())).await.unwrap();
        let id = session(&store, NOW - 1).await;
        let seen = Seen::new();
        seen.session(id, NOW);
        store.close().await;
        let worker = tokio::spawn(Arc::clone(&seen).work(store));
        assert!(tokio::time::timeout(Duration::from_secs(10), seen.settle()).await.unwrap());
        assert_eq!(seen.notes().sessions.get(&id), Some(&NOW));
        worker.abort();
    }
}
