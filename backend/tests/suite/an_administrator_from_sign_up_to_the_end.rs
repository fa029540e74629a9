//! One administrator's whole way: creates an account, signs in, uses every operation, and cancels the subscription. What
//! each operation refuses is shown beside it elsewhere.
#![allow(clippy::wildcard_imports, reason = "the list of operations names them all")]
#![allow(clippy::too_many_lines, reason = "one person's way, in one piece")]

#[cfg(unix)]
use crate::world::Database;
use crate::world::{PASSWORD, World, challenge, refused, token};
use contract::account::{AccountChange, PasswordChange};
use contract::activity::Event;
use contract::key::{KeySecret, NewKey};
use contract::message::{Content, Notice};
use contract::operation::*;
use contract::security::SecurityChange;
use contract::session::{Cancellation, Number};
use contract::verification::{Channel, Purpose};
use contract::{KeyId, ProblemCode, Secret};
use sha2::{Digest as _, Sha256};

const EMAIL: &str = "mina.park@harbor.example";
const PHONE: &str = "+821055501234";

async fn notices(world: &World) -> Vec<(String, Notice)> {
    let messages = world.backend.messages().await.unwrap().messages;
    let notice = messages.into_iter().filter_map(|message| match message.content {
        Content::Notice { notice, .. } => Some((message.to, notice)),
        _ => None,
    });
    notice.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_from_sign_up_to_the_end() {
    story(World::new().await).await;
}

// DB-5: the same story, unchanged
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_5_an_administrator_from_sign_up_to_the_end_on_postgres() {
    story(World::on(Database::Postgres).await).await;
}

async fn story(world: World) {
    assert_eq!(world.ask(GetCapabilities { body: () }, None).await.unwrap().keys_max, 5);

    // creates an account, and signs in; what is sent wakes whoever shows messages
    let mut queued = world.backend.message_queued();
    queued.mark_unchanged();
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    assert!(queued.has_changed().unwrap());
    assert_eq!(world.backend.accounts().await.unwrap(), 1);
    let first = token(world.sign_in("Mina.Park@harbor.example", PASSWORD, "harbor-desk").await.unwrap());
    let session = world.ask(GetSession { body: () }, Some(&first)).await.unwrap();
    assert_eq!((session.ends_in_seconds, session.unlocked_for_seconds), (3600, 0));
    let account = world.ask(GetAccount { body: () }, Some(&first)).await.unwrap();
    assert_eq!((account.email.as_str(), account.mobile_phone_shown.as_str()), (EMAIL, "+82 10-5550-1234"));

    // enters the password again: another token, the old one is dead
    let change = || ChangeAccount { if_match: account.etag.clone(), body: AccountChange::default() };
    assert_eq!(refused(world.ask(change(), Some(&first)).await).code, ProblemCode::StepUpRequired);
    let me = token(world.step_up(&first, PASSWORD).await.unwrap());
    let dead = refused(world.ask(GetSession { body: () }, Some(&first)).await);
    assert_eq!(dead.code, ProblemCode::Unauthenticated);
    assert_eq!(world.ask(GetSession { body: () }, Some(&me)).await.unwrap().unlocked_for_seconds, 600);

    // changes name and task, then both addresses
    let body = AccountChange {
        name: Some(" Mina P. ".to_owned()),
        task: Some("Gate keys".to_owned()),
        ..AccountChange::default()
    };
    let changed = world.ask(ChangeAccount { if_match: account.etag.clone(), body }, Some(&me)).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.task.as_deref()), ("Mina P.", Some("Gate keys")));
    assert_eq!(changed.changed_from.as_deref(), Some("harbor-desk"));
    let stale = refused(world.ask(change(), Some(&me)).await);
    assert_eq!(stale.code, ProblemCode::PreconditionFailed);
    assert!(matches!(*stale.current.unwrap(), contract::Current::Account(now) if now == changed));
    let purpose = Purpose::ChangeContact;
    let body = AccountChange {
        email: Some(world.prove(purpose, Channel::Email, "mina@pier.example", Some(&me)).await),
        mobile_phone: Some(world.prove(purpose, Channel::TextMessage, "+821055505678", Some(&me)).await),
        ..AccountChange::default()
    };
    let moved = world.ask(ChangeAccount { if_match: changed.etag, body }, Some(&me)).await.unwrap();
    assert_eq!((moved.email.as_str(), moved.mobile_phone.as_str()), ("mina@pier.example", "+821055505678"));
    let told = notices(&world).await;
    for expected in [
        (EMAIL, Notice::EmailChanged),
        ("mina@pier.example", Notice::EmailChanged),
        (PHONE, Notice::MobilePhoneChanged),
        ("+821055505678", Notice::MobilePhoneChanged),
    ] {
        assert!(told.contains(&(expected.0.to_owned(), expected.1)), "{expected:?}");
    }

    // a second place; the password changes there it ends
    let other = token(world.sign_in("mina@pier.example", PASSWORD, "rack 4").await.unwrap());
    assert_eq!(world.ask(ListSessions { body: () }, Some(&me)).await.unwrap().sessions.len(), 2);
    let new = "eleven harbor lamps";
    let body = PasswordChange { current_password: Secret::from(PASSWORD), new_password: Secret::from(new) };
    world.ask(ChangePassword { body }, Some(&me)).await.unwrap();
    refused(world.ask(GetSession { body: () }, Some(&other)).await);

    // a third place is signed out from here
    let third = token(world.sign_in("mina@pier.example", new, "kiosk").await.unwrap());
    let id = world.ask(GetSession { body: () }, Some(&third)).await.unwrap().id;
    world.ask(EndSession { id, body: () }, Some(&me)).await.unwrap();
    refused(world.ask(GetSession { body: () }, Some(&third)).await);

    // two-factor by text message: a sign-in asks for the number, and one can be sent anew
    let security = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap();
    assert!(!security.two_factor);
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    let security = world.ask(ChangeSecurity { if_match: security.etag, body }, Some(&me)).await.unwrap();
    assert!(security.two_factor);
    let asked = challenge(world.sign_in("mina@pier.example", new, "phone").await.unwrap());
    assert_eq!((asked.sent_to.as_str(), asked.number.tries_left), ("78", 5));
    world.clock().advance(61);
    world.ask(ResendChallenge { id: asked.id, body: () }, None).await.unwrap();
    let body = Number { number: world.number("+821055505678").await };
    let with_number = token(world.ask(AnswerChallenge { id: asked.id, body }, None).await.unwrap());
    world.ask(CloseSession { body: () }, Some(&with_number)).await.unwrap();
    refused(world.ask(GetSession { body: () }, Some(&with_number)).await);

    // so does entering the password again
    world.clock().advance(600);
    let locked =
        refused(world.ask(CancelSubscription { body: Cancellation { agree: true } }, Some(&me)).await);
    assert_eq!(locked.code, ProblemCode::StepUpRequired);
    let asked = challenge(world.step_up(&me, new).await.unwrap());
    let body = Number { number: world.number("+821055505678").await };
    let answer = AnswerChallenge { id: asked.id, body };
    assert_eq!(refused(world.ask(answer.clone(), None).await).code, ProblemCode::NotFound);
    let me = token(world.ask(answer, Some(&me)).await.unwrap());

    // a key works until it is deleted
    let secret = KeySecret::from_random(&[3; 32]);
    let digest: [u8; 32] = Sha256::digest(secret.expose()).into();
    let halves = digest.chunks(16).map(|half| u128::from_be_bytes(half.try_into().unwrap()));
    let sha256 = halves.fold(String::new(), |text, half| format!("{text}{half:032x}"));
    let body = NewKey {
        label: "Release robot".to_owned(),
        sha256,
        hint: secret.hint().to_owned(),
        expires_at: None,
    };
    let id = KeyId(uuid::Uuid::from_u128(77));
    let added = world.ask(AddKey { id, body: body.clone() }, Some(&me)).await.unwrap();
    assert_eq!(world.ask(AddKey { id, body }, Some(&me)).await.unwrap(), added);
    let key = Secret::from(secret.expose());
    assert_eq!(world.ask(GetWhoAmI { body: () }, Some(&key)).await.unwrap().key, Some(id));
    assert_eq!(world.ask(GetWhoAmI { body: () }, Some(&me)).await.unwrap().account_id, moved.id);
    let keys = world.ask(ListKeys { body: () }, Some(&me)).await.unwrap().keys;
    assert!(keys[0].last_used_at.is_some());
    let refusal = refused(world.ask(ListKeys { body: () }, Some(&key)).await);
    assert_eq!(refusal.code, ProblemCode::NotPermitted);
    world.ask(DeleteKey { id, body: () }, Some(&me)).await.unwrap();
    let gone = refused(world.ask(GetWhoAmI { body: () }, Some(&key)).await);
    assert_eq!(gone.code, ProblemCode::Unauthenticated);

    // all of it is in the trail
    let trail = world.ask(ListActivity { cursor: None, body: () }, Some(&me)).await.unwrap();
    for event in [
        Event::AccountCreated,
        Event::SignedIn,
        Event::SteppedUp,
        Event::NameChanged,
        Event::TaskChanged,
        Event::EmailChanged,
        Event::MobilePhoneChanged,
        Event::PasswordChanged,
        Event::SessionEnded,
        Event::TwoFactorEnabled,
        Event::SignedOut,
        Event::KeyAdded,
        Event::KeyDeleted,
    ] {
        assert!(trail.entries.iter().any(|entry| entry.event == event), "{event:?}");
    }

    // DEL-1: cancels, and nothing of the person is left in any file
    let personal = [EMAIL, "mina@pier.example", PHONE, "+821055505678", "Mina P", "Gate keys", "harbor-desk"];
    assert!(world.leaks(&["mina@pier.example"]));
    world.ask(CancelSubscription { body: Cancellation { agree: true } }, Some(&me)).await.unwrap();
    refused(world.ask(GetSession { body: () }, Some(&me)).await);
    assert_eq!(world.backend.accounts().await.unwrap(), 0);
    assert!(world.backend.messages().await.unwrap().messages.is_empty());
    assert!(!world.leaks(&personal));
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
}
