//! What must not be found in the database's files, however long one looks: numbers, tokens, proofs, passwords, and the
//! addresses of those who never created an account.

use crate::world::{PASSWORD, World, token};
use contract::operation::StartVerification;
use contract::verification::{Channel, Purpose, VerificationRequest};

on_both_stages! {
    otp_9_neither_numbers_nor_their_addresses_lie_in_clear,
    ses_1_what_opens_something_is_kept_as_a_hash,
}

// OTP-9: numbers, and the addresses they went to before there was an account
async fn otp_9_neither_numbers_nor_their_addresses_lie_in_clear(world: World) {
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
async fn ses_1_what_opens_something_is_kept_as_a_hash(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let purpose = Purpose::ChangeContact;
    let proven = world.prove(purpose, Channel::Email, "pier@harbor.example", Some(&person.token)).await;
    let newer = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    assert_ne!(person.token.expose(), newer.expose());
    assert!(!world.leaks(&[person.token.expose(), newer.expose(), &proven.proof, PASSWORD]));
    assert!(!world.leaks(&["pier@harbor.example"]));
}
