//! Authentication keys: at most five whatever is tried, never sent back, over at once when deleted.

use crate::world::{Person, World, refused};
use contract::key::{Key, KeySecret, NewKey};
use contract::operation::{AddKey, DeleteKey, GetWhoAmI, ListActivity, ListKeys};
use contract::{KeyId, Problem, ProblemCode, Secret};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

on_both_stages! {
    key_1_histories_stay_within_five,
    key_1_histories_at_once_stay_within_five,
    key_2_a_secret_is_never_sent_back,
    key_3_a_deleted_key_is_over_at_once,
}

/// The key made of this seed, as a desktop registers it.
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

async fn delete(world: &World, person: &Person, n: u8) -> Result<(), Problem> {
    world.ask(DeleteKey { id: id(n), body: () }, Some(&person.token)).await
}

async fn ids(world: &World, person: &Person) -> Vec<KeyId> {
    let keys = world.ask(ListKeys { body: () }, Some(&person.token)).await.unwrap().keys;
    let mut ids: Vec<_> = keys.iter().map(|key| key.id).collect();
    ids.sort_unstable();
    ids
}

/// Numbers that look random and are the same in every run.
fn dice(seed: u32) -> impl FnMut(u8) -> u8 {
    let mut state = seed;
    move |sides| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from((state >> 16) % u32::from(sides)).unwrap()
    }
}

// KEY-1: whatever is added, added again, added under a taken id and deleted: what is answered and listed is what a set
// of at most five would answer
async fn key_1_histories_stay_within_five(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let mut roll = dice(20_261_123);
    let mut model: BTreeMap<u8, u8> = BTreeMap::new();
    for step in 0..120 {
        let n = roll(9);
        if roll(3) == 0 {
            let expected = model.remove(&n).map_or(Some(ProblemCode::NotFound), |_| None);
            assert_eq!(delete(&world, &person, n).await.err().map(|p| p.code), expected, "{step}");
        } else {
            // most often its own secret, now and then that of another key
            let seed = if roll(5) == 0 { roll(9) } else { n };
            let taken = model.iter().any(|(id, stored)| (*id == n) != (*stored == seed));
            let expected = if taken {
                Some(ProblemCode::KeyIdTaken)
            } else if model.contains_key(&n) {
                None
            } else if model.len() == 5 {
                Some(ProblemCode::KeyLimitReached)
            } else {
                model.insert(n, seed);
                None
            };
            assert_eq!(add(&world, &person, n, seed).await.err().map(|p| p.code), expected, "{step}");
        }
        if step % 10 == 0 {
            assert_eq!(ids(&world, &person).await, model.keys().map(|n| id(*n)).collect::<Vec<_>>());
        }
    }
}

// KEY-1: several histories at once: never more than five, and every acknowledged addition and deletion is there
async fn key_1_histories_at_once_stay_within_five(world: World) {
    let world = Arc::new(world);
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let histories: Vec<_> = (0..4_u8)
        .map(|history| {
            let (world, person) = (Arc::clone(&world), person.clone());
            tokio::spawn(async move {
                let mut roll = dice(u32::from(history) + 1);
                let mut mine = Vec::new();
                for _ in 0..25 {
                    // each history has its own ids, so that it knows what must be there
                    let n = history * 10 + roll(4);
                    let own = new(n).1;
                    match mine.iter().position(|held| *held == n) {
                        Some(place) => {
                            delete(&world, &person, n).await.unwrap();
                            mine.remove(place);
                        }
                        None => match world.ask(AddKey { id: id(n), body: own }, Some(&person.token)).await {
                            Ok(_) => mine.push(n),
                            Err(problem) => assert_eq!(problem.code, ProblemCode::KeyLimitReached),
                        },
                    }
                    let seen = ids(&world, &person).await;
                    assert!(seen.len() <= 5, "{seen:?}");
                    assert!(mine.iter().all(|n| seen.contains(&id(*n))));
                }
                mine
            })
        })
        .collect();
    let mut left = Vec::new();
    for history in histories {
        left.extend(history.await.unwrap().into_iter().map(id));
    }
    left.sort_unstable();
    assert_eq!(ids(&world, &person).await, left);
}

// KEY-2: prefix and check sum are recognised, the server has the hash alone, and no answer holds either
async fn key_2_a_secret_is_never_sent_back(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let (secret, body) = new(7);
    let text = secret.expose();
    assert!(text.starts_with("pst_") && text.len() == 53);
    assert!(text[4..].bytes().all(|b| b.is_ascii_alphanumeric()));
    let whole = Secret::from(text);
    let early = refused(world.ask(GetWhoAmI { body: () }, Some(&whole)).await);
    assert_eq!(early.code, ProblemCode::Unauthenticated);
    let added = world.ask(AddKey { id: id(7), body: body.clone() }, Some(&person.token)).await.unwrap();
    let used = world.ask(GetWhoAmI { body: () }, Some(&whole)).await.unwrap();
    assert_eq!((used.key, used.label.as_deref()), (Some(id(7)), Some("Robot 7")));
    let listed = world.ask(ListKeys { body: () }, Some(&person.token)).await.unwrap();
    let trail = world.ask(ListActivity { cursor: None, body: () }, Some(&person.token)).await.unwrap();
    let answers = format!(
        "{}{}{}{}",
        serde_json::to_string(&added).unwrap(),
        serde_json::to_string(&listed).unwrap(),
        serde_json::to_string(&used).unwrap(),
        serde_json::to_string(&trail).unwrap()
    );
    assert!(!answers.contains(text) && !answers.contains(&body.sha256) && !answers.contains("pst_"));
    let key = &listed.keys[0];
    assert_eq!((key.label.as_str(), key.hint.as_str()), ("Robot 7", secret.hint()));
    assert!(key.last_used_at.is_some() && key.expires_at.is_none());
    assert!(world.wrote(&[&body.sha256]) && !world.wrote(&[text, &text[4..47]]));
    // a digit mistyped is no key, and is told no more than that
    let mut mistyped = text.to_owned();
    mistyped.replace_range(20..21, if &text[20..21] == "x" { "y" } else { "x" });
    let refusal = refused(world.ask(GetWhoAmI { body: () }, Some(&Secret::from(mistyped.as_str()))).await);
    assert_eq!(refusal.code, ProblemCode::Unauthenticated);
}

// KEY-3: the call after the deletion is refused; so is one after the account's end. What else a key may not do is in
// `who_may_ask`.
async fn key_3_a_deleted_key_is_over_at_once(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    for seed in 1..=2 {
        add(&world, &person, seed, seed).await.unwrap();
    }
    let keys = [1, 2].map(|seed| Secret::from(new(seed).0.expose()));
    for key in &keys {
        world.ask(GetWhoAmI { body: () }, Some(key)).await.unwrap();
    }
    delete(&world, &person, 1).await.unwrap();
    let over = refused(world.ask(GetWhoAmI { body: () }, Some(&keys[0])).await);
    assert_eq!(over.code, ProblemCode::Unauthenticated);
    world.ask(GetWhoAmI { body: () }, Some(&keys[1])).await.unwrap();
    assert_eq!(refused(delete(&world, &person, 1).await).code, ProblemCode::NotFound);
}
