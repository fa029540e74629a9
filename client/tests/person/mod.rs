//! Mina Park, who does through a desk what a person does through windows.
#![allow(dead_code, reason = "each test binary uses its own part of it")]

use postern_client::Desk;
use postern_contract::account::{NewAccount, ProvenAddress};
use postern_contract::message::{Content, Messages};
use postern_contract::operation::{ConfirmVerification, CreateAccount, StartVerification, WebviewOperation};
use postern_contract::session::Session;
use postern_contract::shell::{PasswordInput, SignInInput, SignInStep};
use postern_contract::verification::{
    Channel, Confirmation, Proof, Purpose, VerificationRequest, VerificationSent,
};
use postern_contract::{AskerId, Operation, Problem, Secret};
use uuid::Uuid;

/// Where she gets mail.
pub const EMAIL: &str = "mina.park@harbor.example";
/// Her phone, as she types it.
pub const PHONE: &str = "010-5550-1234";
/// Her password, which holds the canary: no file may hold it.
pub const PASSWORD: &str = "canary5f1e9d7c over quiet water";

/// Sends an operation as a page does, and reads the answer as a page does.
pub async fn send<O: WebviewOperation>(
    desk: &Desk,
    operation: O,
) -> Result<<O as Operation>::Answer, Problem> {
    desk.send(operation.into_request()).await.map(|answer| serde_json::from_value(answer).unwrap())
}

/// The newest authentication number among these messages.
pub fn newest_number(messages: Messages) -> String {
    let number = messages.messages.into_iter().find_map(|message| match message.content {
        Content::Number { number, .. } => Some(number),
        _ => None,
    });
    number.unwrap()
}

/// Creates her account; `messages` is how she reads what she was sent.
pub async fn create_account(desk: &Desk, messages: impl AsyncFn() -> Messages) {
    create_account_at(desk, messages, EMAIL, PHONE).await;
}

/// The same with other addresses, for another account.
pub async fn create_account_at(desk: &Desk, messages: impl AsyncFn() -> Messages, email: &str, phone: &str) {
    // the phone's digits: an asker of its own for each account
    let digits = phone.bytes().filter(u8::is_ascii_digit);
    let asker = AskerId(Uuid::from_u128(digits.fold(0, |sum, digit| sum * 10 + u128::from(digit - b'0'))));
    let mut proven = Vec::new();
    for (channel, address) in [(Channel::Email, email), (Channel::TextMessage, phone)] {
        let address = address.to_owned();
        let request =
            VerificationRequest { purpose: Purpose::SignUp { asker }, channel, address: address.clone() };
        let sent: VerificationSent = send(desk, StartVerification { body: request }).await.unwrap();
        let number = newest_number(messages().await);
        let confirmation = Confirmation { number, asker: Some(asker) };
        let proof: Proof = send(desk, ConfirmVerification { id: sent.id, body: confirmation }).await.unwrap();
        proven.push(ProvenAddress { address, proof: proof.proof });
    }
    let (mobile_phone, email) = (proven.pop().unwrap(), proven.pop().unwrap());
    let (name, password) = ("Mina Park".to_owned(), Secret::from(PASSWORD));
    let account = NewAccount { asker, name, email, mobile_phone, task: None, password };
    send(desk, CreateAccount { body: account }).await.unwrap();
}

/// Signs in.
pub async fn sign_in(desk: &Desk) -> Result<Session, Problem> {
    sign_in_as(desk, EMAIL).await
}

/// Signs in to the account at that address; all have one password here.
pub async fn sign_in_as(desk: &Desk, email: &str) -> Result<Session, Problem> {
    let input = SignInInput { email: email.to_owned(), password: Secret::from(PASSWORD) };
    desk.sign_in(input).await.map(complete)
}

/// Enters the password again.
pub async fn step_up(desk: &Desk) -> Session {
    desk.step_up(PasswordInput { password: Secret::from(PASSWORD) }).await.map(complete).unwrap()
}

fn complete(step: SignInStep) -> Session {
    match step {
        SignInStep::Complete { session } => session,
        SignInStep::SecondFactor { .. } => panic!("no second factor is enabled"),
    }
}
