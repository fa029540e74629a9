//! Hashes of keys stay with the account that registered them first, over the end of the key and of the account.

use crate::world::{Person, World, refused};
use contract::key::{Key, KeySecret, NewKey};
use contract::operation::{AddKey, CancelSubscription, DeleteKey, GetWhoAmI};
use contract::session::Cancellation;
use contract::{KeyId, Problem, ProblemCode, Secret};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

on_both_stages! {
    a13_a_hash_of_another_account_cannot_be_registered,
}

fn new(seed: u8) -> (KeySecret, NewKey) {
    let secret = KeySecret::from_random(&[seed; 32]);
    let sha256 = Sha256::digest(secret.expose()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let hint = secret.hint().to_owned();
    (secret, NewKey { label: format!("Robot {seed}"), sha256, hint, expires_at: None })
}

fn id(n: u8) -> KeyId {
    KeyId(uuid::Uuid::from_u128(u128::from(n)))
}

async fn add(world: &World, person: &Person, n: u8, seed: u8) -> Result<Key, Problem> {
    world.ask(AddKey { id: id(n), body: new(seed).1 }, Some(&person.token)).await
}

async fn a13_a_hash_of_another_account_cannot_be_registered(world: World) {
    let mina = world.person("mina@harbor.example", "+821055501234").await;
    let thief = world.person("thief@harbor.example", "+821055505678").await;
    let works = async |seed: u8| {
        world.ask(GetWhoAmI { body: () }, Some(&Secret::from(new(seed).0.expose()))).await.is_ok()
    };
    let taken = async |seed: u8| {
        let refusal = refused(add(&world, &thief, 9, seed).await);
        assert_eq!(refusal.code, ProblemCode::KeyIdTaken);
        // the answer is that for an id that stands for another secret: it names neither account nor reason
        assert!(refusal.fields.is_empty());
    };
    add(&world, &mina, 1, 1).await.unwrap();
    add(&world, &mina, 2, 2).await.unwrap();
    taken(1).await;
    world.ask(DeleteKey { id: id(1), body: () }, Some(&mina.token)).await.unwrap();
    taken(1).await;
    assert!(!works(1).await);
    // the account itself may have it again, under the same id or another
    add(&world, &mina, 3, 1).await.unwrap();
    assert!(works(1).await);
    // what another account does with a key of its own is no matter of this one
    add(&world, &thief, 3, 3).await.unwrap();
    assert!(works(3).await);

    let cancel = CancelSubscription { body: Cancellation { agree: true } };
    world.ask(cancel, Some(&mina.token)).await.unwrap();
    for seed in [1, 2] {
        taken(seed).await;
        assert!(!works(seed).await);
    }
}
