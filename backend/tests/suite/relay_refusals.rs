//! What a mail relay refuses, and whom that concerns: the recipient, so that the message is dead, or this server, so that it is
//! retried until an operator has seen to it, who is shown why. A message that was taken is not sent again.
#![cfg(unix)]

use crate::post_office::{PostOffice, delivery, eventually};
use crate::wire::{get, metrics_of, say, value};
use crate::world::{PASSWORD, World, fast, token};
use contract::KeyId;
use contract::key::NewKey;
use contract::operation::{AddKey, StartVerification};
use contract::verification::{Channel, Purpose, VerificationRequest};
use postern_backend::settings::{Mail, MailTls};
use postern_backend::{PostedMessage, Settings};
use std::time::Duration;

const TO: &str = "mina@harbor.example";

fn sending(mail: Mail) -> Settings {
    Settings { delivery: delivery(Some(mail), None), ..fast() }
}

async fn ask(world: &World, address: &str) {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel: Channel::Email, address: address.to_owned() };
    world.ask(StartVerification { body }, None).await.unwrap();
}

async fn newest(world: &World) -> PostedMessage {
    world.backend.posted().await.unwrap().remove(0)
}

async fn newest_is(world: &World, state: &str) -> PostedMessage {
    eventually(state, async || Some(newest(world).await).filter(|posted| posted.delivery.state == state))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u8_ehlo_says_an_address_literal_or_the_name_that_is_configured() {
    let office = PostOffice::mail(&[]);
    for (name, said) in [
        (None, "[127.0.0.1]"),
        (Some("accounts.harbor.example"), "accounts.harbor.example"),
        (Some("[IPv6:2001:db8::7]"), "[IPv6:2001:db8::7]"),
    ] {
        let hello_name = name.map(str::to_owned);
        let host = "127.0.0.1".to_owned();
        let world = World::with(sending(Mail { hello_name, host, ..office.relay(MailTls::Off) })).await;
        ask(&world, TO).await;
        newest_is(&world, "sent").await;
        assert_eq!(office.mails().last().unwrap().hello, said);
    }
    let mail = Mail { hello_name: Some("vm".to_owned()), ..office.relay(MailTls::Off) };
    let refusal = World::refusal(sending(mail)).await.to_string();
    assert!(refusal.contains("mail.hello_name") && refusal.contains("accounts.harbor.example"), "{refusal}");
}

on_both_databases! {
    u8_a_refusal_of_this_server_is_retried_until_it_is_over,
    u8_what_concerns_us_is_given_up_after_a_week,
}

async fn u8_a_refusal_of_this_server_is_retried_until_it_is_over(world: World) {
    let office = PostOffice::mail(&[]);
    let world = world.reopen(sending(office.relay(MailTls::Off))).await;
    for (at, (command, reply, fault)) in [
        ("EHLO", "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", "greeting_refused"),
        ("MAIL", "550 5.7.1 sender not authorized", "sender_refused"),
        ("MAIL", "550 5.4.5 daily user sending limit exceeded", "limit_reached"),
        ("RCPT", "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", "greeting_refused"),
        ("RCPT", "554 5.7.1 <mina@harbor.example>: relay access denied", "policy_refused"),
        ("DATA", "550 5.7.1 not from here", "policy_refused"),
    ]
    .into_iter()
    .enumerate()
    {
        office.reply(&[(command, reply)]);
        let to = format!("mina{at}@harbor.example");
        ask(&world, &to).await;
        // more tries than a message is given up after
        for tries in 1..=6 {
            let posted = eventually("a try", async || {
                let posted = newest(&world).await;
                (posted.delivery.next_try_at.is_some() && posted.delivery.tries == tries).then_some(posted)
            })
            .await;
            assert_eq!(posted.delivery.fault.as_deref(), Some(fault), "{reply}");
            if tries == 6 {
                office.reply(&[]);
            }
            world.clock().advance(75);
        }
        newest_is(&world, "sent").await;
        let mails = office.mails();
        assert_eq!((mails.len(), mails[at].recipients.as_slice()), (at + 1, &[to][..]));
    }
}

async fn u8_what_concerns_us_is_given_up_after_a_week(world: World) {
    let office = PostOffice::mail(&[]);
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let world = world.reopen(sending(office.relay(MailTls::Off))).await;
    office.reply(&[("MAIL", "550 5.7.1 sender not authorized")]);
    // a notice, which does not expire
    let me = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    let id = KeyId(world.asker().0);
    let body = NewKey {
        label: "deploy".to_owned(),
        sha256: "0".repeat(64),
        hint: "abcd".to_owned(),
        expires_at: None,
    };
    world.ask(AddKey { id, body }, Some(&me)).await.unwrap();
    let waiting = async |world: &World| {
        let posted = world.backend.posted().await.unwrap();
        posted.into_iter().find(|posted| posted.delivery.fault.as_deref() == Some("sender_refused"))
    };
    for days in 0..6 {
        let posted = eventually("a try", async || waiting(&world).await).await;
        assert_eq!(posted.delivery.state, "waiting", "after {days} days");
        world.clock().advance(86_400);
    }
    world.clock().advance(2 * 86_400);
    let posted = eventually("the end", async || {
        waiting(&world).await.filter(|posted| posted.delivery.state == "dead")
    })
    .await;
    assert!(posted.delivery.done_at.is_some());
    assert!(office.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u8_a_refusal_of_the_recipient_is_final() {
    let office = PostOffice::mail(&[]);
    let world = World::with(sending(office.relay(MailTls::Off))).await;
    for (at, (command, reply)) in [
        ("RCPT", "550 5.1.1 no such mailbox"),
        ("RCPT", "550 no such user"),
        ("RCPT", "552 5.2.2 mailbox full"),
        ("DATA", "550 5.1.10 recipient not found"),
    ]
    .into_iter()
    .enumerate()
    {
        office.reply(&[(command, reply)]);
        ask(&world, &format!("mina{at}@harbor.example")).await;
        let dead = newest_is(&world, "dead").await;
        assert_eq!((dead.delivery.tries, dead.delivery.fault.as_deref()), (1, Some("refused")), "{reply}");
    }
}

// the 250 after the message decides, whatever becomes of the connection afterwards
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u8_a_message_that_was_taken_is_not_sent_again() {
    let office = PostOffice::mail(&[]);
    let mail = Mail { timeout: Duration::from_millis(900), ..office.relay(MailTls::Off) };
    let world = World::with(sending(mail)).await;
    for (at, quit) in ["silence", "abort"].into_iter().enumerate() {
        office.reply(&[("QUIT", quit)]);
        ask(&world, &format!("mina{at}@harbor.example")).await;
        let sent = newest_is(&world, "sent").await;
        assert_eq!((sent.delivery.tries, office.mails().len()), (1, at + 1), "{quit}");
    }
}

// U9: a relay that accepts a message in words of another encoding is not sent it again
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u9_a_message_that_was_taken_in_latin_1_is_not_sent_again() {
    let office = PostOffice::mail(&[]);
    let world = World::with(sending(office.relay(MailTls::Off))).await;
    office.reply(&[("TAKEN", "250 2.0.0 zugestellt, schönen Gruß")]);
    ask(&world, TO).await;
    assert_eq!(newest_is(&world, "sent").await.delivery.tries, 1);
    assert_eq!(office.mails().len(), 1);
}

// what an operator watches says why messages wait; no address is in it
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u8_an_operator_is_shown_why_messages_wait() {
    let office = PostOffice::mail(&[]);
    office.reply(&[("RCPT", "554 5.7.1 <mina@harbor.example>: relay access denied")]);
    let port = format!("mail.port = {}", office.port);
    let more = [
        "mail.host = \"127.0.0.1\"",
        "mail.tls = \"off\"",
        "mail.from = \"postern@harbor.example\"",
        "http.metrics_listen = \"127.0.0.1:0\"",
        port.as_str(),
    ];
    let world = World::program_logging(&more, "info").await;
    ask(&world, TO).await;
    let page = eventually("the metric", async || {
        let page = say(&metrics_of(&world.served_by().log()), "127.0.0.1", &get("/metrics", "")).await;
        value(&page, "postern_outbox_waiting{reason=\"policy_refused\"}").map(|_| page)
    })
    .await;
    let tried = "postern_messages_sent_total{channel=\"email\",outcome=\"blocked\"}";
    assert!(value(&page, tried).is_some_and(|count| count >= 1.0), "{page}");
    let log = world.served_by().log();
    assert!(log.contains("refuses this server") && log.contains("554") && log.contains("RCPT TO"), "{log}");
    assert!(!log.contains("mina") && !page.contains("mina"), "{log}");
}
