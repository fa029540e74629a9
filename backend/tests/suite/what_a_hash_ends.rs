//! SES-3: a session ends by the hash of its token, for a desktop that signed out while the backend could not be reached
//! and has kept no token since. The hash ends that session and opens nothing; a hash that is nobody's does nothing.

use crate::world::{PASSWORD, World, refused, token};
use contract::activity::Event;
use contract::operation::{GetSession, ListActivity, ListSessions, RevokeSession};
use contract::session::Revocation;
use contract::{Problem, ProblemCode, Rule, Secret};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

on_both_stages! {
    ses_3_a_session_ends_by_its_hash,
    ses_3_a_hash_that_is_none_is_refused,
}

const EMAIL: &str = "mina@harbor.example";
const PHONE: &str = "+821055501234";

/// What is kept of a token.
fn hash(token: &Secret<String>) -> String {
    Sha256::digest(token.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Asks as nobody.
async fn revoke(world: &World, token_sha256: String) -> Result<(), Problem> {
    world.ask(RevokeSession { body: Revocation { token_sha256 } }, None).await
}

// SES-3: that session and no other, told in the trail as signing out is; asked again it is answered alike
async fn ses_3_a_session_ends_by_its_hash(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let left = token(world.sign_in(EMAIL, PASSWORD, "rack 4").await.unwrap());
    revoke(&world, hash(&Secret::from("nobody's"))).await.unwrap();
    world.ask(GetSession { body: () }, Some(&left)).await.unwrap();

    for _ in 0..2 {
        revoke(&world, hash(&left)).await.unwrap();
        let over = refused(world.ask(GetSession { body: () }, Some(&left)).await);
        assert_eq!(over.code, ProblemCode::Unauthenticated);
    }
    let me = Some(&person.token);
    let sessions = world.ask(ListSessions { body: () }, me).await.unwrap().sessions;
    assert!(sessions.len() == 1 && sessions[0].here);
    let entries = world.ask(ListActivity { cursor: None, body: () }, me).await.unwrap().entries;
    let newest: Vec<_> = entries.iter().take(2).map(|e| (e.event, e.place.as_deref())).collect();
    assert_eq!(newest, [(Event::SignedOut, Some("rack 4")), (Event::SignedIn, Some("rack 4"))]);
}

// SES-3: the hash itself opens nothing, and what is no hash is refused with the field
async fn ses_3_a_hash_that_is_none_is_refused(world: World) {
    let person = world.person(EMAIL, PHONE).await;
    let good = hash(&person.token);
    let as_token = refused(world.ask(GetSession { body: () }, Some(&Secret::new(good.clone()))).await);
    assert_eq!(as_token.code, ProblemCode::Unauthenticated);
    let token = person.token.expose().to_owned();
    for wrong in [String::new(), token, good[1..].to_owned(), good.to_uppercase(), format!("{good}0")] {
        let refusal = refused(revoke(&world, wrong).await);
        assert_eq!(refusal.code, ProblemCode::Rejected);
        assert_eq!(refusal.rule_of("token_sha256"), Some(Rule::NotAFingerprint));
    }
    world.ask(GetSession { body: () }, Some(&person.token)).await.unwrap();
}

// SES-3: what a stranger makes up costs a look and is never written
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_3_a_hash_that_is_nobodys_commits_nothing() {
    const ASKED: u64 = 40;
    // the least that a commit adds to the log: a page of SQLite with its header
    const PAGE: u64 = 4096 + 24;
    let world = World::new().await;
    let log = || std::fs::metadata(world.database().with_extension("db-wal")).unwrap().len();
    world.person(EMAIL, PHONE).await;
    let left = token(world.sign_in(EMAIL, PASSWORD, "rack 4").await.unwrap());
    let before = log();
    revoke(&world, hash(&left)).await.unwrap();
    assert!(log() >= before + PAGE, "what is done is committed");
    let before = log();
    for n in 0..ASKED {
        revoke(&world, hash(&Secret::new(format!("made-up-{n}")))).await.unwrap();
        revoke(&world, hash(&left)).await.unwrap();
    }
    // the backend itself may note the time meanwhile
    assert!(log() - before < ASKED * PAGE, "{}", log() - before);
}
