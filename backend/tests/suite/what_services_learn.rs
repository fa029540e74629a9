//! What a service that accepts authentication keys learns of them, and what is left of an account that is disabled.

use crate::world::{PASSWORD, Person, World, refused, token};
use contract::activity::Event;
use contract::introspection::{Introspection, Question};
use contract::key::{KeySecret, NewKey, ServiceSecret};
use contract::operation::{
    AddKey, CancelSubscription, DeleteKey, GetSession, GetWhoAmI, Introspect, ListActivity, ListKeys,
};
use contract::session::Cancellation;
use contract::{KeyId, Moment, Problem, ProblemCode, Secret};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

on_both_stages! {
    introspection_knows_keys_that_work_and_nothing_else,
    a_disabled_account_is_refused_as_a_wrong_password_is,
}

on_both_databases! {
    an_expired_key_is_no_longer_active,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

fn id(n: u8) -> KeyId {
    KeyId(uuid::Uuid::from_u128(u128::from(n)))
}

async fn key(world: &World, person: &Person, n: u8, expires_at: Option<Moment>) -> Secret<String> {
    let secret = KeySecret::from_random(&[n; 32]);
    let sha256 = Sha256::digest(secret.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let body = NewKey { label: "Robot".to_owned(), sha256, hint: secret.hint().to_owned(), expires_at };
    world.ask(AddKey { id: id(n), body }, Some(&person.token)).await.unwrap();
    Secret::from(secret.expose())
}

async fn ask(world: &World, service: &Secret<String>, of: &str) -> Result<Introspection, Problem> {
    let body = Question { token: Secret::from(of), token_type_hint: Some("access_token".to_owned()) };
    world.ask(Introspect { body }, Some(service)).await
}

async fn introspection_knows_keys_that_work_and_nothing_else(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let service = world.backend.issue_service_credential("Gate").await.unwrap();
    let later = Moment::from_millisecond(4_102_444_800_000);
    let (working, deleted) =
        (key(&world, &person, 1, Some(later)).await, key(&world, &person, 2, None).await);
    world.ask(DeleteKey { id: id(2), body: () }, Some(&person.token)).await.unwrap();

    let known = ask(&world, &service, working.expose()).await.unwrap();
    let me = world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
    let listed = world.ask(ListKeys { body: () }, Some(&person.token)).await.unwrap().keys;
    let expected = Introspection {
        active: true,
        sub: Some(me.account_id),
        jti: Some(id(1)),
        token_type: Some("Bearer".to_owned()),
        iat: Some(listed[0].created_at.as_millisecond().div_euclid(1000)),
        exp: Some(4_102_444_800),
    };
    assert_eq!(known, expected);
    // a key that was asked about is in use
    assert!(listed[0].last_used_at.is_some());

    let made_up = KeySecret::from_random(&[9; 32]);
    for nothing in [
        deleted.expose().as_str(),
        person.token.expose(),
        service.expose(),
        made_up.expose(),
        "pst_",
        "",
        "nonsense & more=1\u{0}",
    ] {
        assert_eq!(ask(&world, &service, nothing).await.unwrap(), Introspection::inactive(), "{nothing}");
    }
    // a credential is asked for: nobody's, a made-up one, a session, a key and one that was exchanged are none
    let exchanged = world.backend.issue_service_credential("Gate").await.unwrap();
    let made_up = ServiceSecret::from_random(&[3; 32]);
    for none in [&service, &person.token, &working, &Secret::from(made_up.expose()), &Secret::from("")] {
        let refusal = refused(ask(&world, none, working.expose()).await);
        assert_eq!(refusal.code, ProblemCode::Unauthenticated);
    }
    let body = || Question { token: working.clone(), token_type_hint: None };
    assert_eq!(
        refused(world.ask(Introspect { body: body() }, None).await).code,
        ProblemCode::Unauthenticated
    );
    assert!(world.ask(Introspect { body: body() }, Some(&exchanged)).await.unwrap().active);
    assert!(!world.wrote(&[exchanged.expose(), working.expose()]));
    let names: Vec<_> = world.backend.services().await.unwrap().into_iter().map(|s| s.name).collect();
    assert_eq!(names, ["Gate"]);

    let cancel = CancelSubscription { body: Cancellation { agree: true } };
    world.ask(cancel, Some(&person.token)).await.unwrap();
    assert_eq!(ask(&world, &exchanged, working.expose()).await.unwrap(), Introspection::inactive());
}

async fn an_expired_key_is_no_longer_active(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let service = world.backend.issue_service_credential("Gate").await.unwrap();
    let soon = Moment::from_millisecond(1_795_435_200_000 + 60_000);
    let key = key(&world, &person, 1, Some(soon)).await;
    world.clock().advance(59);
    assert!(ask(&world, &service, key.expose()).await.unwrap().active);
    world.clock().advance(1);
    assert_eq!(ask(&world, &service, key.expose()).await.unwrap(), Introspection::inactive());
}

// ENUM-1, KEY-3, SES-3: nothing of it can be used, and nobody outside is told why; enabled again, its keys are back
async fn a_disabled_account_is_refused_as_a_wrong_password_is(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let service = world.backend.issue_service_credential("Gate").await.unwrap();
    let key = key(&world, &person, 1, None).await;
    let account = world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap().account_id;
    assert!(world.backend.disable_account(account).await.unwrap());
    assert!(!world.backend.disable_account(account).await.unwrap());

    let mut right = refused(world.sign_in(EMAIL, PASSWORD, "desk").await);
    let mut wrong = refused(world.sign_in(EMAIL, "not the password at all", "desk").await);
    (right.request_id, wrong.request_id) = (None, None);
    assert_eq!(right, wrong);
    for dead in [&person.token, &key] {
        let refusal = refused(world.ask(GetWhoAmI { body: () }, Some(dead)).await);
        assert_eq!(refusal.code, ProblemCode::Unauthenticated);
    }
    assert_eq!(ask(&world, &service, key.expose()).await.unwrap(), Introspection::inactive());

    assert!(world.backend.enable_account(account).await.unwrap());
    assert!(!world.backend.enable_account(account).await.unwrap());
    assert!(ask(&world, &service, key.expose()).await.unwrap().active);
    let refusal = refused(world.ask(GetWhoAmI { body: () }, Some(&person.token)).await);
    assert_eq!(refusal.code, ProblemCode::Unauthenticated);
    let me = token(world.sign_in(EMAIL, PASSWORD, "desk").await.unwrap());
    let trail = world.ask(ListActivity { cursor: None, body: () }, Some(&me)).await.unwrap().entries;
    let events: Vec<_> = trail.into_iter().map(|entry| (entry.event, entry.count)).take(4).collect();
    // both refusals are one entry: they are alike and came from one place
    let expected = [
        (Event::SignedIn, 1),
        (Event::AccountEnabled, 1),
        (Event::SignInRefused, 2),
        (Event::AccountDisabled, 1),
    ];
    assert_eq!(events, expected);
}
