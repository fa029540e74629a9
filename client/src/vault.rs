//! The vault: the one place where the desktop's secrets rest. It is the operating system's secret store, or, by the
//! person's choice and only while that store cannot be used, memory until the application ends. There is no third
//! place: nothing here ever touches a file.
//!
//! Callers await; the store's own calls block, so they happen on threads of their own ([`lane`]) with limits.

mod beneath;
pub mod entry;
mod fault;
mod keychain;
mod lane;
mod prompt;

use entry::{KeysOf, Name, Origin};
use keychain::Keychain;
use lane::Lane;
use postern_contract::shell::StoreState;
use postern_contract::{KeyId, Problem, ProblemCode, Secret};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long the secret store may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a call that shows no prompt.
    pub call: Duration,
    /// For a person to answer the unlock prompt.
    pub prompt: Duration,
    /// How long a store that did not answer is left alone before it is asked again.
    pub rest: Duration,
    /// How long start-up waits for the embedded backend's key before it goes on with one for this run.
    pub start: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(5),
            prompt: Duration::from_mins(1),
            rest: Duration::from_secs(10),
            start: Duration::from_secs(3),
        }
    }
}

/// The desktop's secrets. Cheap to clone; all clones are one vault.
#[derive(Debug, Clone)]
pub struct Vault(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lane: Lane<Keychain>,
    limits: Limits,
    memory: Mutex<Option<Memory>>,
    unlocking: tokio::sync::Mutex<()>,
    state: watch::Sender<StoreState>,
}

/// What is kept while the person chose memory.
#[derive(Debug)]
struct Memory {
    reason: ProblemCode,
    entries: BTreeMap<String, Secret<String>>,
}

impl Vault {
    /// A vault on this session's secret store, which is not asked before it is needed.
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Inner {
            lane: Lane::new("vault", limits.rest, move || Keychain::new(limits.call)),
            limits,
            memory: Mutex::new(None),
            unlocking: tokio::sync::Mutex::new(()),
            state: watch::Sender::new(StoreState::Ready),
        }))
    }

    /// Asks the store whether it can be used, without showing a prompt.
    pub async fn state(&self) -> StoreState {
        let memory = self.memory().as_ref().map(|memory| memory.reason);
        let state = match memory {
            Some(reason) => StoreState::MemoryOnly(reason),
            None => match self.call(Keychain::probe).await {
                Ok(()) => StoreState::Ready,
                Err(code) => StoreState::Failing(code),
            },
        };
        self.tell(state);
        state
    }

    /// The state as it changes, as far as anybody asked.
    pub fn changes(&self) -> watch::Receiver<StoreState> {
        self.0.state.subscribe()
    }

    /// Whether something could be kept now: asked before a secret is made or a password sent.
    pub async fn usable(&self) -> Result<(), Problem> {
        match self.state().await {
            StoreState::Ready | StoreState::MemoryOnly(_) => Ok(()),
            StoreState::Failing(code) => Err(Problem::new(code)),
        }
    }

    /// Whether secrets are kept in memory, by choice.
    pub fn in_memory(&self) -> bool {
        self.memory().is_some()
    }

    /// Why the store could not be used when memory was chosen; none while memory is not used.
    pub fn memory_reason(&self) -> Option<ProblemCode> {
        self.memory().as_ref().map(|memory| memory.reason)
    }

    /// The secret under that name, if there is one.
    pub async fn read(&self, name: &Name) -> Result<Option<Secret<String>>, Problem> {
        let user = name.user();
        if let Some(memory) = self.memory().as_ref() {
            return Ok(memory.entries.get(&user).cloned());
        }
        self.told(self.call(move |keychain| keychain.read(&user)).await)
    }

    /// The same at start-up, where nobody waits as long: a store that does not answer by then is left alone.
    pub async fn read_at_start(&self, name: &Name) -> Result<Option<Secret<String>>, Problem> {
        let user = name.user();
        self.told(self.0.lane.call(self.0.limits.start, move |keychain| keychain.read(&user)).await)
    }

    /// Keeps the secret under that name, in place of what was there.
    pub async fn write(&self, name: &Name, secret: Secret<String>) -> Result<(), Problem> {
        let (user, label) = (name.user(), name.label());
        if let Some(memory) = self.memory().as_mut() {
            memory.entries.insert(user, secret);
            return Ok(());
        }
        self.told(self.call(move |keychain| keychain.write(&user, label, &secret)).await)
    }

    /// Removes whatever is under that name.
    pub async fn remove(&self, name: &Name) -> Result<(), Problem> {
        let user = name.user();
        if let Some(memory) = self.memory().as_mut() {
            memory.entries.remove(&user);
            return Ok(());
        }
        self.told(self.call(move |keychain| keychain.remove(&user)).await)
    }

    /// Every key's secret of one account at one backend.
    pub async fn keys(&self, of: &KeysOf) -> Result<Vec<(KeyId, Secret<String>)>, Problem> {
        let found = if let Some(memory) = self.memory().as_ref() {
            memory.entries.iter().map(|(user, secret)| (user.clone(), secret.clone())).collect()
        } else {
            let of = of.clone();
            self.told(self.call(move |keychain| keychain.find(|user| of.key(user).is_some())).await)?
        };
        Ok(found.into_iter().filter_map(|(user, secret)| of.key(&user).map(|key| (key, secret))).collect())
    }

    /// By what a backend knows this desktop again, one entry for each account.
    pub async fn desktops(&self, at: &Origin) -> Result<Vec<Secret<String>>, Problem> {
        if let Some(memory) = self.memory().as_ref() {
            let here = memory.entries.iter().filter(|(user, _)| KeysOf::is_desktop(at, user));
            return Ok(here.map(|(_, secret)| secret.clone()).collect());
        }
        let at = at.clone();
        let found = self.call(move |keychain| keychain.find(|user| KeysOf::is_desktop(&at, user))).await;
        Ok(self.told(found)?.into_iter().map(|(_, secret)| secret).collect())
    }

    /// Asks the store again and lets it show its prompt. Secrets kept in memory so far move into the store.
    pub async fn unlock(&self) -> StoreState {
        let _one_prompt_at_a_time = self.0.unlocking.lock().await;
        self.0.lane.wake();
        // an entry that only another, locked collection holds waits for the prompt too
        let answer = match self.call(|keychain| keychain.find(|_| true)).await {
            Err(ProblemCode::StoreLocked) => prompt::unlock(self.0.limits).await,
            answer => answer.map(|_| ()),
        };
        let answer = match answer {
            Ok(()) => self.settle().await,
            failed => failed,
        };
        let state = match answer {
            Ok(()) => StoreState::Ready,
            Err(code) if self.in_memory() => StoreState::MemoryOnly(code),
            Err(code) => StoreState::Failing(code),
        };
        self.tell(state);
        state
    }

    /// Chooses memory until the application ends. A store that can be used stays the place where secrets are.
    pub async fn use_memory_only(&self) -> StoreState {
        if let StoreState::Failing(reason) = self.state().await {
            self.memory().get_or_insert_with(|| Memory { reason, entries: BTreeMap::new() });
        }
        self.state().await
    }

    /// Moves what memory holds into the store, then leaves memory. If the store fails on the way, memory keeps all.
    /// Memory goes on being used meanwhile: it is left only once the store holds exactly what it does.
    async fn settle(&self) -> Result<(), ProblemCode> {
        let mut moved: BTreeMap<String, Secret<String>> = BTreeMap::new();
        loop {
            let entries = match self.memory().as_ref() {
                Some(memory) => memory.entries.clone(),
                None => return Ok(()),
            };
            let gone: Vec<_> = moved.keys().filter(|user| !entries.contains_key(*user)).cloned().collect();
            for user in gone {
                moved.remove(&user);
                self.call(move |keychain| keychain.remove(&user)).await?;
            }
            for (user, secret) in entries {
                if moved.get(&user) != Some(&secret) {
                    let (name, label, kept) = (user.clone(), entry::label(&user), secret.clone());
                    self.call(move |keychain| keychain.write(&name, label, &kept)).await?;
                    moved.insert(user, secret);
                }
            }
            let mut memory = self.memory();
            if memory.as_ref().is_none_or(|memory| memory.entries == moved) {
                memory.take();
                return Ok(());
            }
        }
    }

    async fn call<T, F>(&self, ask: F) -> Result<T, ProblemCode>
    where
        T: Send + 'static,
        F: FnOnce(&mut Keychain) -> Result<T, ProblemCode> + Send + 'static,
    {
        self.0.lane.call(self.0.limits.call, ask).await
    }

    fn told<T>(&self, answer: Result<T, ProblemCode>) -> Result<T, Problem> {
        match &answer {
            Ok(_) => self.tell(StoreState::Ready),
            Err(code) => self.tell(StoreState::Failing(*code)),
        }
        answer.map_err(Problem::new)
    }

    fn tell(&self, state: StoreState) {
        self.0.state.send_if_modified(|known| std::mem::replace(known, state) != state);
    }

    fn memory(&self) -> MutexGuard<'_, Option<Memory>> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
