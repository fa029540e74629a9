//! What clients were promised while a backend failed under them: writers that note each intent before they ask and each
//! acknowledgement after, and hold the two against what is found afterwards. Acknowledged is there; not acknowledged is
//! there as a whole or not at all; nothing else is there.

use crate::world::{PASSWORD, Person, World, token};
use contract::account::{AccountChange, ProvenAddress};
use contract::activity::Event;
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, ChangeAccount, CloseSession, DeleteKey, GetAccount, GetSession, ListActivity, ListKeys,
    ListSessions, OpenSession,
};
use contract::session::Credentials;
use contract::verification::{Channel, Purpose};
use contract::{ETag, KeyId, Problem, ProblemCode, Secret};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How an act ended.
pub enum Ended<T> {
    /// It was answered.
    Acknowledged(T),
    /// It was refused for want of what the fault took away; nothing of it may remain.
    Refused,
    /// There was no answer: nobody knows.
    Lost,
}

/// Sorts what came back. A refusal is only understood where it says that the backend cannot work at the moment; one that
/// does not say why leaves open what was done.
fn ended<T>(answer: Option<Result<T, Problem>>) -> Ended<T> {
    match answer {
        None => Ended::Lost,
        Some(Ok(answer)) => Ended::Acknowledged(answer),
        Some(Err(problem)) => match problem.code {
            ProblemCode::StorageFull => Ended::Refused,
            ProblemCode::Overloaded | ProblemCode::Internal => Ended::Lost,
            _ => panic!("{problem}"),
        },
    }
}

/// Somebody who writes until the backend is gone, and looks afterwards.
pub trait Writer: Send + Sized + 'static {
    /// One act; whether there was an answer.
    fn act(&mut self, world: &World) -> impl Future<Output = bool> + Send;
    /// Holds what was promised against what is found, and goes on from there.
    fn settle(&mut self, world: &World) -> impl Future<Output = ()> + Send;
    /// How many acts were acknowledged so far.
    fn promised(&self) -> u32;
}

/// The session's token, entered anew where its unlocked time runs out.
async fn keep_unlocked(world: &World, person: &mut Person) {
    let session = world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    if session.unlocked_for_seconds < 120 {
        person.token = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    }
}

/// Changes name and task together, to one number after the other.
pub struct Names {
    person: Person,
    etag: ETag,
    acknowledged: u32,
    intended: u32,
    promised: u32,
}

impl Names {
    pub async fn of(world: &World, person: Person) -> Self {
        let etag = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
        let mut names = Self { person, etag, acknowledged: 0, intended: 0, promised: 0 };
        assert!(names.act(world).await);
        names
    }
}

impl Writer for Names {
    async fn act(&mut self, world: &World) -> bool {
        let next = self.acknowledged + 1;
        self.intended = next;
        let body = AccountChange {
            name: Some(format!("Name {next}")),
            task: Some(format!("Task {next}")),
            ..AccountChange::default()
        };
        let change = ChangeAccount { if_match: self.etag.clone(), body };
        match ended(world.reach(change, Some(&self.person.token)).await) {
            Ended::Acknowledged(account) => {
                (self.etag, self.acknowledged) = (account.etag, next);
                self.promised += 1;
                true
            }
            Ended::Refused => {
                self.intended = self.acknowledged;
                true
            }
            Ended::Lost => false,
        }
    }

    async fn settle(&mut self, world: &World) {
        keep_unlocked(world, &mut self.person).await;
        let account = async || world.ask(GetAccount { body: () }, Some(&self.person.token)).await.unwrap();
        let trail = async || {
            let page = ListActivity { cursor: None, body: () };
            world.ask(page, Some(&self.person.token)).await.unwrap().entries
        };
        // what a killed backend had sent to a database server may be committed between two looks: they must agree
        let (mut now, mut seen) = (account().await, trail().await);
        while account().await.etag != now.etag {
            (now, seen) = (account().await, trail().await);
        }
        let account = now;
        let found: u32 = account.name.strip_prefix("Name ").unwrap().parse().unwrap();
        assert!([self.acknowledged, self.intended].contains(&found), "{found} of {}", self.acknowledged);
        assert_eq!(account.task, Some(format!("Task {found}")), "half a change");
        for event in [Event::NameChanged, Event::TaskChanged] {
            let last = seen.iter().find(|entry| entry.event == event).unwrap();
            assert_eq!(last.last_at.unwrap_or(last.at), account.changed_at, "{event:?}: half a change");
        }
        (self.acknowledged, self.intended, self.etag) = (found, found, account.etag);
    }

    fn promised(&self) -> u32 {
        self.promised
    }
}

/// Adds keys and deletes them.
pub struct Keys {
    person: Person,
    there: BTreeSet<KeyId>,
    doubtful: Option<KeyId>,
    next: u32,
    promised: u32,
    /// Whose keys: no hash is registered by two accounts.
    owner: u32,
}

impl Keys {
    pub fn of(person: Person) -> Self {
        static OWNERS: AtomicU32 = AtomicU32::new(1);
        let owner = OWNERS.fetch_add(1, Ordering::Relaxed);
        Self { person, there: BTreeSet::new(), doubtful: None, next: 1, promised: 0, owner }
    }

    /// A new key until there are as many as allowed, then the oldest goes.
    fn choose(&mut self) -> (KeyId, Option<AddKey>) {
        if let Some(oldest) = self.there.first().filter(|_| self.there.len() >= 4) {
            return (*oldest, None);
        }
        let n = self.next;
        self.next += 1;
        let id = KeyId(uuid::Uuid::from_u128(u128::from(n)));
        let hint = KeySecret::from_random(&[7; 32]).hint().to_owned();
        let sha256 = format!("{:032x}{n:032x}", self.owner);
        let body = NewKey { label: format!("Robot {n}"), sha256, hint, expires_at: None };
        (id, Some(AddKey { id, body }))
    }
}

impl Writer for Keys {
    async fn act(&mut self, world: &World) -> bool {
        let (id, add) = self.choose();
        let me = Some(&self.person.token);
        let adds = add.is_some();
        let done = match add {
            Some(add) => world.reach(add, me).await.map(|answer| answer.map(|_| ())),
            None => world.reach(DeleteKey { id, body: () }, me).await,
        };
        match ended(done) {
            Ended::Acknowledged(()) => {
                assert!(if adds { self.there.insert(id) } else { self.there.remove(&id) });
                self.promised += 1;
                true
            }
            Ended::Refused => true,
            Ended::Lost => {
                self.doubtful = Some(id);
                false
            }
        }
    }

    async fn settle(&mut self, world: &World) {
        keep_unlocked(world, &mut self.person).await;
        let keys = world.ask(ListKeys { body: () }, Some(&self.person.token)).await.unwrap().keys;
        let found: BTreeSet<KeyId> = keys.iter().map(|key| key.id).collect();
        let differ: Vec<_> = found.symmetric_difference(&self.there).copied().collect();
        assert!(differ.is_empty() || differ == Vec::from_iter(self.doubtful), "{differ:?}");
        (self.there, self.doubtful) = (found, None);
    }

    fn promised(&self) -> u32 {
        self.promised
    }
}

/// Signs in at one place after the other, and out again.
pub struct Sessions {
    person: Person,
    /// By place; none where signing in there was never acknowledged.
    open: BTreeMap<String, Option<Secret<String>>>,
    closed: Vec<Secret<String>>,
    /// A place where somebody may be signed in, or not.
    doubtful: Option<String>,
    next: u32,
    promised: u32,
}

impl Sessions {
    pub fn of(person: Person) -> Self {
        let open = BTreeMap::from([("harbor-desk".to_owned(), Some(person.token.clone()))]);
        Self { person, open, closed: Vec::new(), doubtful: None, next: 1, promised: 0 }
    }

    async fn sign_in(&mut self, world: &World) -> bool {
        let place = format!("place {}", self.next);
        self.next += 1;
        let body = Credentials {
            email: self.person.email.clone(),
            password: Secret::from(PASSWORD),
            place: Some(place.clone()),
            desktop: None,
        };
        match ended(world.reach(OpenSession { body }, None).await) {
            Ended::Acknowledged(signed_in) => {
                self.open.insert(place, Some(token(signed_in)));
                self.promised += 1;
                true
            }
            Ended::Refused => true,
            Ended::Lost => {
                self.doubtful = Some(place);
                false
            }
        }
    }
}

impl Writer for Sessions {
    async fn act(&mut self, world: &World) -> bool {
        let known = |(place, token): (&String, &Option<Secret<String>>)| {
            token.clone().filter(|_| place != "harbor-desk").map(|token| (place.clone(), token))
        };
        let others: Vec<_> = self.open.iter().filter_map(known).collect();
        let Some((place, token)) = others.first().filter(|_| others.len() >= 2) else {
            return self.sign_in(world).await;
        };
        match ended(world.reach(CloseSession { body: () }, Some(token)).await) {
            Ended::Acknowledged(()) => {
                self.open.remove(place);
                self.closed.push(token.clone());
                self.promised += 1;
                true
            }
            Ended::Refused => true,
            Ended::Lost => {
                self.doubtful = Some(place.clone());
                false
            }
        }
    }

    async fn settle(&mut self, world: &World) {
        let me = &self.person.token;
        let found = world.ask(ListSessions { body: () }, Some(me)).await.unwrap().sessions;
        let found: BTreeSet<String> = found.into_iter().map(|session| session.place.unwrap()).collect();
        let known: BTreeSet<String> = self.open.keys().cloned().collect();
        let differ: Vec<_> = found.symmetric_difference(&known).cloned().collect();
        assert!(differ.is_empty() || differ == Vec::from_iter(self.doubtful.take()), "{differ:?}");
        self.open.retain(|place, _| found.contains(place));
        for place in found {
            // signed in without ever having been told so
            self.open.entry(place).or_insert(None);
        }
        let see = GetSession { body: () };
        for token in self.open.values().flatten() {
            world.ask(see.clone(), Some(token)).await.unwrap();
        }
        for token in self.closed.drain(..) {
            let over = world.ask(see.clone(), Some(&token)).await.unwrap_err();
            assert_eq!(over.code, ProblemCode::Unauthenticated);
        }
    }

    fn promised(&self) -> u32 {
        self.promised
    }
}

/// Changes the email address once a proof of the new one was prepared.
pub struct Contacts {
    person: Person,
    email: String,
    prepared: Option<ProvenAddress>,
    lost: bool,
    next: u32,
    promised: u32,
}

impl Contacts {
    pub fn of(person: Person) -> Self {
        let email = person.email.clone();
        Self { person, email, prepared: None, lost: false, next: 1, promised: 0 }
    }

    /// Proves the next address. Reads what was sent beside the program.
    pub async fn prepare(&mut self, world: &World) {
        // a session of its own, since one that was sent a number waits a minute for the next
        let fresh = token(world.sign_in(&self.email, PASSWORD, "desk").await.unwrap());
        self.person.token = token(world.step_up(&fresh, PASSWORD).await.unwrap());
        let address = format!("pier{}@harbor.example", self.next);
        self.next += 1;
        let me = Some(&self.person.token);
        self.prepared = Some(world.prove(Purpose::ChangeContact, Channel::Email, &address, me).await);
    }

    async fn change(&self, world: &World, to: ProvenAddress) -> Option<Result<(), Problem>> {
        let me = Some(&self.person.token);
        let if_match = match world.reach(GetAccount { body: () }, me).await? {
            Ok(account) => account.etag,
            Err(problem) => return Some(Err(problem)),
        };
        let body = AccountChange { email: Some(to), ..AccountChange::default() };
        Some(world.reach(ChangeAccount { if_match, body }, me).await?.map(|_| ()))
    }
}

impl Writer for Contacts {
    async fn act(&mut self, world: &World) -> bool {
        let Some(to) = self.prepared.clone() else {
            return false;
        };
        match ended(self.change(world, to.clone()).await) {
            Ended::Acknowledged(()) => {
                (self.email, self.prepared) = (to.address, None);
                self.promised += 1;
                true
            }
            Ended::Refused => true,
            Ended::Lost => {
                self.lost = true;
                false
            }
        }
    }

    async fn settle(&mut self, world: &World) {
        let account = world.ask(GetAccount { body: () }, Some(&self.person.token)).await.unwrap();
        if let Some(to) = self.prepared.take().filter(|_| self.lost) {
            let changed = account.email == to.address;
            assert!(changed || account.email == self.email, "{}", account.email);
            // the proof is used up exactly where the address has changed
            let if_match = account.etag;
            let body = AccountChange { email: Some(to.clone()), ..AccountChange::default() };
            let again = world.ask(ChangeAccount { if_match, body }, Some(&self.person.token)).await;
            match again {
                Ok(_) => assert!(!changed, "changed, and the proof is still good"),
                Err(problem) => {
                    assert_eq!((problem.code, changed), (ProblemCode::ProofRefused, true));
                }
            }
            self.email = to.address;
        } else {
            assert_eq!(account.email, self.email);
        }
        self.lost = false;
    }

    fn promised(&self) -> u32 {
        self.promised
    }
}

/// Those who write, each with an account of their own.
pub struct Load {
    names: [Names; 2],
    keys: Keys,
    sessions: Sessions,
    contacts: Contacts,
    /// Counts acts that were answered.
    answered: watch::Sender<u32>,
}

fn write<W: Writer>(
    world: &Arc<World>,
    mut writer: W,
    over: &Arc<AtomicBool>,
    answered: &watch::Sender<u32>,
) -> JoinHandle<W> {
    let (world, over, answered) = (Arc::clone(world), Arc::clone(over), answered.clone());
    tokio::spawn(async move {
        while !over.load(Ordering::SeqCst) && writer.act(&world).await {
            answered.send_modify(|count| *count += 1);
        }
        writer
    })
}

impl Load {
    pub async fn new(world: &World) -> Self {
        let mut people = Vec::new();
        for n in 0..5 {
            people
                .push(world.person(&format!("person{n}@harbor.example"), &format!("+82105550100{n}")).await);
        }
        let mut next = || people.pop().unwrap();
        Self {
            names: [Names::of(world, next()).await, Names::of(world, next()).await],
            keys: Keys::of(next()),
            sessions: Sessions::of(next()),
            contacts: Contacts::of(next()),
            answered: watch::Sender::new(0),
        }
    }

    /// Everybody writes until `strike` has struck, or nobody is answered any more.
    pub async fn until(self, world: &Arc<World>, strike: impl Future<Output = ()>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let [one, other] = self.names;
        let answered = self.answered;
        let names = [write(world, one, &over, &answered), write(world, other, &over, &answered)];
        let keys = write(world, self.keys, &over, &answered);
        let sessions = write(world, self.sessions, &over, &answered);
        let contacts = write(world, self.contacts, &over, &answered);
        let all = async move {
            let [one, other] = names;
            Self {
                names: [one.await.unwrap(), other.await.unwrap()],
                keys: keys.await.unwrap(),
                sessions: sessions.await.unwrap(),
                contacts: contacts.await.unwrap(),
                answered,
            }
        };
        tokio::pin!(all);
        tokio::select! {
            load = &mut all => load,
            () = strike => {
                over.store(true, Ordering::SeqCst);
                all.await
            }
        }
    }

    /// Done once so many more acts were answered.
    pub fn after(&self, acts: u32) -> impl Future<Output = ()> + use<> {
        let mut answered = self.answered.subscribe();
        let acts = *answered.borrow() + acts;
        let patience = Duration::from_mins(2);
        async move {
            let reached = answered.wait_for(|count| *count >= acts);
            tokio::time::timeout(patience, reached).await.expect("it answers").unwrap();
        }
    }

    pub async fn settle(&mut self, world: &World) {
        for names in &mut self.names {
            names.settle(world).await;
        }
        self.keys.settle(world).await;
        self.sessions.settle(world).await;
        self.contacts.settle(world).await;
    }

    pub async fn prepare(&mut self, world: &World) {
        self.contacts.prepare(world).await;
    }

    /// How many acts were acknowledged by each kind of writer: names, keys, sessions, addresses.
    pub fn promised(&self) -> [u32; 4] {
        let names = self.names.iter().map(Writer::promised).sum();
        [names, self.keys.promised(), self.sessions.promised(), self.contacts.promised()]
    }
}
