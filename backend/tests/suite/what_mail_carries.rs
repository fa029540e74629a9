//! Mail as a real mail server gets it: over TLS alone, to one recipient, with our headers and nothing else, once for each
//! message however often it was tried; and what becomes of it where the server will not have it.
#![cfg(unix)]

use crate::post_office::{Got, PostOffice, delivery, eventually};
use crate::world::{Database, PASSWORD, World, fast, token};
use axum::body::Body;
use axum::http::Request;
use contract::key::NewKey;
use contract::operation::{AddKey, DeleteKey, StartVerification};
use contract::verification::{Channel, Purpose, VerificationRequest};
use contract::{KeyId, Problem};
use postern_backend::settings::{Delivery, Mail, MailTls};
use postern_backend::{PostedMessage, Settings};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

const HEADERS: [&str; 10] = [
    "Auto-Submitted",
    "Content-Language",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
];

fn sending(mail: Mail) -> Settings {
    Settings { delivery: delivery(Some(mail), None), ..fast() }
}

async fn ask_for_a_number(world: &World, address: &str) -> Result<(), Problem> {
    let purpose = Purpose::SignUp { asker: world.asker() };
    let body = VerificationRequest { purpose, channel: Channel::Email, address: address.to_owned() };
    world.ask(StartVerification { body }, None).await.map(|_| ())
}

async fn newest(world: &World) -> PostedMessage {
    world.backend.posted().await.unwrap().remove(0)
}

/// The newest message once it is in this state.
async fn newest_is(world: &World, state: &str) -> PostedMessage {
    eventually(state, async || Some(newest(world).await).filter(|posted| posted.delivery.state == state))
        .await
}

async fn mails(office: &PostOffice, count: usize) -> Vec<Got> {
    let what = format!("{count} mails");
    eventually(&what, async || Some(office.mails()).filter(|mails| mails.len() >= count)).await
}

fn names(mail: &Got) -> BTreeSet<&str> {
    assert_eq!(mail.headers.len(), HEADERS.len(), "{:?}", mail.headers);
    mail.headers.iter().map(|(name, _)| name.as_str()).collect()
}

// OTP-9, OTP-11: over STARTTLS with a login, in the language that was asked for
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_arrives_by_mail() {
    let office = PostOffice::mail(&["--tls", "starttls", "--user", "postern", "--password", "seven lamps"]);
    let secret_file = office.folder.path().join("password");
    std::fs::write(&secret_file, "seven lamps\n").unwrap();
    let login = Some(("postern".to_owned(), secret_file));
    let world = World::with(sending(Mail { login, ..office.relay(MailTls::StartTls) })).await;
    let to = "mina@harbor.example";
    let asker = world.asker();
    let body = serde_json::json!({
        "purpose": { "for": "sign_up", "asker": asker }, "channel": "email", "address": to,
    });
    let request = Request::post("/v1/verifications")
        .header("content-type", "application/json")
        .header("idempotency-key", "one")
        .header("accept-language", "fr, ko-KR;q=0.9, en;q=0.8");
    let answer = world.send(request.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(answer.status(), 202);

    let posted = newest_is(&world, "sent").await;
    let got = mails(&office, 1).await.remove(0);
    let number = world.number(to).await;
    assert_eq!((got.tls, got.user.as_deref()), (true, Some("postern")));
    assert_eq!(
        (got.sender.as_str(), got.recipients.as_slice()),
        ("postern@harbor.example", &[to.to_owned()][..])
    );
    assert_eq!(names(&got), BTreeSet::from(HEADERS));
    assert_eq!(got.header("message-id"), format!("<{}@harbor.example>", posted.message.id.0));
    assert_eq!((got.header("content-language"), posted.language), ("ko", "ko"));
    assert_eq!(got.header("subject"), "계정 만들기 인증번호");
    assert!(got.text.contains(&number) && got.text.contains("10분"), "{}", got.text);
    assert_eq!((posted.delivery.tries, posted.delivery.fault), (1, None));
}

// only a local part that is not ASCII needs SMTPUTF8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u5_a_relay_without_smtputf8_carries_mail_to_every_domain() {
    let office = PostOffice::mail(&["--ascii"]);
    let from = "Postern <postern@hafen-büro.example>".to_owned();
    let world = World::with(sending(Mail { from, ..office.relay(MailTls::Off) })).await;
    ask_for_a_number(&world, "mina@bücher.example").await.unwrap();
    newest_is(&world, "sent").await;
    let got = mails(&office, 1).await.remove(0);
    assert_eq!(got.recipients, ["mina@xn--bcher-kva.example"]);
    assert_eq!(got.sender, "postern@xn--hafen-bro-w9a.example");
    assert!(got.header("to").contains("mina@xn--bcher-kva.example"), "{}", got.header("to"));
    ask_for_a_number(&world, "민아@bücher.example").await.unwrap();
    newest_is(&world, "dead").await;
    assert_eq!(office.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_from_the_first_byte_works_too() {
    let office = PostOffice::mail(&["--tls", "wrapped"]);
    let world = World::with(sending(office.relay(MailTls::Wrapped))).await;
    ask_for_a_number(&world, "mina@harbor.example").await.unwrap();
    newest_is(&world, "sent").await;
    let got = mails(&office, 1).await.remove(0);
    assert!(got.tls && got.header("content-language") == "en");
}

// nothing goes out in clear or to a stranger, and nothing is lost over it: the message waits
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_cannot_be_trusted_gets_nothing() {
    let plain = PostOffice::mail(&[]);
    let private = PostOffice::mail(&["--tls", "starttls", "--user", "postern", "--password", "seven lamps"]);
    let wrapped = PostOffice::mail(&["--tls", "wrapped"]);
    let silent = PostOffice::mail(&["--silent"]);
    let secret_file = private.folder.path().join("password");
    std::fs::write(&secret_file, "eight lamps").unwrap();
    let login = Some(("postern".to_owned(), secret_file));
    let gone = Mail { port: 9, ..plain.relay(MailTls::Off) };
    let impatient = Duration::from_millis(300);
    for (relay, fault) in [
        (Mail { ca_file: None, ..plain.relay(MailTls::StartTls) }, "no_tls"),
        (Mail { ca_file: None, ..private.relay(MailTls::StartTls) }, "not_trusted"),
        (Mail { ca_file: None, ..wrapped.relay(MailTls::Wrapped) }, "not_trusted"),
        (Mail { login, ..private.relay(MailTls::StartTls) }, "login_refused"),
        (Mail { timeout: impatient, ..silent.relay(MailTls::Off) }, "no_answer"),
        (gone, "no_connection"),
    ] {
        let world = World::with(sending(relay)).await;
        ask_for_a_number(&world, "mina@harbor.example").await.unwrap();
        let posted = newest_is(&world, "waiting").await;
        assert_eq!(posted.delivery.fault.as_deref(), Some(fault));
        assert!(posted.delivery.next_try_at.is_some());
    }
    for office in [plain, private, wrapped] {
        assert!(office.mails().is_empty());
    }
}

// an address that is refused for good is not tried again; one that is put off is, later each time, and arrives
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_is_given_up_and_what_is_put_off_is_tried_again() {
    let office = PostOffice::mail(&[]);
    let world = World::with(sending(office.relay(MailTls::Off))).await;
    ask_for_a_number(&world, "refuse-mina@harbor.example").await.unwrap();
    let dead = newest_is(&world, "dead").await;
    assert_eq!((dead.delivery.tries, dead.delivery.fault.as_deref()), (1, Some("refused")));

    ask_for_a_number(&world, "later-mina@harbor.example").await.unwrap();
    let mut waits = Vec::new();
    for tries in 1..=3 {
        let posted = eventually("a try", async || {
            let posted = newest(&world).await;
            (posted.delivery.next_try_at.is_some() && posted.delivery.tries == tries).then_some(posted)
        })
        .await;
        assert_eq!(posted.delivery.fault.as_deref(), Some("put_off"));
        let wait = posted.delivery.next_try_at.unwrap().as_millisecond() - world.now();
        waits.push(wait);
        if tries == 3 {
            office.open("open");
        }
        world.clock().advance(wait / 1000 + 1);
    }
    for (wait, plain) in waits.iter().zip([10_000, 20_000, 40_000]) {
        assert!((plain * 8 / 10..=plain * 12 / 10).contains(wait), "{waits:?}");
    }
    let sent = newest_is(&world, "sent").await;
    assert_eq!((sent.delivery.tries, office.mails().len()), (4, 1));
    // given up is not gone: it is kept as long as every other message
    assert!(world.backend.posted().await.unwrap().iter().any(|posted| posted.delivery.state == "dead"));
}

// a number that opens nothing any more is not sent late: neither one that expired nor one that was replaced
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_number_is_not_sent() {
    let office = PostOffice::mail(&[]);
    let world = World::with(sending(office.relay(MailTls::Off))).await;
    let purpose = Purpose::SignUp { asker: world.asker() };
    let address = "later-mina@harbor.example".to_owned();
    let body = VerificationRequest { purpose, channel: Channel::Email, address };
    let again = StartVerification { body };
    world.ask(again.clone(), None).await.unwrap();
    newest_is(&world, "waiting").await;
    world.clock().advance(61);
    world.ask(again, None).await.unwrap();
    office.open("open");
    let posted = eventually("both to be decided", async || {
        let posted = world.backend.posted().await.unwrap();
        posted.iter().all(|posted| posted.delivery.done_at.is_some()).then_some(posted)
    })
    .await;
    let states: Vec<_> =
        posted.iter().map(|posted| (posted.delivery.state, posted.delivery.fault.as_deref())).collect();
    assert_eq!(states, [("sent", None), ("dead", Some("expired"))]);

    std::fs::remove_file(office.folder.path().join("open")).unwrap();
    ask_for_a_number(&world, "later-joon@harbor.example").await.unwrap();
    newest_is(&world, "waiting").await;
    world.clock().advance(600);
    office.open("open");
    assert_eq!(newest_is(&world, "dead").await.delivery.fault.as_deref(), Some("expired"));
    assert_eq!(office.mails().len(), 1);
}

// the server takes the mail and is gone before it can say so: it is sent again, the same to the last byte
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_copy_is_known_by_its_id() {
    let office = PostOffice::mail(&[]);
    let world = World::with(sending(office.relay(MailTls::Off))).await;
    ask_for_a_number(&world, "drop-mina@harbor.example").await.unwrap();
    newest_is(&world, "waiting").await;
    world.clock().advance(13);
    newest_is(&world, "sent").await;
    let mails = office.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(
        (&mails[0].raw, mails[0].header("message-id")),
        (&mails[1].raw, mails[1].header("message-id"))
    );
}

/// Whatever somebody may call a place, or write as an address.
fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,64}",
        "\\PC{1,40}",
        "[a-z\\r\\n\\x00\u{202e}\u{2066}:@.<>/가-힣]{1,64}",
        Just("\r\nBcc: all@evil.example\r\n\r\nhttps://evil.example".to_owned()),
        Just("https://evil.example/sign-in".to_owned()),
        Just("x".repeat(10_000)),
    ]
}

// OTP-11: whatever a place is called and whatever is given for an address, a mail has exactly our headers, one recipient,
// and a text of our template in which nothing is a link
#[test]
fn otp_11_nothing_that_was_typed_gets_a_header_or_a_link() {
    nothing_that_was_typed_gets_a_header_or_a_link(Database::Sqlite);
}

#[cfg(unix)]
#[test]
fn otp_11_nothing_that_was_typed_gets_a_header_or_a_link_on_postgres() {
    nothing_that_was_typed_gets_a_header_or_a_link(Database::Postgres);
}

fn nothing_that_was_typed_gets_a_header_or_a_link(database: Database) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (office, world) = runtime.block_on(async {
        let office = PostOffice::mail(&[]);
        let world = World::on(database).await;
        world.create("mina@harbor.example", "+821055501234", PASSWORD).await.unwrap();
        let world = world.reopen(sending(office.relay(MailTls::Off))).await;
        (office, world)
    });
    let cases = crate::depth::rounds(16, 400);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let sent = std::cell::Cell::new(office.mails().len());
    let checked = |count: usize| {
        let before = sent.replace(sent.get() + count);
        let mails = runtime.block_on(mails(&office, before + count));
        for mail in &mails[before..] {
            prop_assert_eq!(names(mail), BTreeSet::from(HEADERS));
            prop_assert_eq!(mail.recipients.len(), 1);
            prop_assert!(!mail.text.contains("://") && !mail.text.contains("evil.example"), "{}", mail.text);
            prop_assert!(mail.text.lines().count() <= 10 && mail.text.len() < 1000, "{}", mail.text);
            prop_assert!(!mail.text.chars().any(|c| c.is_control() && c != '\n' && c != '\r'));
        }
        Ok(())
    };
    proptest::test_runner::TestRunner::new(config)
        .run(&(odd(), odd()), |(place, address)| {
            let signed_in = runtime.block_on(world.sign_in("mina@harbor.example", PASSWORD, &place));
            if let Ok(signed_in) = signed_in {
                let me = token(signed_in);
                runtime.block_on(async {
                    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
                    let id = KeyId(world.asker().0);
                    let label = "deploy".to_owned();
                    let body =
                        NewKey { label, sha256: "0".repeat(64), hint: "abcd".to_owned(), expires_at: None };
                    world.ask(AddKey { id, body }, Some(&me)).await.unwrap();
                    world.ask(DeleteKey { id, body: () }, Some(&me)).await.unwrap();
                });
                checked(2)?;
            }
            let asked = runtime.block_on(ask_for_a_number(&world, &format!("{address}@harbor.example")));
            if asked.is_ok() {
                checked(1)?;
            }
            // budgets and waits are not what is shown here
            world.clock().advance(700);
            Ok(())
        })
        .unwrap();
    assert!(sent.get() > 4, "too little got through to show anything");
}

// what is configured and cannot work is said at the start
#[tokio::test]
async fn a_relay_that_cannot_be_used_is_refused_at_the_start() {
    let office = PostOffice::mail(&[]);
    for (mail, key) in [
        (Mail { host: "mail.harbor.example".to_owned(), ..office.relay(MailTls::Off) }, "mail.tls"),
        (Mail { from: "nobody".to_owned(), ..office.relay(MailTls::Off) }, "mail.from"),
        (office.relay(MailTls::StartTls), "mail.ca_file"),
        (
            Mail { login: Some(("me".to_owned(), "/nowhere/word".into())), ..office.relay(MailTls::Off) },
            "mail.password_file",
        ),
    ] {
        let delivery = Delivery { mail: Some(mail), ..Delivery::default() };
        let said = World::refusal(Settings { delivery, ..fast() }).await.to_string();
        assert!(said.contains(key) && said.contains("nothing was sent"), "{said}");
    }
}
