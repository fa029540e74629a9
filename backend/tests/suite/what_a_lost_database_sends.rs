//! The database goes away between a message's sending and its marking, and claims run out meanwhile: the message counts as
//! sent in the end, and wherever it went out again it did so under the id it had.
#![cfg(unix)]

use crate::post_office::{PostOffice, delivery, eventually};
use crate::postgres::Server;
use crate::world::{World, fast};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};
use postern_backend::Settings;
use serde_json::json;
use std::collections::BTreeSet;

// DB-1: two servers share the outbox; what one has sent and could not write down yet is known again by its id
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_while_the_database_was_away_is_one_message() {
    let office = PostOffice::gateway(&[]);
    office.answer(&[json!({ "wait": "open" })]);
    let database = Server::fresh("");
    let url = format!(
        "postgres://postgres@localhost/postgres?host={}&sslmode=disable",
        database.socket().display()
    );
    let sending = || Settings { delivery: delivery(None, Some(office.texts())), ..fast() };
    let world = World::at_with(sending(), url).await;
    let replica = world.replica_with(sending()).await;
    let purpose = Purpose::SignUp { asker: world.asker() };
    let address = "+821055501234".to_owned();
    let body = VerificationRequest { purpose, channel: Channel::TextMessage, address };
    world.ask(StartVerification { body }, None).await.unwrap();
    eventually("a call", async || (office.calls().len() == 1).then_some(())).await;

    database.kill();
    office.open("open");
    // longer than the claim, and shorter than the number
    world.clock().advance(60);
    database.start_again();
    let sent = eventually("it is marked", async || {
        let posted = replica.backend.posted().await.ok()?.remove(0);
        (posted.delivery.state == "sent").then_some(posted)
    });
    let tries = sent.await.delivery.tries;
    let ids: BTreeSet<String> = office.calls().iter().map(|call| call.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "one message has one id");
    assert!((1..=2).contains(&tries), "{tries}");
}
