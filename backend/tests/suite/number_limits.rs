//! Limits of authentication numbers: they belong to the address that used them up, and every answer says when the next
//! number can be had.

use crate::world::{Database, PASSWORD, World, challenge, fast, refused, token};
use contract::message::{Content, Notice, NumberStanding};
use contract::operation::{
    AnswerChallenge, ChangeSecurity, ConfirmVerification, GetSecurity, StartVerification,
};
use contract::security::SecurityChange;
use contract::session::{Number, SignIn};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest, VerificationSent};
use contract::{Problem, ProblemCode, Secret, VerificationId};

on_both_databases! {
    d4_five_wrong_numbers_hold_up_their_own_address_alone,
    d4_a_tried_number_stays_tried_when_another_address_is_asked_for_in_between,
    d13_messages_learn_at_once_that_a_number_was_used,
    d23_one_change_of_the_security_settings_is_one_notice_by_each_channel,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

async fn send(world: &World, me: &Secret<String>, address: &str) -> Result<VerificationSent, Problem> {
    let channel = if address.contains('@') { Channel::Email } else { Channel::TextMessage };
    let body = VerificationRequest { purpose: Purpose::ChangeContact, channel, address: address.to_owned() };
    world.ask(StartVerification { body }, Some(me)).await
}

async fn enter(world: &World, me: &Secret<String>, id: VerificationId, number: &str) -> Result<(), Problem> {
    let body = Confirmation { number: number.to_owned(), asker: None };
    world.ask_patiently(ConfirmVerification { id, body }, Some(me)).await.map(drop)
}

/// Enters the password again: what takes longer than ten minutes needs it.
async fn unlock(world: &World, me: &Secret<String>) -> Secret<String> {
    token(world.step_up(me, PASSWORD).await.unwrap())
}

/// Uses up all tries of the number sent to `address`; answers the last refusal.
async fn exhaust(world: &World, me: &Secret<String>, sent: &VerificationSent, address: &str) -> Problem {
    let wrong = World::wrong(&world.number(address).await);
    let mut last = None;
    for _ in 0..sent.number.tries_left {
        last = Some(refused(enter(world, me, sent.id, &wrong).await));
    }
    last.unwrap()
}

async fn d4_five_wrong_numbers_hold_up_their_own_address_alone(world: World) {
    let mut me = world.person(EMAIL, PHONE).await.token;
    let sent = send(&world, &me, "pier@harbor.example").await.unwrap();
    let last = exhaust(&world, &me, &sent, "pier@harbor.example").await;
    assert_eq!((last.code, last.tries_left), (ProblemCode::NumberWrong, Some(0)));
    let promised = last.retry_after_seconds.unwrap();

    world.clock().advance(61);
    let early = refused(send(&world, &me, "pier@harbor.example").await);
    assert_eq!((early.code, early.retry_after_seconds), (ProblemCode::TooManyRequests, Some(promised - 61)));
    let dead = refused(enter(&world, &me, sent.id, "123456").await);
    assert_eq!(
        (dead.code, dead.retry_after_seconds),
        (ProblemCode::NumberExhausted, Some(promised - 61)),
        "a dead number says the same time"
    );

    // another address of the same kind is not held up, not even by the time between two numbers
    let other = send(&world, &me, "dock@harbor.example").await.unwrap();
    enter(&world, &me, other.id, &world.number("dock@harbor.example").await).await.unwrap();

    world.clock().advance(i64::from(promised) - 61);
    me = unlock(&world, &me).await;
    let again = send(&world, &me, "pier@harbor.example").await.unwrap();
    enter(&world, &me, again.id, &world.number("pier@harbor.example").await).await.unwrap();
}

async fn d4_a_tried_number_stays_tried_when_another_address_is_asked_for_in_between(world: World) {
    let me = world.person(EMAIL, PHONE).await.token;
    let sent = send(&world, &me, "pier@harbor.example").await.unwrap();
    exhaust(&world, &me, &sent, "pier@harbor.example").await;
    let other = send(&world, &me, "dock@harbor.example").await.unwrap();
    let refusal = refused(send(&world, &me, "pier@harbor.example").await);
    assert_eq!(refusal.code, ProblemCode::TooManyRequests, "asking for another address wins no tries");
    // only the newest number works, whatever address it went to
    let pier = world.number("dock@harbor.example").await;
    let newer = send(&world, &me, "quay@harbor.example").await.unwrap();
    assert_eq!(refused(enter(&world, &me, other.id, &pier).await).code, ProblemCode::NumberExpired);
    enter(&world, &me, newer.id, &world.number("quay@harbor.example").await).await.unwrap();
}

/// Sends as often as each answer promises, with a pace that is shorter than the budget of the address.
async fn sends_as_promised(on: Database) {
    let mut settings = fast();
    settings.capabilities.number_resend_seconds = 5;
    let world = World::with_on(settings, on).await;
    let mut me = world.person(EMAIL, PHONE).await.token;
    let mut promises = Vec::new();
    for sending in 0..24 {
        me = unlock(&world, &me).await;
        let sent = send(&world, &me, "pier@harbor.example").await;
        let resend_in = sent.unwrap_or_else(|early| panic!("{sending}: {early}")).number.resend_in_seconds;
        promises.push(resend_in);
        world.clock().advance(i64::from(resend_in) - 1);
        me = unlock(&world, &me).await;
        let early = refused(send(&world, &me, "pier@harbor.example").await);
        assert_eq!(early.retry_after_seconds, Some(1), "{sending}: it is not promised too late");
        world.clock().advance(1);
    }
    assert!(promises.contains(&5), "{promises:?}");
    assert!(promises.iter().any(|promised| *promised > 100), "{promises:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d4_the_next_number_is_promised_for_when_it_can_be_sent() {
    sends_as_promised(Database::Sqlite).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d4_the_next_number_is_promised_for_when_it_can_be_sent_on_postgres() {
    sends_as_promised(Database::Postgres).await;
}

async fn d13_messages_learn_at_once_that_a_number_was_used(world: World) {
    let me = world.person(EMAIL, PHONE).await.token;
    let sent = send(&world, &me, "pier@harbor.example").await.unwrap();
    let number = world.number("pier@harbor.example").await;
    let mut changes = world.backend.messages_changed();
    let wrong = World::wrong(&number);
    refused(enter(&world, &me, sent.id, &wrong).await);
    assert!(changes.has_changed().unwrap(), "a number that was tried may be dead");
    changes.mark_unchanged();
    enter(&world, &me, sent.id, &number).await.unwrap();
    assert!(changes.has_changed().unwrap());
    let standing = world.backend.messages().await.unwrap().messages.into_iter().find_map(|message| {
        match message.content {
            Content::Number { number: of, standing, .. } if of == number => Some(standing),
            _ => None,
        }
    });
    assert!(matches!(standing, Some(NumberStanding::Used { .. })), "{standing:?}");

    // the numbers of a step-up and of a sign-in too
    let if_match = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::Email };
    world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
    for at_sign_in in [false, true] {
        let asked = if at_sign_in {
            challenge(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap())
        } else {
            challenge(world.step_up(&me, PASSWORD).await.unwrap())
        };
        let number = world.number(EMAIL).await;
        changes.mark_unchanged();
        let token = (!at_sign_in).then_some(&me);
        let answered = world.ask(AnswerChallenge { id: asked.id, body: Number { number } }, token).await;
        assert!(matches!(answered, Ok(SignIn::Complete { .. })), "{answered:?}");
        assert!(changes.has_changed().unwrap(), "at sign-in: {at_sign_in}");
    }
}

async fn d23_one_change_of_the_security_settings_is_one_notice_by_each_channel(world: World) {
    world.create(EMAIL, PHONE, PASSWORD).await.unwrap();
    let me = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    let mut expected = 0;
    let security = || async { world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap() };
    let first = security().await.method;
    let other = if first == Channel::Email { Channel::TextMessage } else { Channel::Email };
    for (two_factor, method, notice) in [
        (true, other, Notice::TwoFactorEnabled),
        (true, first, Notice::TwoFactorMethodChanged),
        (false, other, Notice::TwoFactorDisabled),
    ] {
        let if_match = security().await.etag;
        let body = SecurityChange { two_factor, method };
        world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
        expected += 2;
        let messages = world.backend.messages().await.unwrap().messages;
        let notices: Vec<Notice> = messages
            .into_iter()
            .filter_map(|message| match message.content {
                Content::Notice { notice, .. } => Some(notice),
                _ => None,
            })
            .collect();
        assert_eq!(notices.len(), expected, "{notices:?}");
        assert_eq!(notices[..2], [notice, notice]);
    }
}
