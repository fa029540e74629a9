//! Activity trail under noise: repeats are one entry, security events are not pushed out, and each is in the log too.

use crate::world::{Database, PASSWORD, World, fast, refused, token};
use contract::activity::{Entry, Event};
use contract::key::{KeySecret, NewKey};
use contract::operation::{AddKey, DeleteKey, ExportAccount, ListActivity, ListSessions, StepUp};
use contract::session::PasswordAgain;
use contract::{KeyId, Secret};
use postern_backend::Settings;

on_both_databases! {
    a4_a_thousand_exports_are_one_entry,
    a4_security_events_repeated_for_hours_stay_few,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

async fn trail(world: &World, by: &Secret<String>) -> Vec<Entry> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.ask(ListActivity { cursor, body: () }, Some(by)).await.unwrap();
        all.extend(page.entries);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn add_key(world: &World, by: &Secret<String>, n: u8) {
    let secret = KeySecret::from_random(&[n; 32]);
    let sha256 = format!("{n:064x}");
    let body =
        NewKey { label: format!("Robot {n}"), sha256, hint: secret.hint().to_owned(), expires_at: None };
    world.ask(AddKey { id: KeyId(uuid::Uuid::from_u128(u128::from(n))), body }, Some(by)).await.unwrap();
}

fn of(trail: &[Entry], event: Event) -> Vec<&Entry> {
    trail.iter().filter(|entry| entry.event == event).collect()
}

async fn a4_a_thousand_exports_are_one_entry(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    add_key(&world, &person.token, 1).await;
    let export = || world.ask(ExportAccount { body: () }, Some(&person.token));
    export().await.unwrap();
    world.clock().advance(60);
    for _ in 1..1005 {
        export().await.unwrap();
    }
    let all = trail(&world, &person.token).await;
    assert_eq!(of(&all, Event::KeyAdded).len(), 1);
    let exports = of(&all, Event::DataExported);
    assert_eq!((exports.len(), exports[0].count), (1, 1005));
    let first = exports[0].at.as_millisecond();
    assert_eq!(exports[0].last_at.map(|last| last.as_millisecond() - first), Some(60_000));
    // the last thing that happened is the first of the trail
    assert_eq!(all[0].event, Event::DataExported);
    // an old one is left as it is, and tells that it happened once
    assert_eq!(of(&all, Event::KeyAdded)[0].count, 1);
    assert_eq!(of(&all, Event::KeyAdded)[0].last_at, None);
    let exported = export().await.unwrap().activity;
    assert_eq!(of(&exported, Event::KeyAdded).len(), 1);
}

/// Keys added and deleted all day long are counted, each day anew.
async fn a4_security_events_repeated_for_hours_stay_few(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    for n in 0..60 {
        add_key(&world, &person.token, n).await;
        let id = KeyId(uuid::Uuid::from_u128(u128::from(n)));
        world.ask(DeleteKey { id, body: () }, Some(&person.token)).await.unwrap();
    }
    let all = trail(&world, &person.token).await;
    for event in [Event::KeyAdded, Event::KeyDeleted] {
        let told = of(&all, event);
        assert!(told.len() <= 20, "{}", told.len());
        assert_eq!(told.iter().map(|entry| entry.count).sum::<u32>(), 60);
    }
    assert_eq!(of(&all, Event::AccountCreated).len(), 1);
}

/// More entries of other events than the trail holds leave those of security events alone.
async fn pushed_by_noise(database: Database) {
    let settings = Settings { activity_max: 5, ..fast() };
    let world = World::with_on(settings, database).await;
    let person = world.person(EMAIL, PHONE).await;
    add_key(&world, &person.token, 1).await;
    for day in 0..8 {
        world.clock().advance(if day == 0 { 0 } else { 86_401 });
        let inside = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
        let again = PasswordAgain { password: Secret::from("not my password") };
        refused(world.ask(StepUp { body: again }, Some(&inside)).await);
        world.ask(ListSessions { body: () }, Some(&inside)).await.unwrap();
    }
    let inside = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let all = trail(&world, &inside).await;
    let (security, noise): (Vec<_>, Vec<_>) = all.iter().partition(|entry| entry.event.is_security());
    assert_eq!(
        security.iter().map(|entry| entry.event).collect::<Vec<_>>(),
        [Event::KeyAdded, Event::AccountCreated]
    );
    assert_eq!(noise.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a4_noise_pushes_no_security_event_out() {
    pushed_by_noise(Database::Sqlite).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a4_noise_pushes_no_security_event_out_on_postgres() {
    pushed_by_noise(Database::Postgres).await;
}

// LOG-1: under a pseudonym that is the same each time, and nothing else of the account
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a4_each_security_event_is_logged_under_a_pseudonym() {
    let world = World::program(&[]).await;
    let person = world.person(EMAIL, PHONE).await;
    add_key(&world, &person.token, 1).await;
    let export = world.ask(ExportAccount { body: () }, Some(&person.token)).await.unwrap();
    let log = world.served_by().log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("security event")).collect();
    let told = |event: &str| lines.iter().filter(|line| line.contains(&format!("event={event}"))).count();
    assert_eq!((told("AccountCreated"), told("KeyAdded"), lines.len()), (1, 1, 2), "{lines:?}");
    let pseudonym = |line: &str| line.split_once("account=").unwrap().1.split(' ').next().unwrap().to_owned();
    assert_eq!(pseudonym(lines[0]), pseudonym(lines[1]));
    assert!(pseudonym(lines[0]).len() >= 64 && !log.contains(&export.account.id.to_string()), "{lines:?}");
}
