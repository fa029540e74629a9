//! One running backend: its settings, database, keys, clock and randomness, shared by every request.

use crate::clock::Clock;
use crate::code::Keys;
use crate::config::Language;
use crate::config::Settings;
use crate::delivery;
use crate::error::OpenError;
use crate::key_check;
use crate::measure::Measures;
use crate::once::Wish;
use crate::password::{self, Hashed, Hasher};
use crate::random::Random;
use crate::seen::Seen;
use crate::steady::Steady;
use crate::store::{Location, Store, Tx};
use contract::{Problem, Secret};
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

/// How long messages that are being sent may take once the backend closes.
const FINISH_LIMIT: Duration = Duration::from_secs(5);

/// The account backend. Cheap to clone; the last clone gone, or [`Backend::close`], ends its workers.
#[derive(Clone)]
pub struct Backend {
    inner: Arc<Inner>,
    /// What is known of the request under way.
    asked: Asked,
    /// What this request is to do once.
    wish: Option<Arc<Wish>>,
    /// What it has hashed so far.
    hashed: Option<Arc<Hashed>>,
}

/// What is known of a request beside who asks and what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// In which language its messages are written; none where the caller has no wish.
    pub language: Option<Language>,
    /// The network address it came from; none in-process.
    pub from: Option<IpAddr>,
}

struct Inner {
    settings: Arc<Settings>,
    store: Store,
    keys: Arc<Keys>,
    hasher: Hasher,
    clock: Arc<Steady>,
    random: Arc<dyn Random>,
    /// The delivery worker's tasks, and what ends them.
    workers: Mutex<Vec<JoinHandle<()>>>,
    stop: watch::Sender<bool>,
    seen: Arc<Seen>,
    /// What writes the time down, and when sessions and keys were last used.
    noting: [AbortHandle; 2],
    /// Counts queued messages; wakes the delivery worker and the Messages window.
    queued: watch::Sender<u64>,
    /// Counts changes of what the Messages window shows: a message was queued, a number was tried or used.
    messages: watch::Sender<u64>,
    measures: Arc<Measures>,
    /// Set once no new requests are wanted.
    leaving: AtomicBool,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.noting.iter().for_each(AbortHandle::abort);
    }
}

impl Backend {
    /// Opens the database `sqlite:///PATH` (created if absent, its schema brought up to date) and starts the delivery
    /// worker. `key` seals messages and keys the hashes of numbers: under another key, numbers on their way and kept
    /// messages are worth nothing, and everything else works on. Must be called on a tokio runtime.
    pub async fn open(
        settings: Settings,
        database_url: &str,
        key: Secret<[u8; 32]>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        Self::open_at(settings, Location::Url(database_url), key, clock, random).await
    }

    /// The same on an SQLite file, whatever its path is made of.
    pub async fn open_file(
        settings: Settings,
        file: &Path,
        key: Secret<[u8; 32]>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        Self::open_at(settings, Location::File(file), key, clock, random).await
    }

    async fn open_at(
        settings: Settings,
        location: Location<'_>,
        key: Secret<[u8; 32]>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        let settings = Arc::new(settings);
        let hasher = Hasher::new(settings.hashing, Arc::clone(&random))?;
        let store = Store::open_at(location, settings.migrates).await?;
        let keys = Arc::new(Keys::derive(&key));
        store.name_accounts_by(&keys);
        if settings.insists_on_key {
            key_check::insist(&store, &keys).await?;
        }
        let clock = Steady::begin(clock, &store, settings.tends).await;
        let clock = Arc::new(clock.map_err(|fault| OpenError::Time(format!("{fault:?}")))?);
        // a second of work that the first sign-up should not wait for
        tokio::task::spawn_blocking(password::prepare);
        let (queued, watching) = watch::channel(0);
        let (messages, _) = watch::channel(0);
        let (stop, stopping) = watch::channel(false);
        let (measures, leaving) = (Arc::new(Measures::default()), AtomicBool::new(false));
        let seen = Seen::new();
        let worker = delivery::Worker {
            store: store.clone(),
            settings: Arc::clone(&settings),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            seen: Arc::clone(&seen),
            #[cfg(feature = "server")]
            keys: Arc::clone(&keys),
            random: Arc::clone(&random),
            #[cfg(feature = "server")]
            measures: Arc::clone(&measures),
        };
        let workers = Mutex::new(worker.start(&watching, &stopping)?);
        let noting = [
            tokio::spawn(Arc::clone(&clock).keep_noting(store.clone(), settings.tends)).abort_handle(),
            tokio::spawn(Arc::clone(&seen).work(store.clone())).abort_handle(),
        ];
        let inner = Inner {
            settings,
            store,
            keys,
            hasher,
            clock,
            random,
            workers,
            stop,
            seen,
            noting,
            queued,
            messages,
            measures,
            leaving,
        };
        Ok(Self { inner: Arc::new(inner), asked: Asked::default(), wish: None, hashed: None })
    }

    /// The whole API as a function from request to response.
    pub fn router(&self) -> axum::Router {
        crate::http::router(self.clone())
    }

    /// Changes each time a message is queued.
    pub fn message_queued(&self) -> watch::Receiver<u64> {
        self.inner.queued.subscribe()
    }

    /// Changes each time [`Backend::messages`] answers something else: a message is queued, a number is tried or used.
    pub fn messages_changed(&self) -> watch::Receiver<u64> {
        self.inner.messages.subscribe()
    }

    /// How many accounts there are.
    pub async fn accounts(&self) -> Result<u64, Problem> {
        Ok(self.store().glance().await?.count_accounts().await?)
    }

    /// Says to whoever asks whether requests may be sent here that they may not any more. Requests are still answered.
    pub fn leave(&self) {
        self.inner.leaving.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.inner.leaving.load(Ordering::Relaxed)
    }

    pub(crate) fn measures(&self) -> &Arc<Measures> {
        &self.inner.measures
    }

    /// Finishes messages that are being sent, and lets go of the database. Requests still under way end first; later
    /// ones fail.
    pub async fn close(&self) {
        self.inner.stop.send_replace(true);
        let workers = self.inner.workers.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
        for mut worker in workers {
            // what is not finished by then is sent once more after the next start, with the same key
            if tokio::time::timeout(FINISH_LIMIT, &mut worker).await.is_err() {
                worker.abort();
            }
        }
        let _ = tokio::time::timeout(FINISH_LIMIT, self.inner.seen.settle()).await;
        self.inner.noting.iter().for_each(AbortHandle::abort);
        if self.inner.settings.tends
            && let Err(fault) = self.inner.clock.note(&self.inner.store).await
        {
            tracing::debug!(?fault, "the latest time could not be written down at the end");
        }
        self.inner.store.close().await;
    }

    /// The backend as one request sees it.
    pub(crate) fn asked(&self, asked: Asked) -> Self {
        Self { inner: Arc::clone(&self.inner), asked, wish: None, hashed: None }
    }

    /// The backend as one request sees it that is to be done once.
    pub(crate) fn wishing(&self, wish: Wish) -> Self {
        Self { wish: Some(Arc::new(wish)), ..self.clone() }
    }

    /// The backend as one request sees it, whose attempts share what was hashed.
    pub(crate) fn hashing_once(&self) -> Self {
        Self { hashed: Some(Arc::default()), ..self.clone() }
    }

    pub(crate) fn hashed(&self) -> Option<&Hashed> {
        self.hashed.as_deref()
    }

    /// What this request is to do once.
    pub(crate) fn wish(&self) -> Option<&Wish> {
        self.wish.as_deref()
    }

    /// The language of messages that this request brings about.
    pub(crate) fn language(&self) -> Language {
        self.asked.language.unwrap_or(self.inner.settings.language)
    }

    /// Where this request came from.
    pub(crate) fn from(&self) -> Option<IpAddr> {
        self.asked.from
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn seen(&self) -> &Seen {
        &self.inner.seen
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.inner.hasher
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.inner.random
    }

    /// The same for what outlives a request.
    pub(crate) fn random_to_keep(&self) -> Arc<dyn Random> {
        Arc::clone(&self.inner.random)
    }

    /// Milliseconds since 1970, by the backend's clock.
    pub(crate) fn now(&self) -> i64 {
        self.inner.clock.now().as_millisecond()
    }

    /// Commits a transaction in which messages were queued, and says so.
    pub(crate) async fn commit_and_deliver(&self, tx: Tx) -> Result<(), Problem> {
        self.commit_number(tx).await?;
        self.inner.queued.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Commits a transaction in which a number was tried or used, and says so. The delivery worker is not woken.
    pub(crate) async fn commit_number(&self, tx: Tx) -> Result<(), Problem> {
        tx.commit().await?;
        self.inner.messages.send_modify(|count| *count += 1);
        Ok(())
    }
}

/// Whole seconds of a span of milliseconds, the begun one included; 0 for what is past.
pub(crate) fn seconds(milliseconds: i64) -> u32 {
    let whole = milliseconds.max(0).unsigned_abs().div_ceil(1000);
    u32::try_from(whole).unwrap_or(u32::MAX)
}
