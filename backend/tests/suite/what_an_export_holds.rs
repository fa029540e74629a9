//! An account's own data, whole, for its owner: nothing of anybody else, and nothing that opens anything.

use crate::world::{PASSWORD, World, refused, token};
use contract::activity::Event;
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, ExportAccount, GetAccount, GetSecurity, ListActivity, ListKeys, ListSessions,
};
use contract::{KeyId, ProblemCode};

on_both_stages! {
    an_export_is_the_owners_own_data_without_a_secret,
}

async fn an_export_is_the_owners_own_data_without_a_secret(world: World) {
    let juno = world.person("juno@pier.example", "+821055505678").await;
    let mina = world.person("mina@harbor.example", "+821055501234").await;
    let me = Some(&mina.token);
    let secret = KeySecret::from_random(&[7; 32]);
    let sha256 = "5a".repeat(32);
    let (label, hint) = ("Release robot".to_owned(), secret.hint().to_owned());
    let body = NewKey { label, sha256: sha256.clone(), hint, expires_at: None };
    world.ask(AddKey { id: KeyId(uuid::Uuid::from_u128(7)), body }, me).await.unwrap();

    let locked = token(world.sign_in("mina@harbor.example", PASSWORD, "rack 4").await.unwrap());
    let refusal = refused(world.ask(ExportAccount { body: () }, Some(&locked)).await);
    assert_eq!(refusal.code, ProblemCode::StepUpRequired);

    let before = world.ask(ListActivity { cursor: None, body: () }, me).await.unwrap().entries;
    let export = world.ask(ExportAccount { body: () }, me).await.unwrap();
    assert_eq!(export.account, world.ask(GetAccount { body: () }, me).await.unwrap());
    assert_eq!(export.security, world.ask(GetSecurity { body: () }, me).await.unwrap());
    assert_eq!(export.keys, world.ask(ListKeys { body: () }, me).await.unwrap().keys);
    let ids = |places: &[contract::session::Place]| places.iter().map(|place| place.id).collect::<Vec<_>>();
    let places = world.ask(ListSessions { body: () }, me).await.unwrap().sessions;
    assert_eq!(ids(&export.sessions), ids(&places));
    // both of her sign-ins made a desktop known, and each is where it was made
    assert_eq!(export.desktops.len(), 2);
    assert!(export.desktops[0].last_used_at >= export.desktops[1].last_used_at);
    for (known, place) in export.desktops.iter().zip(&places) {
        assert_eq!((known.made_at, known.last_used_at), (place.signed_in_at, place.signed_in_at));
    }
    // one event, of this export, and it stands in it
    let after = world.ask(ListActivity { cursor: None, body: () }, me).await.unwrap().entries;
    assert_eq!(export.activity, after);
    assert_eq!((&after[1..], after[0].event), (&before[..], Event::DataExported));

    let text = serde_json::to_string(&export).unwrap();
    for own in ["mina@harbor.example", "+821055501234", "Release robot", "rack 4", "data_exported"] {
        assert!(text.contains(own), "{own}");
    }
    for other in [
        "juno",
        "5505678",
        "argon2",
        sha256.as_str(),
        secret.expose(),
        mina.token.expose(),
        juno.token.expose(),
        "token",
        "password\"",
        "sha256",
        "desktop\"",
    ] {
        assert!(!text.contains(other), "{other}");
    }
}
