//! What is left of a program that is killed wherever it happens to be, while several people write: everything that was
//! acknowledged, nothing by half, and a database that needs no hand before the next start.
#![cfg(unix)]

use crate::depth::rounds;
use crate::ledger::{Contacts, Keys, Names, Sessions, Writer};
use crate::world::World;
use postern_backend::{Random as _, SystemRandom};
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// The longest a program lives under load.
const LONGEST: u64 = 500;
/// Every so many rounds somebody changes an address: numbers are sent so often and no more.
const CONTACT_EVERY: u32 = 8;

fn milliseconds(below: u64) -> Duration {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes).unwrap();
    Duration::from_millis(u64::from_le_bytes(bytes) % below)
}

/// Those who write, each with an account of their own.
pub struct Load {
    names: [Names; 2],
    keys: Keys,
    sessions: Sessions,
    contacts: Contacts,
}

fn write<W: Writer>(world: &Arc<World>, mut writer: W) -> JoinHandle<W> {
    let world = Arc::clone(world);
    tokio::spawn(async move {
        while writer.act(&world).await {}
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
        }
    }

    /// Everybody writes until nobody answers any more; `strike` ends that.
    pub async fn until(self, world: &Arc<World>, strike: impl Future<Output = ()>) -> Self {
        let [one, other] = self.names;
        let names = [write(world, one), write(world, other)];
        let (keys, sessions) = (write(world, self.keys), write(world, self.sessions));
        let contacts = write(world, self.contacts);
        strike.await;
        let [one, other] = names;
        Self {
            names: [one.await.unwrap(), other.await.unwrap()],
            keys: keys.await.unwrap(),
            sessions: sessions.await.unwrap(),
            contacts: contacts.await.unwrap(),
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

/// What SQLite itself says of the file.
pub async fn integrity(database: &Path) {
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    let (said,): (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(&mut file).await.unwrap();
    assert_eq!(said, "ok");
    let orphans: Vec<(String,)> =
        sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&mut file).await.unwrap();
    assert_eq!(orphans, []);
    file.close().await.unwrap();
}

// DB-1: killed at a random moment, again and again, on one and the same database
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_1_a_kill_loses_nothing_that_was_acknowledged() {
    let mut world = World::program(&[]).await;
    let mut load = Load::new(&world).await;
    world.look_away().await;
    let rounds = rounds(8, 200);
    for round in 0..rounds {
        if round % CONTACT_EVERY == 0 {
            world.look_in().await;
            load.prepare(&world).await;
            world.look_away().await;
        }
        let serving = Arc::new(world);
        let lives = milliseconds(LONGEST);
        let strike = async {
            let alive = tokio::time::timeout(lives, std::future::pending::<()>()).await;
            assert!(alive.is_err());
            serving.served_by().interrupt();
        };
        load = load.until(&serving, strike).await;
        world = Arc::into_inner(serving).unwrap().restart().await;
        load.settle(&world).await;
        integrity(&world.database()).await;
    }
    let promised = load.promised();
    assert!(promised[0] + promised[1] > rounds && promised[2] > 0, "{promised:?}");
    let mut out = std::io::stdout().lock();
    let _ = std::io::Write::write_fmt(
        &mut out,
        format_args!("DB-1 SQLite: {rounds} kills, acknowledged {promised:?}, lost 0\n"),
    );
}
