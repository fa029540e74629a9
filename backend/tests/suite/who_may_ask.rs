//! Every operation of the contract × everybody who may knock. Made from the list of operations, so that a new one is in
//! it. Each is asked with a body that none takes: who is let in is told that it is malformed, and nothing happens.

use crate::world::{PASSWORD, Person, World, refused, token};
use axum::body::Body;
use axum::http::Request;
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, AnswerChallenge, ChangeSecurity, CloseSession, ConfirmVerification, DeleteKey, EndSession,
    GetSecurity, GetSession, ListKeys, OPERATIONS, ResendChallenge, StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Access, KeyId, Media, Problem, ProblemCode, Secret, Section};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

on_both_stages! {
    authz_1_everybody_is_let_in_where_the_contract_says,
    authz_1_what_is_anothers_is_not_there,
}

/// Asks with a body that no operation takes.
async fn knock(world: &World, declared: &contract::operation::Declared, bearer: Option<&str>) -> ProblemCode {
    let path = declared.path.replace("{id}", "00000000-0000-0000-0000-00000000cafe");
    let mut request = Request::builder().method(declared.method.as_str()).uri(path);
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    let (media, body) = match declared.section {
        Section::Service => (Media::Form, "nobody=takes+this"),
        _ => (Media::Json, "{\"nobody\":\"takes this\"}"),
    };
    let request = request.header("content-type", media.as_str()).header("if-match", "\"1\"");
    let response = world.send(request.body(Body::from(body)).unwrap()).await;
    let step_up = response
        .headers()
        .get("www-authenticate")
        .is_some_and(|value| value.to_str().unwrap().contains("insufficient_user_authentication"));
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
    let code = serde_json::from_slice::<Problem>(&bytes).unwrap().code;
    assert_eq!(step_up, code == ProblemCode::StepUpRequired);
    code
}

const LET_IN: ProblemCode = ProblemCode::Malformed;
const NOBODY: ProblemCode = ProblemCode::Unauthenticated;
const LOCKED: ProblemCode = ProblemCode::StepUpRequired;
const MAY_NOT: ProblemCode = ProblemCode::NotPermitted;

/// What all operations of the desktop say to a session that may do everything.
const EVERYTHING: [ProblemCode; 6] = [LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, NOBODY];
/// What they say to whoever is not known.
const STRANGER: [ProblemCode; 6] = [LET_IN, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY];

/// Somebody who knocks, with what an operation of each access says: open, open or session, session, step-up, key or
/// session, service.
type Row<'a> = (&'static str, Option<&'a str>, [ProblemCode; 6]);

async fn hold(world: &World, rows: &[Row<'_>]) {
    for declared in OPERATIONS {
        let column = match declared.access {
            Access::Open => 0,
            Access::OpenOrSession => 1,
            Access::Session => 2,
            Access::StepUp => 3,
            Access::KeyOrSession => 4,
            Access::Service => 5,
        };
        for (who, bearer, expected) in rows {
            let code = knock(world, declared, *bearer).await;
            assert_eq!(code, expected[column], "{} by {who}", declared.name);
        }
    }
}

/// A key of this person, as it is presented.
async fn key(world: &World, person: &Person, n: u8) -> String {
    key_of(world, person, n, n).await
}

/// The same with an id and a secret of its own: no hash is registered by two accounts.
async fn key_of(world: &World, person: &Person, n: u8, random: u8) -> String {
    let secret = KeySecret::from_random(&[random; 32]);
    let sha256 = Sha256::digest(secret.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let body = NewKey { label: "Robot".to_owned(), sha256, hint: secret.hint().to_owned(), expires_at: None };
    let id = KeyId(uuid::Uuid::from_u128(u128::from(n)));
    world.ask(AddKey { id, body }, Some(&person.token)).await.unwrap();
    secret.expose().to_owned()
}

// AUTHZ-1, KEY-3: none, nonsense, ended, signed in, unlocked, key, deleted key, service
async fn authz_1_everybody_is_let_in_where_the_contract_says(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let signed_in = token(world.sign_in(&person.email, PASSWORD, "desk").await.unwrap());
    let ended = token(world.sign_in(&person.email, PASSWORD, "rack 4").await.unwrap());
    world.ask(CloseSession { body: () }, Some(&ended)).await.unwrap();
    let (working, deleted) = (key(&world, &person, 1).await, key(&world, &person, 2).await);
    let id = KeyId(uuid::Uuid::from_u128(2));
    world.ask(DeleteKey { id, body: () }, Some(&person.token)).await.unwrap();

    let service = world.backend.issue_service_credential("Gate").await.unwrap();
    let shut_out = world.backend.issue_service_credential("Rack").await.unwrap();
    world.backend.revoke_service_credential("Rack").await.unwrap();

    hold(
        &world,
        &[
            ("nobody", None, [LET_IN, LET_IN, NOBODY, NOBODY, NOBODY, NOBODY]),
            ("nonsense", Some("nonsense"), STRANGER),
            ("no token", Some(""), STRANGER),
            ("an ended session", Some(ended.expose()), STRANGER),
            ("a session", Some(signed_in.expose()), [LET_IN, LET_IN, LET_IN, LOCKED, LET_IN, NOBODY]),
            ("an unlocked session", Some(person.token.expose()), EVERYTHING),
            ("a key", Some(&working), [LET_IN, MAY_NOT, MAY_NOT, MAY_NOT, LET_IN, NOBODY]),
            ("a deleted key", Some(&deleted), STRANGER),
            ("a made-up key", Some("pst_made_up"), STRANGER),
            ("a service", Some(service.expose()), [LET_IN, NOBODY, NOBODY, NOBODY, NOBODY, LET_IN]),
            ("a service shut out", Some(shut_out.expose()), STRANGER),
            ("a made-up service", Some("pss_made_up"), STRANGER),
        ],
    )
    .await;
    // nothing happened
    world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
}

// SES-4: operations × age of the password's last entry: what changes mail, phone, password, factor, keys and the account
// itself is locked from the second on at which ten minutes are over
#[tokio::test]
async fn ses_4_changes_are_unlocked_for_ten_minutes() {
    let world = World::new().await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let bearer = Some(person.token.expose().as_str());
    hold(&world, &[("0 s", bearer, EVERYTHING)]).await;
    world.clock().advance(599);
    hold(&world, &[("599 s", bearer, EVERYTHING)]).await;
    world.clock().advance(1);
    hold(&world, &[("600 s", bearer, [LET_IN, LET_IN, LET_IN, LOCKED, LET_IN, NOBODY])]).await;
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: "pier@harbor.example".to_owned(),
    };
    let locked = refused(world.ask(StartVerification { body }, Some(&person.token)).await);
    assert_eq!(locked.code, LOCKED);
    world.clock().advance(3600);
    hold(&world, &[("expired", bearer, STRANGER)]).await;

    let locked: Vec<_> = OPERATIONS.iter().filter(|o| o.access == Access::StepUp).map(|o| o.name).collect();
    for name in [
        "ChangeAccount",
        "ChangePassword",
        "ChangeSecurity",
        "AddKey",
        "DeleteKey",
        "EndSession",
        "CancelSubscription",
    ] {
        assert!(locked.contains(&name), "{name}");
    }
}

// AUTHZ-1: two persons; whatever is named by an id is its owner's, and to the other it is not there
async fn authz_1_what_is_anothers_is_not_there(world: World) {
    let juno = world.person("juno@harbor.example", "+821055505678").await;
    let mina = world.person("mina@harbor.example", "+821055501234").await;
    key(&world, &mina, 1).await;
    let if_match = world.ask(GetSecurity { body: () }, Some(&mina.token)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::TextMessage };
    world.ask(ChangeSecurity { if_match, body }, Some(&mina.token)).await.unwrap();
    let session = world.ask(GetSession { body: () }, Some(&mina.token)).await.unwrap().id;
    let body = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: "pier@harbor.example".to_owned(),
    };
    let verification = world.ask(StartVerification { body }, Some(&mina.token)).await.unwrap().id;
    let stepping = crate::world::challenge(world.step_up(&mina.token, PASSWORD).await.unwrap()).id;

    let number = || Number { number: "000000".to_owned() };
    let confirmation = || Confirmation { number: "000000".to_owned(), asker: None };
    let key = KeyId(uuid::Uuid::from_u128(1));
    let by = Some(&juno.token);
    for declared in OPERATIONS.iter().filter(|declared| declared.path.contains("{id}")) {
        let refusal = match declared.name {
            "EndSession" => refused(world.ask(EndSession { id: session, body: () }, by).await),
            "DeleteKey" => refused(world.ask(DeleteKey { id: key, body: () }, by).await),
            "ConfirmVerification" => {
                refused(world.ask(ConfirmVerification { id: verification, body: confirmation() }, by).await)
            }
            "AnswerChallenge" => {
                refused(world.ask(AnswerChallenge { id: stepping, body: number() }, by).await)
            }
            "ResendChallenge" => refused(world.ask(ResendChallenge { id: stepping, body: () }, by).await),
            // below, since afterwards the id is hers too
            "AddKey" => continue,
            other => panic!("{other} takes an id: say here what another's id does"),
        };
        assert_eq!(refusal.code, ProblemCode::NotFound, "{}", declared.name);
    }
    // an id is its account's own: another's is free to be used, and stays untouched
    key_of(&world, &juno, 1, 9).await;
    world.ask(GetSession { body: () }, Some(&mina.token)).await.unwrap();
    let keys = async |of: &Secret<String>| world.ask(ListKeys { body: () }, Some(of)).await.unwrap().keys;
    assert_eq!((keys(&mina.token).await.len(), keys(&juno.token).await.len()), (1, 1));
}
