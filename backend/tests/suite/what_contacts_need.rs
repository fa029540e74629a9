//! Changing an address: the password again, a number at the new one, and until all of it is done the old one stands.

use crate::world::{PASSWORD, World, challenge, refused, token};
use contract::account::{Account, AccountChange, ProvenAddress};
use contract::message::{Content, Notice};
use contract::operation::{
    AnswerChallenge, ChangeAccount, ChangeSecurity, ConfirmVerification, GetAccount, GetSecurity, GetSession,
    StartVerification,
};
use contract::security::SecurityChange;
use contract::session::Number;
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, ProblemCode, Rule, Secret};

on_both_stages! {
    con_1_the_old_address_stands_until_the_new_one_is_proven,
    con_1_a_change_without_a_proof_of_its_own_changes_nothing,
}

const OLD: &str = "mina@harbor.example";
const NEW: &str = "mina@pier.example";
const PHONE: &str = "+821055501234";

async fn account(world: &World, token: &Secret<String>) -> Account {
    world.ask(GetAccount { body: () }, Some(token)).await.unwrap()
}

async fn change(world: &World, token: &Secret<String>, body: AccountChange) -> Result<Account, Problem> {
    let if_match = account(world, token).await.etag;
    world.ask(ChangeAccount { if_match, body }, Some(token)).await
}

fn email(address: &str, proof: &str) -> AccountChange {
    let proven = ProvenAddress { address: address.to_owned(), proof: proof.to_owned() };
    AccountChange { email: Some(proven), ..AccountChange::default() }
}

/// The old address is the account's, signs in and is the only one that does.
async fn old_stands(world: &World, token: &Secret<String>) {
    assert_eq!(account(world, token).await.email, OLD);
    world.sign_in(OLD, PASSWORD, "desk").await.unwrap();
    let refusal = refused(world.sign_in(NEW, PASSWORD, "desk").await);
    assert_eq!(refusal.code, ProblemCode::CredentialsRefused);
}

// CON-1: step-up, number, proof, change; the backend dies between any two of them, and the old address stands
async fn con_1_the_old_address_stands_until_the_new_one_is_proven(world: World) {
    world.create(OLD, PHONE, PASSWORD).await.unwrap();
    let me = token(world.sign_in(OLD, PASSWORD, "harbor-desk").await.unwrap());
    let asked = StartVerification {
        body: VerificationRequest {
            purpose: Purpose::ChangeContact,
            channel: Channel::Email,
            address: NEW.to_owned(),
        },
    };
    for (who, code) in [(None, ProblemCode::Unauthenticated), (Some(&me), ProblemCode::StepUpRequired)] {
        assert_eq!(refused(world.ask(asked.clone(), who).await).code, code);
    }
    let me = token(world.step_up(&me, PASSWORD).await.unwrap());
    let id = world.ask(asked, Some(&me)).await.unwrap().id;
    old_stands(&world, &me).await;
    let world = world.restart().await;
    old_stands(&world, &me).await;

    let body = Confirmation { number: world.number(NEW).await, asker: None };
    let proof = world.ask(ConfirmVerification { id, body }, Some(&me)).await.unwrap().proof;
    old_stands(&world, &me).await;
    let world = world.restart().await;
    old_stands(&world, &me).await;

    let changed = change(&world, &me, email(NEW, &proof)).await.unwrap();
    assert_eq!(changed.email, NEW);
    let world = world.restart().await;
    assert_eq!(account(&world, &me).await.email, NEW);
    world.sign_in(NEW, PASSWORD, "desk").await.unwrap();
    refused(world.sign_in(OLD, PASSWORD, "desk").await);
    let messages = world.backend.messages().await.unwrap().messages;
    for address in [OLD, NEW] {
        assert!(messages.iter().any(|message| message.to == address
            && matches!(message.content, Content::Notice { notice: Notice::EmailChanged, .. })));
    }
}

// CON-1: made-up, foreign, misused and replayed proofs: refused with the field, and nothing is changed, the name that
// was sent along included
async fn con_1_a_change_without_a_proof_of_its_own_changes_nothing(world: World) {
    let mina = world.person(OLD, PHONE).await;
    let juno = world.person("juno@harbor.example", "+821055505678").await;
    let contact = Purpose::ChangeContact;
    let foreign = world.prove(contact, Channel::Email, "juno@pier.example", Some(&juno.token)).await;
    let phone = world.prove(contact, Channel::TextMessage, "+821055509999", Some(&mina.token)).await;
    let asker = world.asker();
    let sign_up = world.prove(Purpose::SignUp { asker }, Channel::Email, "new@pier.example", None).await;
    let before = account(&world, &mina.token).await;
    for (address, proof) in [
        (NEW, "made up"),
        (NEW, ""),
        ("juno@pier.example", foreign.proof.as_str()),
        (NEW, phone.proof.as_str()),
        ("new@pier.example", sign_up.proof.as_str()),
    ] {
        let body = AccountChange { name: Some("Somebody Else".to_owned()), ..email(address, proof) };
        let problem = refused(change(&world, &mina.token, body).await);
        assert_eq!(problem.code, ProblemCode::ProofRefused);
        assert_eq!(problem.rule_of("email.proof"), Some(Rule::NotProven));
        assert_eq!(account(&world, &mina.token).await, before);
    }
    let good = world.prove(contact, Channel::Email, NEW, Some(&mina.token)).await;
    let elsewhere = refused(change(&world, &mina.token, email("mina@quay.example", &good.proof)).await);
    assert_eq!(elsewhere.code, ProblemCode::ProofRefused);
    change(&world, &mina.token, email(NEW, &good.proof)).await.unwrap();
    let replayed = refused(change(&world, &mina.token, email(NEW, &good.proof)).await);
    assert_eq!(replayed.code, ProblemCode::ProofRefused);
    // what was not asked for in vain still works
    let body = AccountChange { mobile_phone: Some(phone), ..AccountChange::default() };
    assert_eq!(change(&world, &mina.token, body).await.unwrap().mobile_phone, "+821055509999");
}

// CON-1: a session elsewhere outlives a change of address, unless second factors are sent there
#[tokio::test]
async fn con_1_other_sessions_end_with_the_address_second_factors_go_to() {
    let world = World::new().await;
    let me = world.person(OLD, PHONE).await.token;
    let lives = async |of: &Secret<String>| world.ask(GetSession { body: () }, Some(of)).await.is_ok();
    let moves = async |channel, address: &str| {
        let proven = world.prove(Purpose::ChangeContact, channel, address, Some(&me)).await;
        let mut body = AccountChange::default();
        match channel {
            Channel::Email => body.email = Some(proven),
            Channel::TextMessage => body.mobile_phone = Some(proven),
        }
        change(&world, &me, body).await.unwrap();
        // time enough for the next number
        world.clock().advance(60);
    };
    let elsewhere = token(world.sign_in(OLD, PASSWORD, "rack 4").await.unwrap());
    moves(Channel::TextMessage, "+821055509999").await;
    assert!(lives(&elsewhere).await);

    let if_match = world.ask(GetSecurity { body: () }, Some(&me)).await.unwrap().etag;
    let body = SecurityChange { two_factor: true, method: Channel::Email };
    world.ask(ChangeSecurity { if_match, body }, Some(&me)).await.unwrap();
    let asked = challenge(world.sign_in(OLD, PASSWORD, "rack 4").await.unwrap());
    let body = Number { number: world.number(OLD).await };
    let elsewhere = token(world.ask(AnswerChallenge { id: asked.id, body }, None).await.unwrap());
    moves(Channel::TextMessage, "+821055508888").await;
    assert!(lives(&elsewhere).await);
    moves(Channel::Email, NEW).await;
    assert!(!lives(&elsewhere).await && lives(&me).await);
}
