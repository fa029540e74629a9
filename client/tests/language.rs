//! The language of mail and text messages: what is configured, else the desktop's, else the backend's own; a change of the
//! configuration counts for the next message.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;

use person::send;
use postern_client::config::{Configured, Places};
use postern_client::language::MessageLanguage;
use postern_client::{Desk, Options};
use postern_contract::AskerId;
use postern_contract::operation::StartVerification;
use postern_contract::verification::{Channel, Purpose, VerificationRequest};
use shared::Shared;
use std::ffi::OsString;
use uuid::Uuid;

/// The language of the message that is sent now.
async fn arrives(desk: &Desk, shared: &Shared) -> &'static str {
    // somebody else each time, who has to wait for no number
    let who = shared.backend.posted().await.unwrap().len();
    let purpose = Purpose::SignUp { asker: AskerId(Uuid::from_u128(who as u128)) };
    let address = format!("person{who}@harbor.example");
    let body = VerificationRequest { purpose, channel: Channel::Email, address: address.clone() };
    send(desk, StartVerification { body }).await.unwrap();
    let posted = shared.backend.posted().await.unwrap();
    posted.into_iter().find(|posted| posted.message.to == address).unwrap().language
}

// CFG-3: the setting has its effect, and at once
#[tokio::test]
async fn messages_are_written_in_the_configured_language_and_follow_it() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let places = Places::under(folder.path()).unwrap();
    std::fs::create_dir_all(places.user_file.parent().unwrap()).unwrap();
    let says = |text: &str| std::fs::write(&places.user_file, text).unwrap();
    says("[defaults]\nlanguage = \"ko\"\n");
    let configured = Configured::open(places.clone());
    let japanese = |name: &str| (name == "LANG").then(|| OsString::from("ja_JP.UTF-8"));
    let language = MessageLanguage::of(&configured, japanese);
    let desk = Desk::open(Options { language, ..shared.options("127.0.0.1") }).await.unwrap();
    assert_eq!(arrives(&desk, &shared).await, "ko");
    says("[defaults]\nlanguage = \"en\"\n");
    configured.reload();
    assert_eq!(arrives(&desk, &shared).await, "en");
    // nothing configured: the desktop's
    says("");
    configured.reload();
    assert_eq!(arrives(&desk, &shared).await, "ja");
    desk.close().await;
    // one that no message is written in, and none at all: the backend's own
    for locale in ["fr_FR.UTF-8", "C"] {
        let language = MessageLanguage::of(&configured, |_| Some(OsString::from(locale)));
        let desk = Desk::open(Options { language, ..shared.options("127.0.0.1") }).await.unwrap();
        assert_eq!(arrives(&desk, &shared).await, "en", "{locale}");
        desk.close().await;
    }
}
