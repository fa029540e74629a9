//! What many requests at once must not break: counts, single use, uniqueness.

use crate::world::{PASSWORD, World, fast, refused};
use contract::account::{AccountChange, PasswordChange};
use contract::key::{KeySecret, NewKey};
use contract::operation::{
    AddKey, ChangeAccount, ChangePassword, ConfirmVerification, GetAccount, ListKeys, StartVerification,
};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{KeyId, ProblemCode, Secret};
use postern_backend::{Hashing, Settings};
use std::future::Future;
use std::sync::Arc;

on_both_stages! {
    otp_3_a_number_is_used_once,
    otp_4_five_tries_are_compared,
    key_1_there_are_never_more_than_five_keys,
    con_2_an_address_belongs_to_one_account,
}

/// Starts all at once and waits for all.
async fn all<T: Send + 'static>(
    tasks: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let started: Vec<_> = tasks.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in started {
        done.push(task.await.unwrap());
    }
    done
}

async fn start(world: &World) -> (ConfirmVerification, String) {
    let asker = world.asker();
    let address = format!("{}@harbor.example", asker.0.simple());
    let body = VerificationRequest {
        purpose: Purpose::SignUp { asker },
        channel: Channel::Email,
        address: address.clone(),
    };
    let id = world.ask(StartVerification { body }, None).await.unwrap().id;
    let number = world.number(&address).await;
    (ConfirmVerification { id, body: Confirmation { number: number.clone(), asker: Some(asker) } }, number)
}

// OTP-3: fifty at once with the right number, one proof
async fn otp_3_a_number_is_used_once(world: World) {
    let world = Arc::new(world);
    let (confirm, _) = start(&world).await;
    let answers = all((0..50).map(|_| {
        let (world, confirm) = (Arc::clone(&world), confirm.clone());
        async move { world.ask(confirm, None).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert!(matches!(refusal.code, ProblemCode::NumberExpired | ProblemCode::NumberExhausted));
    }
}

// OTP-4: fifty at once with a wrong number, five are compared, and then the right one is too late
async fn otp_4_five_tries_are_compared(world: World) {
    let world = Arc::new(world);
    let (right, number) = start(&world).await;
    let mut wrong = right.clone();
    wrong.body.number = World::wrong(&number);
    let answers = all((0..50).map(|_| {
        let (world, wrong) = (Arc::clone(&world), wrong.clone());
        async move { refused(world.ask(wrong, None).await).code }
    }))
    .await;
    assert_eq!(answers.iter().filter(|code| **code == ProblemCode::NumberWrong).count(), 5);
    assert_eq!(answers.iter().filter(|code| **code == ProblemCode::NumberExhausted).count(), 45);
    assert_eq!(refused(world.ask(right, None).await).code, ProblemCode::NumberExhausted);
}

// KEY-1: twenty at once, five keys
async fn key_1_there_are_never_more_than_five_keys(world: World) {
    let world = Arc::new(world);
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let answers = all((0..20_u8).map(|n| {
        let (world, token) = (Arc::clone(&world), person.token.clone());
        let body = NewKey {
            label: format!("Robot {n}"),
            sha256: format!("{n:064x}"),
            hint: KeySecret::from_random(&[n; 32]).hint().to_owned(),
            expires_at: None,
        };
        async move {
            world.ask(AddKey { id: KeyId(uuid::Uuid::from_u128(u128::from(n))), body }, Some(&token)).await
        }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.code, ProblemCode::KeyLimitReached);
    }
    assert_eq!(world.ask(ListKeys { body: () }, Some(&person.token)).await.unwrap().keys.len(), 5);
}

// CON-2: two accounts prove one address; one gets it, the other is refused like any other
async fn con_2_an_address_belongs_to_one_account(world: World) {
    let world = Arc::new(world);
    let mut changes = Vec::new();
    for (email, phone) in [("mina@harbor.example", "+821055501234"), ("juno@harbor.example", "+821055505678")]
    {
        let person = world.person(email, phone).await;
        let proven = world
            .prove(Purpose::ChangeContact, Channel::Email, "gate@harbor.example", Some(&person.token))
            .await;
        let if_match = world.ask(GetAccount { body: () }, Some(&person.token)).await.unwrap().etag;
        let body = AccountChange { email: Some(proven), ..AccountChange::default() };
        changes.push((ChangeAccount { if_match, body }, person.token));
    }
    let made_up = {
        let (mut change, token) = changes[0].clone();
        "no proof at all".clone_into(&mut change.body.email.as_mut().unwrap().proof);
        refused(world.ask(change, Some(&token)).await)
    };
    let answers = all(changes.into_iter().map(|(change, token): (ChangeAccount, Secret<String>)| {
        let world = Arc::clone(&world);
        async move { world.ask(change, Some(&token)).await }
    }))
    .await;
    let mut refusals: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    assert_eq!(refusals.len(), 1);
    let refusal = refusals.remove(0);
    assert_eq!((refusal.code, &refusal.fields), (ProblemCode::ProofRefused, &made_up.fields));
}

// PW-5: the first to sign in after parameters rose hash one password anew, all of them at once; each is let in, and a
// change of the password that was under way then is not told that the password was wrong
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_5_everybody_may_hash_the_same_password_anew() {
    let email = "mina@harbor.example";
    let mut world = World::new().await;
    let person = world.person(email, "+821055501234").await;
    for round in 1..=5 {
        let hashing = Hashing { memory_kib: 64 * round, ..Hashing::cheapest() };
        world = world.reopen(Settings { hashing, ..fast() }).await;
        let shared = Arc::new(world);
        let answers = all((0..8).map(|n| {
            let world = Arc::clone(&shared);
            async move { world.sign_in(email, PASSWORD, &format!("rack {n}")).await.map(|_| ()) }
        }))
        .await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        world = Arc::into_inner(shared).unwrap();
    }
    let hashing = Hashing { memory_kib: 64 * 6, ..Hashing::cheapest() };
    let world = Arc::new(world.reopen(Settings { hashing, ..fast() }).await);
    let other = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.sign_in(email, PASSWORD, "rack 4").await.map(|_| ()) })
    };
    let body = PasswordChange {
        current_password: Secret::from(PASSWORD),
        new_password: Secret::from("eleven harbor lamps"),
    };
    world.ask(ChangePassword { body }, Some(&person.token)).await.unwrap();
    let _ = other.await.unwrap();
    world.sign_in(email, "eleven harbor lamps", "desk").await.unwrap();
}
