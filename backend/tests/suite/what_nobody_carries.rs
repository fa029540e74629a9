//! Messages that a server has no carrier for: they wait for one that has, unless it was told that they are kept in place.
#![cfg(unix)]

use crate::post_office::{PostOffice, delivery, eventually};
use crate::stage::configuration;
use crate::wire::{get, metrics_of, say};
use crate::world::{Database, World, fast};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};
use postern_backend::config::{around, delivery::WithoutCarrier};
use postern_backend::settings::{Delivery, Uncarried};
use postern_backend::{PostedMessage, Settings};
use serde_json::json;

const PHONE: &str = "+821055501234";

async fn ask(world: &World) {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel: Channel::TextMessage, address: PHONE.to_owned() };
    world.ask(StartVerification { body }, None).await.unwrap();
}

/// The newest message, after whatever is to be done to it without sending it.
async fn newest(world: &World) -> PostedMessage {
    world.backend.posted().await.unwrap().remove(0)
}

// OTP-9: a server without a carrier leaves the messages of all to the one that has it
async fn a_message_waits_for_the_server_that_sends_it(database: Database) {
    let queued = Delivery { uncarried: Uncarried::Queued, ..Delivery::default() };
    let without = World::with_on(Settings { delivery: queued, ..fast() }, database).await;
    ask(&without).await;
    for _ in 0..3 {
        let posted = newest(&without).await.delivery;
        assert_eq!((posted.state, posted.tries, posted.done_at), ("queued", 0, None));
    }
    let office = PostOffice::gateway(&[]);
    let with = Settings { delivery: delivery(None, Some(office.texts())), ..fast() };
    let with = without.replica_with(with).await;
    let sent = eventually("it is sent", async || {
        Some(newest(&without).await.delivery).filter(|delivery| delivery.state == "sent")
    });
    assert_eq!(sent.await.tries, 1);
    assert_eq!(office.calls().len(), 1);
    drop(with);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_9_on_sqlite_a_message_waits_for_the_server_that_sends_it() {
    a_message_waits_for_the_server_that_sends_it(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_9_on_postgres_a_message_waits_for_the_server_that_sends_it() {
    a_message_waits_for_the_server_that_sends_it(Database::Postgres).await;
}

const DAY: u32 = 86_400;

/// The state of each message with the fault, newest first.
async fn states(world: &World) -> Vec<(&'static str, Option<String>)> {
    let posted = world.backend.posted().await.unwrap();
    posted.into_iter().map(|message| (message.delivery.state, message.delivery.fault)).collect()
}

fn given_up() -> (&'static str, Option<String>) {
    ("dead", Some("no_carrier".to_owned()))
}

// what nobody carried for a week is given up and then shown for a day; what waits for less is not, and is shown
async fn what_waits_for_a_week_is_given_up(database: Database) {
    let queued = Delivery { uncarried: Uncarried::Queued, ..Delivery::default() };
    let world = World::with_on(Settings { delivery: queued, ..fast() }, database).await;
    let waits = ("queued", None);
    ask(&world).await;
    world.clock().advance((6 * DAY).into());
    ask(&world).await;
    world.clock().advance((DAY - 1).into());
    assert_eq!(states(&world).await, [waits.clone(), waits.clone()]);
    world.clock().advance(1);
    assert_eq!(states(&world).await, [waits.clone(), given_up()]);
    world.clock().advance((DAY - 1).into());
    assert_eq!(states(&world).await, [waits.clone(), given_up()]);
    world.clock().advance(1);
    assert_eq!(states(&world).await, [waits]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_week_is_given_up_on_sqlite() {
    what_waits_for_a_week_is_given_up(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_week_is_given_up_on_postgres() {
    what_waits_for_a_week_is_given_up(Database::Postgres).await;
}

// what was tried in vain before its carrier was taken away is given up after the same week
async fn what_a_carrier_left_behind_is_given_up(database: Database) {
    let office = PostOffice::gateway(&[]);
    office.answer(&[json!({ "status": 503 })]);
    let sending = Settings { delivery: delivery(None, Some(office.texts())), ..fast() };
    let world = World::with_on(sending, database).await;
    ask(&world).await;
    let tried = eventually("it is tried in vain", async || {
        states(&world).await.into_iter().find(|(state, _)| *state == "waiting")
    })
    .await;
    let queued = Delivery { uncarried: Uncarried::Queued, ..Delivery::default() };
    let world = world.reopen(Settings { delivery: queued, ..fast() }).await;
    world.clock().advance((7 * DAY - 1).into());
    assert_eq!(states(&world).await, [tried]);
    world.clock().advance(1);
    assert_eq!(states(&world).await, [given_up()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_carrier_left_behind_is_given_up_on_sqlite() {
    what_a_carrier_left_behind_is_given_up(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_carrier_left_behind_is_given_up_on_postgres() {
    what_a_carrier_left_behind_is_given_up(Database::Postgres).await;
}

// what waits is said in the log at the start, and counted
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_said_and_counted() {
    let metrics = "http.metrics_listen = \"127.0.0.1:0\"";
    for (more, state, said) in [("", "queued", true), ("messages.without_carrier = \"kept\"", "sent", false)]
    {
        let world = World::program_on(Database::Postgres, &[metrics, more], "info").await;
        let log = world.served_by().log();
        assert_eq!(log.contains("they wait for a server that sends them"), said, "{log}");
        let metrics = metrics_of(&log);
        ask(&world).await;
        let counted = format!("postern_outbox_messages{{state=\"{state}\"}} 1");
        eventually(&counted, async || {
            say(&metrics, "127.0.0.1", &get("/metrics", "")).await.contains(&counted).then_some(())
        })
        .await;
    }
}

#[test]
fn what_is_not_sent_here_is_kept_only_where_nobody_else_can_send_it() {
    let (sqlite, shared) = ("sqlite:///accounts.db", "postgres://postern@localhost/accounts");
    let mail = "mail = { host = \"relay.example\", from = \"postern@harbor.example\" }";
    let (kept, queued) = ("messages.without_carrier = \"kept\"", "messages.without_carrier = \"queued\"");
    let key = "key.file = \"backend.key\"";
    for (url, lines, expected) in [
        (sqlite, vec![], WithoutCarrier::Kept),
        (sqlite, vec![queued], WithoutCarrier::Queued),
        (sqlite, vec![mail], WithoutCarrier::Queued),
        (sqlite, vec![mail, kept], WithoutCarrier::Kept),
        (shared, vec![key], WithoutCarrier::Queued),
        (shared, vec![key, mail], WithoutCarrier::Queued),
        (shared, vec![key, kept], WithoutCarrier::Kept),
    ] {
        let file = configuration(url, &lines);
        let (configuration, findings) = around::load(file.path());
        let configuration = configuration.unwrap_or_else(|| panic!("{findings}"));
        assert_eq!(configuration.without_carrier(), expected, "{url} {lines:?}");
        assert_eq!(configuration.settings().delivery.uncarried, expected.into());
    }
}
