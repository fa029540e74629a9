//! What a desktop remembers between two requests: by what the backend knows it again, and under which key a request
//! went out whose answer was lost.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;
mod world;

use person::{EMAIL, create_account, newest_number, send, sign_in, sign_in_as, step_up};
use postern_client::Desk;
use postern_contract::ProblemCode;
use postern_contract::account::{AccountChange, ProvenAddress};
use postern_contract::operation::{ChangeAccount, ConfirmVerification, GetAccount, StartVerification};
use postern_contract::shell::CancelInput;
use postern_contract::verification::{Channel, Confirmation, Purpose, VerificationRequest};
use shared::{Shared, Wire};
use world::{Store, run, session};

const HERE: &str = "127.0.0.1";
const MOVED: &str = "mina@pier.example";

/// A shared backend with Mina's account, and her desk.
async fn desk() -> (Shared, Desk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let desk = Desk::open(shared.options(HERE)).await.unwrap();
    create_account(&desk, async || shared.backend.messages().await.unwrap()).await;
    (shared, desk, folder)
}

/// Everything in the store, as its own tool shows it.
fn kept() -> String {
    run("sh", &["-c", "secret-tool search --all service postern 2>&1"]).unwrap_or_default()
}

/// Guesses from elsewhere until the door is shut.
async fn strangers_guess(shared: &Shared, email: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = shared.options(HERE).backend.unwrap().url.join("/v1/sessions").unwrap();
    let body = format!(r#"{{"email":"{email}","password":"not her password at all"}}"#);
    for _ in 0..8 {
        let asked = client.post(url.clone()).header("content-type", "application/json").body(body.clone());
        if asked.send().await.unwrap().status() == 429 {
            return;
        }
    }
    panic!("strangers may guess on and on");
}

/// Changes her address.
async fn move_to(shared: &Shared, desk: &Desk, address: &str) {
    let request = VerificationRequest {
        purpose: Purpose::ChangeContact,
        channel: Channel::Email,
        address: address.to_owned(),
    };
    let sent = send(desk, StartVerification { body: request }).await.unwrap();
    let number = newest_number(shared.backend.messages().await.unwrap());
    let body = Confirmation { number, asker: None };
    let proof = send(desk, ConfirmVerification { id: sent.id, body }).await.unwrap().proof;
    let account = send(desk, GetAccount { body: () }).await.unwrap();
    let email = Some(ProvenAddress { address: address.to_owned(), proof });
    let body = AccountChange { email, ..AccountChange::default() };
    send(desk, ChangeAccount { if_match: account.etag, body }).await.unwrap();
}

// OTP-6: who works at a desktop that is known is not held up by strangers; the secret for it goes with the account
#[test]
fn otp_6_strangers_do_not_hold_up_a_known_desktop() {
    session("otp_6_strangers_do_not_hold_up_a_known_desktop", Store::Unlocked, || async {
        let (shared, desk, _folder) = desk().await;
        strangers_guess(&shared, EMAIL).await;
        assert_eq!(sign_in(&desk).await.unwrap_err().code, ProblemCode::TooManyRequests);
        assert!(!kept().contains("desktop@"));

        let (shared, desk, _folder) = self::desk().await;
        sign_in(&desk).await.unwrap();
        desk.sign_out().await.unwrap();
        assert!(kept().contains("desktop@") && !kept().contains("session@"), "{}", kept());
        sign_in(&desk).await.unwrap();
        step_up(&desk).await;
        move_to(&shared, &desk, MOVED).await;
        desk.sign_out().await.unwrap();
        strangers_guess(&shared, MOVED).await;
        // after a restart too: the next run finds it in the store
        drop(desk);
        let desk = Desk::open(shared.options(HERE)).await.unwrap();
        sign_in_as(&desk, MOVED).await.unwrap();
        step_up(&desk).await;
        desk.cancel_subscription(CancelInput { agree: true }).await.unwrap();
        assert!(!kept().contains("desktop@"), "{}", kept());
    });
}

// API-3: a number whose answer was lost is not sent again by asking again
#[test]
fn api_3_a_lost_answer_does_not_send_a_second_number() {
    session("api_3_a_lost_answer_does_not_send_a_second_number", Store::Unlocked, || async {
        let (shared, desk, _folder) = desk().await;
        sign_in(&desk).await.unwrap();
        step_up(&desk).await;
        let desk = Desk::open(shared.impatient(HERE)).await.unwrap();
        let before = shared.backend.messages().await.unwrap().messages.len();
        let body = VerificationRequest {
            purpose: Purpose::ChangeContact,
            channel: Channel::Email,
            address: "pier@harbor.example".to_owned(),
        };
        let ask = || send(&desk, StartVerification { body: body.clone() });
        shared.wire(Wire::LosesTheNumber);
        assert_eq!(ask().await.unwrap_err().code, ProblemCode::BackendTimeout);
        shared.wire(Wire::Whole);
        ask().await.unwrap();
        assert_eq!(shared.backend.messages().await.unwrap().messages.len(), before + 1);
        // known by now, it is another wish: and too soon for one
        assert_eq!(ask().await.unwrap_err().code, ProblemCode::TooManyRequests);
    });
}
