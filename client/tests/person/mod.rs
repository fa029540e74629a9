//! Mina Park, who does through a desk what a person does through windows.

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
    let asker = AskerId(Uuid::from_u128(0xa5));
    let mut proven = Vec::new();
    for (channel, address) in [(Channel::Email, EMAIL), (Channel::TextMessage, PHONE)] {
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
    let input = SignInInput { email: EMAIL.to_owned(), password: Secret::from(PASSWORD) };
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
