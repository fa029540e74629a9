//! What must not be found in the database's files, however long one looks: numbers, tokens, proofs, passwords, and the
//! addresses of those who never created an account.

use crate::world::{PASSWORD, World, refused, token};
use axum::body::Body;
use axum::http::Request;
use contract::Problem;
use contract::operation::{ConfirmVerification, StartVerification};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest, VerificationSent};

on_both_stages! {
    otp_9_no_answer_holds_a_number,
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
        assert!(!world.wrote(&[address]));
        // six digits can stand in a hash by accident, but not each time
        found += u32::from(world.wrote(&[&world.number(address).await]));
    }
    assert!(found < 3, "{found} of 4");
}

// OTP-9: no answer holds the number, whoever asks for it
async fn otp_9_no_answer_holds_a_number(world: World) {
    let draft = |n: u8| {
        let asker = world.asker();
        let address = format!("canary{n}@harbor.example");
        let body = serde_json::json!({
            "purpose": { "for": "sign_up", "asker": asker }, "channel": "email", "address": address,
        });
        let request = Request::post("/v1/verifications")
            .header("content-type", "application/json")
            .header("idempotency-key", format!("draft-{n}"));
        (address, asker, request.body(Body::from(body.to_string())).unwrap())
    };
    for n in 0..5 {
        let (address, asker, request) = draft(n);
        let response = world.send(request).await;
        let head = format!("{:?}", response.headers());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        let answer = String::from_utf8(bytes.to_vec()).unwrap();
        let number = world.number(&address).await;
        // an id may hold six digits by accident, but not as a value of its own
        assert!(!answer.contains(&format!("\"{number}\"")) && !answer.contains(&format!(":{number}")));
        assert!(!head.contains(&format!("\"{number}\"")) && !answer.contains(&address));
        let id = serde_json::from_str::<VerificationSent>(&answer).unwrap().id;
        let body = Confirmation { number: World::wrong(&number), asker: Some(asker) };
        let refusal = refused(world.ask(ConfirmVerification { id, body }, None).await);
        let said = serde_json::to_string(&Problem { request_id: None, ..refusal }).unwrap();
        assert!(!said.contains(&number));
    }
}

// SES-1, OTP-9: nor in the log of a server that nobody else uses, where what is written stays for long
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ses_1_nothing_that_opens_something_is_in_the_log_of_postgresql() {
    ses_1_what_opens_something_is_kept_as_a_hash(World::alone().await).await;
    otp_9_neither_numbers_nor_their_addresses_lie_in_clear(World::alone().await).await;
}

// SES-1: neither a token, nor a proof, nor a password
async fn ses_1_what_opens_something_is_kept_as_a_hash(world: World) {
    let person = world.person("mina@harbor.example", "+821055501234").await;
    let purpose = Purpose::ChangeContact;
    let proven = world.prove(purpose, Channel::Email, "pier@harbor.example", Some(&person.token)).await;
    let newer = token(world.step_up(&person.token, PASSWORD).await.unwrap());
    assert_ne!(person.token.expose(), newer.expose());
    assert!(!world.wrote(&[person.token.expose(), newer.expose(), &proven.proof, PASSWORD]));
    assert!(!world.wrote(&["pier@harbor.example"]) && world.wrote(&[&person.email]));
}
