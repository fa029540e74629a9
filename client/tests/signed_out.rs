//! SES-3: signing out while the backend cannot be reached. It is at once, no token stays behind, and the backend hears of it
//! as soon as it can, in this run or the next.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;
mod world;

use person::{create_account, send, sign_in};
use postern_client::Desk;
use postern_contract::ProblemCode;
use postern_contract::operation::ListSessions;
use serde_json::Value;
use shared::{Shared, Wire};
use std::path::{Path, PathBuf};
use world::{Store, run, session, until};

const HERE: &str = "127.0.0.1";
const THERE: &str = "localhost";

/// A shared backend with Mina's account, and a desk that soon stops waiting, where she is signed in.
async fn signed_in() -> (Shared, Desk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let desk = Desk::open(shared.impatient(HERE)).await.unwrap();
    create_account(&desk, async || shared.backend.messages().await.unwrap()).await;
    sign_in(&desk).await.unwrap();
    (shared, desk, folder)
}

async fn open(shared: &Shared, host: &str) -> Desk {
    Desk::open(shared.options(host)).await.unwrap()
}

/// The name of the session's entry in the secret store.
fn entry(shared: &Shared) -> String {
    format!("session@{}", shared.options(HERE).backend.unwrap().url.origin().ascii_serialization())
}

/// The session's entry in the secret store.
fn stored(shared: &Shared) -> Option<String> {
    run("secret-tool", &["lookup", "service", "postern", "username", &entry(shared)])
}

/// The token in the session's entry.
fn token(shared: &Shared) -> String {
    let held: Value = serde_json::from_str(stored(shared).unwrap().trim()).unwrap();
    held["token"].as_str().unwrap().to_owned()
}

/// Whether a token opens anything.
async fn works(shared: &Shared, token: &str) -> bool {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = shared.options(HERE).backend.unwrap().url.join("/v1/session").unwrap();
    client.get(url).bearer_auth(token).send().await.unwrap().status() == 200
}

/// The files of a folder and those within that hold this text.
fn traces(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(traces(&entry.path(), text));
        } else {
            let bytes = std::fs::read(entry.path()).unwrap();
            found.extend(bytes.windows(text.len()).any(|w| w == text.as_bytes()).then(|| entry.path()));
        }
    }
    found
}

/// Where it is kept that the backend is to hear of a sign-out.
fn owed(shared: &Shared) -> PathBuf {
    shared.data().join("signed-out")
}

#[test]
fn ses_3_signing_out_offline_is_at_once_and_the_backend_hears_of_it_later() {
    let name = "ses_3_signing_out_offline_is_at_once_and_the_backend_hears_of_it_later";
    session(name, Store::Unlocked, async || {
        let (shared, desk, _folder) = signed_in().await;
        let token = token(&shared);
        shared.wire(Wire::Cut);
        desk.sign_out().await.unwrap();
        assert_eq!(stored(&shared), None);
        assert_eq!(traces(shared.data(), &token), Vec::<PathBuf>::new());
        let opening = desk.start().await;
        assert_eq!((opening.session, opening.problem), (None, Some(ProblemCode::BackendTimeout)));
        shared.wire(Wire::Whole);
        let other = open(&shared, THERE).await;
        sign_in(&other).await.unwrap();
        until("the backend has heard of it", async || {
            send(&other, ListSessions { body: () }).await.unwrap().sessions.len() == 1
        })
        .await;
        until("nothing is owed", async || !owed(&shared).exists()).await;
        assert!(!works(&shared, &token).await);
        // it was told by what opens nothing, since the token is gone
        let told = shared.asked().into_iter().filter(|line| line == "POST /v1/session/revocations");
        assert!(told.count() >= 1);
    });
}

#[test]
fn ses_3_signing_out_offline_is_told_over_a_restart() {
    let name = "ses_3_signing_out_offline_is_told_over_a_restart";
    session(name, Store::Unlocked, async || {
        let (shared, desk, _folder) = signed_in().await;
        let token = token(&shared);
        shared.wire(Wire::Cut);
        desk.sign_out().await.unwrap();
        desk.close().await;
        drop(desk);
        shared.wire(Wire::Whole);
        assert!(works(&shared, &token).await && owed(&shared).exists());
        assert_eq!(traces(shared.data(), &token), Vec::<PathBuf>::new());
        // what is owed to one backend is no other's
        open(&shared, THERE).await.start().await;
        assert!(works(&shared, &token).await && owed(&shared).exists());

        let desk = open(&shared, HERE).await;
        assert_eq!(desk.start().await.session, None);
        until("the backend has heard of it", async || !works(&shared, &token).await).await;
        until("nothing is owed", async || !owed(&shared).exists()).await;
        assert_eq!(traces(shared.data(), &token), Vec::<PathBuf>::new());
        sign_in(&desk).await.unwrap();
    });
}

#[test]
fn ses_3_what_was_signed_out_is_not_used_again_though_the_store_kept_it() {
    let name = "ses_3_what_was_signed_out_is_not_used_again_though_the_store_kept_it";
    session(name, Store::Unlocked, async || {
        let (shared, desk, _folder) = signed_in().await;
        let (token, text) = (token(&shared), stored(&shared).unwrap());
        shared.wire(Wire::Cut);
        desk.sign_out().await.unwrap();
        desk.close().await;
        drop(desk);
        // as if the run had ended between the two
        let store = "printf %s \"$0\" | secret-tool store --label session service postern username \"$1\"";
        run("sh", &["-c", store, text.trim(), &entry(&shared)]).unwrap();
        shared.wire(Wire::Whole);
        let desk = open(&shared, HERE).await;
        assert_eq!(desk.start().await.session, None);
        until("the backend has heard of it", async || !works(&shared, &token).await).await;
        until("nothing is owed", async || !owed(&shared).exists()).await;
        assert_eq!(stored(&shared), None);
    });
}

#[test]
fn ses_3_signing_out_with_the_backend_there_leaves_nothing_owed() {
    let name = "ses_3_signing_out_with_the_backend_there_leaves_nothing_owed";
    session(name, Store::Unlocked, async || {
        let (shared, desk, _folder) = signed_in().await;
        let token = token(&shared);
        desk.sign_out().await.unwrap();
        assert!(!works(&shared, &token).await && !owed(&shared).exists());
        assert!(shared.asked().iter().all(|line| line != "POST /v1/session/revocations"));
    });
}
