//! A database server dies under load and its standby takes over: nothing that was acknowledged is lost, and whoever was
//! writing goes on as soon as the standby takes writes, without a restart of anything.

use crate::depth::rounds;
use crate::postgres::Server;
use crate::what_a_kill_leaves::report;
use crate::world::{PASSWORD, Person, World, fast, token};
use contract::account::AccountChange;
use contract::operation::{ChangeAccount, GetAccount, GetSession};
use contract::{ETag, ProblemCode, Secret};
use postern_backend::OpenError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

const WRITERS: u32 = 4;
/// Acknowledged changes before the server dies, and after another took over.
const ENOUGH: u32 = 60;
/// How long a test waits for what must come.
const LIMIT: Duration = Duration::from_mins(1);

/// A server and its standby, which has everything that the server acknowledged.
fn pair() -> (Server, Server) {
    let primary = Server::fresh("");
    primary.sql("postgres", "CREATE DATABASE accounts");
    let host = primary.socket().display().to_string();
    let standby = Server::prepared("", |folder| {
        let data = folder.join("data").display().to_string();
        Server::run(
            "pg_basebackup",
            &["-h", &host, "-U", "postgres", "-D", &data, "-R", "-c", "fast", "-X", "stream"],
        );
    });
    primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.sql("postgres", "SELECT pg_reload_conf()");
    until(|| primary.sql("postgres", "SELECT sync_state FROM pg_stat_replication").trim() == "sync");
    (primary, standby)
}

/// Waits until it is so; what is asked takes its time.
fn until(mut so: impl FnMut() -> bool) {
    assert!((0..400).any(|_| so()), "it never came to be");
}

/// What all writers of a round share.
struct Load {
    world: World,
    acknowledged: AtomicU32,
    over: AtomicBool,
}

/// Counts up in the task of an account of its own, and never forgets what it was told.
struct Writer {
    person: Person,
    etag: ETag,
    acknowledged: u32,
    intended: u32,
    sessions: Vec<Secret<String>>,
}

impl Writer {
    async fn new(world: &World, n: u32) -> Self {
        let person = world.person(&format!("writer{n}@harbor.example"), &format!("+8210555{n:05}")).await;
        let etag = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
        Self { person, etag, acknowledged: 0, intended: 0, sessions: Vec::new() }
    }

    async fn write(mut self, load: Arc<Load>) -> Self {
        let mut round = 0;
        while !load.over.load(Ordering::SeqCst) {
            round += 1;
            if round % 8 == 0 {
                if let Ok(signed_in) = load.world.sign_in(&self.person.email, PASSWORD, "rack 4").await {
                    self.sessions.push(token(signed_in));
                }
                continue;
            }
            self.intended = self.acknowledged + 1;
            let body = AccountChange { task: Some(self.intended.to_string()), ..AccountChange::default() };
            let change = ChangeAccount { if_match: self.etag.clone(), body };
            match load.world.ask(change, Some(&self.person.token)).await {
                Ok(account) => {
                    (self.acknowledged, self.etag) = (self.intended, account.etag);
                    load.acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                Err(problem) => {
                    let expected = [ProblemCode::Overloaded, ProblemCode::PreconditionFailed];
                    assert!(expected.contains(&problem.code), "{problem}");
                    self.look(&load.world).await;
                }
            }
        }
        self.look(&load.world).await;
        for session in &self.sessions {
            load.world.ask(GetSession { body: () }, Some(session)).await.expect("an acknowledged session");
        }
        self
    }

    /// What is there now: what was acknowledged, or what was asked for since and not answered. Asks until it is told.
    async fn look(&mut self, world: &World) {
        let account = tokio::time::timeout(LIMIT, async {
            loop {
                match world.ask(GetAccount { body: () }, Some(&self.person.token)).await {
                    Ok(account) => return account,
                    Err(problem) => assert_eq!(problem.code, ProblemCode::Overloaded, "{problem}"),
                }
                tokio::task::yield_now().await;
            }
        });
        let account = account.await.expect("the backend finds the new server");
        let found: u32 = account.task.as_deref().unwrap_or("0").parse().unwrap();
        assert!(
            found == self.acknowledged || found == self.intended,
            "{found} is there, {} was acknowledged, {} intended",
            self.acknowledged,
            self.intended
        );
        (self.acknowledged, self.etag) = (found, account.etag);
    }
}

async fn wait_for(load: &Load, acknowledged: u32) {
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let enough = tokio::time::timeout(LIMIT, async {
        while load.acknowledged.load(Ordering::SeqCst) < acknowledged {
            tick.tick().await;
        }
    });
    enough.await.expect("writers go on");
}

// DB-1, DB-5: the primary is killed under load and the standby promoted
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_1_a_fail_over_loses_nothing_that_was_acknowledged() {
    let rounds = rounds(1, 5);
    let (mut changes, mut sessions) = (0, 0);
    for _ in 0..rounds {
        let (primary, standby) = pair();
        let world = World::at(world_url(&primary, &standby)).await;
        let mut writers = Vec::new();
        for n in 0..WRITERS {
            writers.push(Writer::new(&world, n).await);
        }
        let load = Arc::new(Load { world, acknowledged: AtomicU32::new(0), over: AtomicBool::new(false) });
        let writing: Vec<_> =
            writers.into_iter().map(|writer| tokio::spawn(writer.write(Arc::clone(&load)))).collect();

        wait_for(&load, ENOUGH).await;
        primary.kill();
        standby.sql("postgres", "SELECT pg_promote()");
        let before = load.acknowledged.load(Ordering::SeqCst);
        wait_for(&load, before + ENOUGH).await;
        load.over.store(true, Ordering::SeqCst);
        for writer in writing {
            let writer = writer.await.unwrap();
            assert!(writer.acknowledged > 0);
            sessions += writer.sessions.len();
        }
        changes += load.acknowledged.load(Ordering::SeqCst);
    }
    report(&format!(
        "DB-1 fail-over: {rounds}, acknowledged {changes} changes and {sessions} sessions, lost 0"
    ));
}

fn world_url(primary: &Server, standby: &Server) -> String {
    let hosts = format!("{},{}", primary.socket().display(), standby.socket().display());
    format!("postgres://postgres@/accounts?host={hosts}&target_session_attrs=read-write")
}

/// Changes the task until it is done, or says with what it was refused the last time.
async fn change_within(world: &World, person: &Person, limit: Duration) -> Result<(), ProblemCode> {
    let last = std::cell::Cell::new(ProblemCode::Overloaded);
    let changed = tokio::time::timeout(limit, async {
        loop {
            let attempt = async {
                let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await?.etag;
                let body = AccountChange { task: Some("night shift".to_owned()), ..AccountChange::default() };
                world.ask(ChangeAccount { if_match, body }, Some(&person.token)).await
            };
            match attempt.await {
                Ok(_) => return,
                Err(problem) => last.set(problem.code),
            }
            tokio::task::yield_now().await;
        }
    });
    changed.await.map_err(|_| last.get())
}

// DB-1: the primary says nothing any more, and neither do its connections: those who wait on them give up in time, and
// those who wait behind them go on with the standby
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_1_a_silent_primary_holds_nobody_up_for_ever() {
    let (primary, standby) = pair();
    let world = World::at(world_url(&primary, &standby)).await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    primary.freeze();
    standby.sql("postgres", "SELECT pg_promote()");
    change_within(&world, &person, Duration::from_secs(22)).await.unwrap();
}

/// Changes a setting of a server, or takes the change back, and waits until it holds.
fn set(server: &Server, setting: &str, value: &str) {
    let done =
        if value == "DEFAULT" { format!("RESET {setting}") } else { format!("SET {setting} = {value}") };
    server.sql("postgres", &format!("ALTER SYSTEM {done}"));
    server.sql("postgres", "SELECT pg_reload_conf()");
    let expected = if value == "DEFAULT" { "on" } else { value };
    until(|| server.sql("postgres", &format!("SHOW {setting}")).trim() == expected);
}

// DB-1: a server that could lose what it acknowledged is not taken, whenever it comes
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_1_no_server_is_taken_that_could_lose_a_commit() {
    let (primary, standby) = pair();
    let both = world_url(&primary, &standby);
    let alone = format!("postgres://postgres@/accounts?host={}", primary.socket().display());
    for value in ["off", "local", "remote_write"] {
        set(&primary, "synchronous_commit", value);
        let refusal = World::try_at(fast(), both.clone()).await.unwrap_err();
        assert!(
            matches!(&refusal, OpenError::Lossy("synchronous_commit", found) if found == value),
            "{refusal}"
        );
        // where nobody takes over, its own disk is what counts
        assert_eq!(World::try_at(fast(), alone.clone()).await.is_ok(), value != "off", "{value}");
    }
    set(&primary, "synchronous_commit", "DEFAULT");
    let world = World::at(both).await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    set(&standby, "fsync", "off");
    primary.kill();
    standby.sql("postgres", "SELECT pg_promote()");
    let refused = change_within(&world, &person, Duration::from_secs(3)).await;
    assert_eq!(refused, Err(ProblemCode::Overloaded));
    set(&standby, "synchronous_commit", "local");
    set(&standby, "fsync", "DEFAULT");
    let refused = change_within(&world, &person, Duration::from_secs(1)).await;
    assert_eq!(refused, Err(ProblemCode::Overloaded));
    set(&standby, "synchronous_commit", "DEFAULT");
    change_within(&world, &person, LIMIT).await.unwrap();
}
