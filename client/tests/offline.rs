//! Working without a network: what a desk still knows, what it says, and what it makes up for when the backend is back.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;
mod world;

use person::{EMAIL, create_account, send, sign_in, step_up};
use postern_client::transport::TOTAL_LIMIT;
use postern_client::{Desk, Options};
use postern_contract::ProblemCode;
use postern_contract::operation::{ChangeAccount, GetAccount, GetSecurity};
use postern_contract::shell::AddKeyInput;
use postern_faults::{Mode, Proxy};
use shared::{AT_ONCE, Shared, patient};
use tokio::time::timeout;
use world::{Store, session, until};

/// A backend behind a proxy, with an account.
async fn behind(folder: &std::path::Path) -> (Shared, Proxy, Options) {
    let shared = Shared::serve(folder).await;
    let proxy = Proxy::before(shared.address()).await;
    let options = shared::options_for(&proxy.url(), shared.data());
    let desk = Desk::open(options.clone()).await.unwrap();
    create_account(&desk, async || shared.backend.messages().await.unwrap()).await;
    (shared, proxy, options)
}

/// Reads all that a window shows of an account.
async fn look(desk: &Desk) {
    send(desk, GetAccount { body: () }).await.unwrap();
    send(desk, GetSecurity { body: () }).await.unwrap();
    desk.list_keys().await.unwrap();
}

/// The files of an account as last seen.
fn copies(shared: &Shared) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(shared.data()).into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("seen-")).collect()
}

#[test]
fn net_4_a_start_without_a_backend_is_quick_and_knows_the_account() {
    let name = "net_4_a_start_without_a_backend_is_quick_and_knows_the_account";
    session(name, Store::Unlocked, async || {
        let folder = tempfile::tempdir().unwrap();
        let (shared, proxy, options) = behind(folder.path()).await;
        let desk = Desk::open(options.clone()).await.unwrap();
        assert!(desk.start().await.capabilities.is_some());
        sign_in(&desk).await.unwrap();
        step_up(&desk).await;
        let key = desk.add_key(AddKeyInput { label: "Release robot".to_owned() }).await.unwrap();
        look(&desk).await;
        desk.close().await;
        assert_eq!(desk.connection().trouble, None);
        drop(desk);
        for word in [EMAIL, "Mina", "Release robot"] {
            for file in copies(&shared) {
                let bytes = std::fs::read(file).unwrap();
                assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word} lies open");
            }
        }
        for (mode, trouble) in [
            (Mode::Refuse, ProblemCode::BackendUnreachable),
            (Mode::BlackHole, ProblemCode::BackendTimeout),
            (Mode::Silence, ProblemCode::BackendTimeout),
        ] {
            proxy.set(mode).await;
            let desk = Desk::open(patient(options.clone())).await.unwrap();
            let opening = timeout(AT_ONCE, desk.start()).await;
            let opening = opening.unwrap_or_else(|_| panic!("{mode:?}: it waits for the backend"));
            assert_eq!(opening.connection.trouble, Some(trouble), "{mode:?}");
            assert!(opening.connection.since.is_some() && opening.session.is_none());
            assert!(opening.recalls && opening.capabilities.is_some() && opening.problem.is_some());
            let recalled = desk.recall().await.unwrap().unwrap();
            assert_eq!((recalled.account.email.as_str(), recalled.keys.len()), (EMAIL, 1));
            assert_eq!(recalled.keys[0].id, key.key.id);
        }
        // the backend is back: the desk finds out by itself
        let desk = Desk::open(options).await.unwrap();
        assert!(desk.start().await.session.is_none());
        let mut changes = desk.connection_changes();
        proxy.set(Mode::Whole).await;
        proxy.forget();
        changes.wait_for(|connection| connection.trouble.is_none()).await.unwrap();
        // nothing was sent but what a start asks for, and what finds out brings no credentials
        let heard = proxy.heard();
        assert!(!heard.is_empty());
        for one in heard {
            match one.line().as_str() {
                "GET /v1/capabilities" => assert_eq!(one.header("authorization"), None),
                other => assert_eq!(other, "GET /v1/session"),
            }
        }
        assert!(desk.start().await.session.is_some());
    });
}

#[test]
fn a_sign_out_without_a_network_is_at_once_and_the_backend_learns_of_it() {
    let name = "a_sign_out_without_a_network_is_at_once_and_the_backend_learns_of_it";
    session(name, Store::Unlocked, async || {
        let folder = tempfile::tempdir().unwrap();
        let (shared, proxy, options) = behind(folder.path()).await;
        let desk = Desk::open(options.clone()).await.unwrap();
        sign_in(&desk).await.unwrap();
        look(&desk).await;
        until("the account is kept", async || !copies(&shared).is_empty()).await;
        proxy.set(Mode::BlackHole).await;
        // an answer would be waited for longer
        timeout(TOTAL_LIMIT / 2, desk.sign_out()).await.unwrap().unwrap();
        // the secret and the copy went at once
        assert_eq!(copies(&shared), Vec::<std::path::PathBuf>::new());
        assert_eq!(desk.recall().await.unwrap(), None);
        let other = Desk::open(options).await.unwrap();
        assert!(other.start().await.session.is_none());
        drop(other);
        // the backend learns of it in the same run, without anybody asking
        desk.try_connection().await;
        proxy.set(Mode::Whole).await;
        proxy.forget();
        until("the backend was told", async || proxy.count("POST /v1/session/revocations") == 1).await;
    });
}

#[test]
fn a_change_that_came_through_is_what_is_known_afterwards() {
    session("a_change_that_came_through_is_what_is_known_afterwards", Store::Unlocked, async || {
        let folder = tempfile::tempdir().unwrap();
        let (_shared, proxy, options) = behind(folder.path()).await;
        let desk = Desk::open(options).await.unwrap();
        assert_eq!(desk.recall().await.unwrap(), None, "nobody is signed in");
        sign_in(&desk).await.unwrap();
        step_up(&desk).await;
        look(&desk).await;
        let before = desk.recall().await.unwrap().unwrap();
        let body = serde_json::from_value(serde_json::json!({ "name": "Mina Pier" })).unwrap();
        send(&desk, ChangeAccount { if_match: before.account.etag.clone(), body }).await.unwrap();
        let key = desk.add_key(AddKeyInput { label: "Crane log".to_owned() }).await.unwrap();
        proxy.set(Mode::Refuse).await;
        let after = desk.recall().await.unwrap().unwrap();
        assert_eq!((after.account.name.as_str(), after.keys.len()), ("Mina Pier", 1));
        proxy.set(Mode::Whole).await;
        desk.delete_key(key.key.id).await.unwrap();
        assert_eq!(desk.recall().await.unwrap().unwrap().keys, Vec::new());
    });
}

#[test]
fn sec_2_a_desk_that_keeps_secrets_in_memory_keeps_no_copy() {
    session("sec_2_a_desk_that_keeps_secrets_in_memory_keeps_no_copy", Store::Absent, async || {
        let folder = tempfile::tempdir().unwrap();
        let (shared, _proxy, options) = behind(folder.path()).await;
        let desk = Desk::open(options).await.unwrap();
        desk.use_memory_only().await;
        sign_in(&desk).await.unwrap();
        look(&desk).await;
        desk.close().await;
        assert!(desk.recall().await.unwrap().is_some(), "this run knows");
        assert_eq!(copies(&shared), Vec::<std::path::PathBuf>::new(), "and no file does");
    });
}
