//! Somebody in a test's world: proves addresses, has an account, signs in, all through the public interface.

use crate::world::{PASSWORD, World};
use contract::account::{Created, NewAccount, ProvenAddress};
use contract::operation::{ConfirmVerification, CreateAccount, OpenSession, StartVerification, StepUp};
use contract::session::{Credentials, PasswordAgain, SignIn};
use contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use contract::{Problem, Secret};

/// Somebody with an account, signed in.
#[derive(Clone)]
pub struct Person {
    pub email: String,
    pub token: Secret<String>,
}

impl World {
    /// Proves an address with the number that was sent to it.
    pub async fn prove(
        &self,
        purpose: Purpose,
        channel: Channel,
        address: &str,
        token: Option<&Secret<String>>,
    ) -> ProvenAddress {
        let request = VerificationRequest { purpose, channel, address: address.to_owned() };
        let sent = self.ask(StartVerification { body: request }, token).await.unwrap();
        let asker = match purpose {
            Purpose::SignUp { asker } => Some(asker),
            Purpose::ChangeContact => None,
        };
        let body = Confirmation { number: self.number(address).await, asker };
        let proof = self.ask(ConfirmVerification { id: sent.id, body }, token).await.unwrap();
        ProvenAddress { address: address.to_owned(), proof: proof.proof }
    }

    /// Creates an account; the phone is in E.164.
    pub async fn create(&self, email: &str, phone: &str, password: &str) -> Result<Created, Problem> {
        let asker = self.asker();
        let purpose = Purpose::SignUp { asker };
        let body = NewAccount {
            asker,
            name: "Mina Park".to_owned(),
            email: self.prove(purpose, Channel::Email, email, None).await,
            mobile_phone: self.prove(purpose, Channel::TextMessage, phone, None).await,
            task: None,
            password: Secret::from(password),
        };
        self.ask(CreateAccount { body }, None).await
    }

    pub async fn sign_in(&self, email: &str, password: &str, place: &str) -> Result<SignIn, Problem> {
        let body = Credentials {
            email: email.to_owned(),
            password: Secret::from(password),
            place: Some(place.to_owned()),
            desktop: None,
        };
        self.ask(OpenSession { body }, None).await
    }

    pub async fn step_up(&self, token: &Secret<String>, password: &str) -> Result<SignIn, Problem> {
        self.ask(StepUp { body: PasswordAgain { password: Secret::from(password) } }, Some(token)).await
    }

    /// Somebody with an account, signed in and stepped up.
    pub async fn person(&self, email: &str, phone: &str) -> Person {
        self.create(email, phone, PASSWORD).await.unwrap();
        let signed_in = token(self.sign_in(email, PASSWORD, "harbor-desk").await.unwrap());
        let token = token(self.step_up(&signed_in, PASSWORD).await.unwrap());
        Person { email: email.to_owned(), token }
    }
}

/// The token of a completed sign-in or step-up.
pub fn token(signed_in: SignIn) -> Secret<String> {
    match signed_in {
        SignIn::Complete { token, .. } => token,
        SignIn::SecondFactor { .. } => panic!("the second factor is asked for"),
    }
}

/// The challenge of a sign-in or step-up that asks for the second factor.
pub fn challenge(signed_in: SignIn) -> contract::session::Challenge {
    match signed_in {
        SignIn::SecondFactor { challenge } => challenge,
        SignIn::Complete { .. } => panic!("the second factor is not asked for"),
    }
}
