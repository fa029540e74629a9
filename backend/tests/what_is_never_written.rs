//! What must not be found in the database's files, however long one looks: numbers, tokens, proofs, passwords, and the
//! addresses of those who never created an account.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what must hold")]

mod world;

use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};
use postern_contract as contract;
use world::{PASSWORD, World, token};

// OTP-9: numbers, and the addresses they went to before there was an account
#[tokio::test]
async fn otp_9_neither_numbers_nor_their_addresses_lie_in_clear() {
    let world = World::new().await;
    let mut found = 0;
    for address in ["one@harbor.example", "two@harbor.example", "three@harbor.example", "four@harbor.example"]
    {
        let purpose = Purpose::SignUp { asker: world.asker() };
        let body = VerificationRequest { purpose, channel: Channel::Email, address: address.to_owned() };
        world.ask(StartVerification { body }, None).await.unwrap();
        assert!(!world.leaks(&[address]));
        // six digits can stand in a hash by accident, but not each time
        found += u32::from(world.leaks(&[&world.number(address).await]));
    }
    assert!(found < 3, "{found} of 4");
}

// SES-1: neither a token, nor a proof, nor a password
#[tokio::test]
async fn ses_1_what_opens_something_is_kept_as_a_hash() {
    let world = World::new().await;
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let purpose = Purpose::ChangeContact;
    let proven = world.prove(purpose, Channel::Email, "pier@harbor.example", Some(&person.token)).await;
    let newer = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    assert_ne!(person.token.expose(), newer.expose());
    assert!(!world.leaks(&[person.token.expose(), newer.expose(), &proven.proof, PASSWORD]));
    assert!(!world.leaks(&["pier@harbor.example"]));
}
