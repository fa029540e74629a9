//! The database goes away between a message's sending and its marking, for longer than any claim holds: the message is
//! sent once nevertheless.
#![cfg(unix)]

use crate::post_office::{PostOffice, delivery, eventually};
use crate::postgres::Server;
use crate::world::{World, fast};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};
use postern_backend::Settings;
use serde_json::json;

// OTP-9, DB-1: two servers share the outbox, and neither sends again what the other has sent
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otp_9_what_was_sent_while_the_database_was_away_is_not_sent_again() {
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
    assert_eq!(sent.await.delivery.tries, 1);
    assert_eq!(office.calls().len(), 1);
}
