//! A shared backend and a wire that breaks: whatever was interrupted is mended, no working key is lost, and one origin's
//! secrets are never another's.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;
mod world;

use person::{create_account, create_account_at, send, sign_in, sign_in_as, step_up};
use postern_client::Desk;
use postern_contract::operation::{EndSession, GetSession};
use postern_contract::shell::{AddKeyInput, CancelInput, Ended, KeyList, Mended, SecretPlace};
use postern_contract::{KeyId, ProblemCode};
use shared::{Shared, Wire};
use world::{Store, run, session, until};

const HERE: &str = "127.0.0.1";
const THERE: &str = "localhost";

async fn open(shared: &Shared, host: &str) -> Desk {
    Desk::open(shared.options(host)).await.unwrap()
}

/// A shared backend with Mina's account, and a desk where she is signed in and has entered her password again.
async fn unlocked() -> (Shared, Desk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let shared = Shared::serve(folder.path()).await;
    let desk = open(&shared, HERE).await;
    create_account(&desk, async || shared.backend.messages().await.unwrap()).await;
    sign_in(&desk).await.unwrap();
    step_up(&desk).await;
    (shared, desk, folder)
}

fn label(label: &str) -> AddKeyInput {
    AddKeyInput { label: label.to_owned() }
}

/// Whether a key opens anything. A secret is read once the password was entered in this run.
async fn works(shared: &Shared, desk: &Desk, id: KeyId) -> bool {
    step_up(desk).await;
    let (_, secret) = desk.key_secret(id).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = shared.options(HERE).backend.unwrap().url.join("/v1/whoami").unwrap();
    client.get(url).bearer_auth(secret.expose()).send().await.unwrap().status() == 200
}

fn release_robot(what: impl Fn(String) -> Mended) -> Vec<Mended> {
    vec![what("Release robot".to_owned())]
}

/// Begins to add a key and is killed when the backend has been asked, or would have been.
async fn killed_while_adding(shared: &Shared, desk: Desk) {
    let asked = shared.asked().len();
    let adding = tokio::spawn(async move { desk.add_key(label("Release robot")).await });
    until("the key is being registered", async || {
        shared.asked()[asked..].iter().any(|line| line.starts_with("PUT /v1/account/keys/"))
    })
    .await;
    adding.abort();
    assert!(adding.await.unwrap_err().is_cancelled());
}

#[test]
fn key_2_killed_between_stored_and_registered_the_next_start_finishes_it() {
    session(
        "key_2_killed_between_stored_and_registered_the_next_start_finishes_it",
        Store::Unlocked,
        || async {
            let (shared, desk, _folder) = unlocked().await;
            shared.wire(Wire::LosesRegistering);
            killed_while_adding(&shared, desk).await;

            shared.wire(Wire::Whole);
            let desk = open(&shared, HERE).await;
            step_up(&desk).await;
            let KeyList { rows, mended, .. } = desk.list_keys().await.unwrap();
            assert_eq!(mended, release_robot(|label| Mended::Finished { label }));
            assert_eq!((rows.len(), rows[0].secret), (1, SecretPlace::Here));
            assert!(works(&shared, &desk, rows[0].key.id).await);
            assert_eq!(desk.list_keys().await.unwrap().mended, [], "it is told once");
        },
    );
}

#[test]
fn key_2_killed_between_registered_and_told_the_next_start_finds_it_there() {
    session(
        "key_2_killed_between_registered_and_told_the_next_start_finds_it_there",
        Store::Unlocked,
        || async {
            let (shared, desk, _folder) = unlocked().await;
            let impatient = Desk::open(shared.impatient(HERE)).await.unwrap();
            step_up(&impatient).await;
            shared.wire(Wire::LosesTheAnswer);
            let lost = impatient.add_key(label("Release robot")).await.unwrap_err();
            assert_eq!(lost.code, ProblemCode::BackendTimeout);
            drop((impatient, desk));

            shared.wire(Wire::Whole);
            let desk = open(&shared, HERE).await;
            let KeyList { rows, mended, .. } = desk.list_keys().await.unwrap();
            assert_eq!(mended, release_robot(|label| Mended::AlreadyThere { label }));
            assert_eq!((rows.len(), rows[0].secret), (1, SecretPlace::Here));
            assert!(works(&shared, &desk, rows[0].key.id).await);
        },
    );
}

#[test]
fn key_2_adding_again_after_a_lost_answer_makes_no_second_key() {
    session("key_2_adding_again_after_a_lost_answer_makes_no_second_key", Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        shared.wire(Wire::LosesTheAnswer);
        let impatient = Desk::open(shared.impatient(HERE)).await.unwrap();
        assert!(impatient.add_key(label("Release robot")).await.is_err());
        shared.wire(Wire::Whole);
        let row = desk.add_key(label("Release robot")).await.unwrap();
        let list = desk.list_keys().await.unwrap();
        assert_eq!((list.rows.len(), list.mended), (1, Vec::new()));
        assert!(works(&shared, &desk, row.key.id).await);
    });
}

#[test]
fn key_2_what_needs_the_password_waits_for_it() {
    session("key_2_what_needs_the_password_waits_for_it", Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        shared.wire(Wire::LosesRegistering);
        killed_while_adding(&shared, desk.clone()).await;
        shared.wire(Wire::Whole);
        desk.sign_out().await.unwrap();
        sign_in(&desk).await.unwrap();
        let list = desk.list_keys().await.unwrap();
        assert_eq!(list.mended, release_robot(|label| Mended::Waiting { label }));
        let list = desk.list_keys().await.unwrap();
        assert_eq!(
            (list.rows.len(), list.mended),
            (0, Vec::new()),
            "the secret waits, and that is told once"
        );
        step_up(&desk).await;
        let list = desk.list_keys().await.unwrap();
        assert_eq!(list.mended, release_robot(|label| Mended::Finished { label }));
        assert!(works(&shared, &desk, list.rows[0].key.id).await);
    });
}

#[test]
fn key_1_a_key_for_which_there_is_no_room_is_given_up() {
    session("key_1_a_key_for_which_there_is_no_room_is_given_up", Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        shared.wire(Wire::LosesRegistering);
        killed_while_adding(&shared, desk.clone()).await;
        shared.wire(Wire::Whole);
        for number in 1..=5 {
            desk.add_key(label(&format!("Key {number}"))).await.unwrap();
        }
        let sixth = desk.add_key(label("Key 6")).await.unwrap_err();
        assert_eq!(sixth.code, ProblemCode::KeyLimitReached);
        let list = desk.list_keys().await.unwrap();
        let problem = ProblemCode::KeyLimitReached;
        assert_eq!(list.mended, release_robot(|label| Mended::GivenUp { label, problem }));
        assert!(list.rows.len() == 5 && list.rows.iter().all(|row| row.secret == SecretPlace::Here));
        assert_eq!(desk.list_keys().await.unwrap().mended, []);
    });
}

#[test]
fn sec_5_one_backend_under_two_origins_shares_no_secret() {
    session("sec_5_one_backend_under_two_origins_shares_no_secret", Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        let key = desk.add_key(label("Release robot")).await.unwrap().key.id;
        let other = open(&shared, THERE).await;
        assert_eq!(other.start().await.session, None, "the other origin's token is not used");
        sign_in(&other).await.unwrap();
        assert_eq!(other.list_keys().await.unwrap().rows[0].secret, SecretPlace::Elsewhere);
        step_up(&other).await;
        assert_eq!(other.key_secret(key).await.unwrap_err().code, ProblemCode::KeyNotHere);
        other.delete_key(key).await.unwrap();
        let list = desk.list_keys().await.unwrap();
        assert_eq!((list.rows, list.mended), (Vec::new(), release_robot(|label| Mended::Removed { label })));
        assert_eq!(desk.key_secret(key).await.unwrap_err().code, ProblemCode::KeyNotHere);
    });
}

#[test]
fn sec_5_a_session_ended_elsewhere_is_forgotten_here() {
    session("sec_5_a_session_ended_elsewhere_is_forgotten_here", Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        let here = desk.start().await.session.unwrap().id;
        let other = open(&shared, THERE).await;
        sign_in(&other).await.unwrap();
        step_up(&other).await;
        send(&other, EndSession { id: here, body: () }).await.unwrap();
        assert_eq!(
            send(&desk, GetSession { body: () }).await.unwrap_err().code,
            ProblemCode::Unauthenticated
        );
        let user =
            format!("session@{}", shared.options(HERE).backend.unwrap().url.origin().ascii_serialization());
        assert_eq!(run("secret-tool", &["lookup", "service", "postern", "username", &user]), None);
        assert_eq!(desk.start().await.ended, Some(Ended::ByBackend));
        assert!(other.start().await.session.is_some());
    });
}

#[test]
fn ses_1_entering_the_password_again_disturbs_no_other_window() {
    session("ses_1_entering_the_password_again_disturbs_no_other_window", Store::Unlocked, || async {
        let (_shared, desk, _folder) = unlocked().await;
        for _ in 0..5 {
            let windows: Vec<_> = (0..8)
                .map(|_| {
                    let desk = desk.clone();
                    tokio::spawn(async move { send(&desk, GetSession { body: () }).await })
                })
                .collect();
            step_up(&desk).await;
            for window in windows {
                window.await.unwrap().unwrap();
            }
        }
    });
}

#[test]
fn sec_2_no_password_is_sent_where_nothing_could_be_kept() {
    session("sec_2_no_password_is_sent_where_nothing_could_be_kept", Store::Absent, || async {
        let folder = tempfile::tempdir().unwrap();
        let shared = Shared::serve(folder.path()).await;
        let desk = open(&shared, HERE).await;
        assert_eq!(sign_in(&desk).await.unwrap_err().code, ProblemCode::StoreAbsent);
        assert_eq!(shared.asked(), Vec::<String>::new());
    });
}

#[test]
fn sec_5_work_begun_for_one_account_never_touches_its_keys_as_another() {
    let name = "sec_5_work_begun_for_one_account_never_touches_its_keys_as_another";
    session(name, Store::Unlocked, || async {
        const OTHER: &str = "jun.lee@harbor.example";
        let (shared, desk, _folder) = unlocked().await;
        let messages = async || shared.backend.messages().await.unwrap();
        create_account_at(&desk, messages, OTHER, "010-5550-9876").await;
        let row = desk.add_key(label("Release robot")).await.unwrap();
        drop(desk);
        let desk = Desk::open(shared.impatient(HERE)).await.unwrap();
        step_up(&desk).await;

        // a listing waits behind a registration that is not answered, while somebody else signs in
        shared.wire(Wire::LosesTheAnswer);
        let asked = shared.asked().len();
        let (lost, _, ()) = tokio::join!(desk.add_key(label("Crane log")), desk.list_keys(), async {
            until("the key is being registered", async || {
                shared.asked()[asked..].iter().any(|line| line.starts_with("PUT /v1/account/keys/"))
            })
            .await;
            desk.sign_out().await.unwrap();
            sign_in_as(&desk, OTHER).await.unwrap();
        });
        assert_eq!(lost.unwrap_err().code, ProblemCode::BackendTimeout);

        shared.wire(Wire::Whole);
        desk.sign_out().await.unwrap();
        sign_in(&desk).await.unwrap();
        let rows = desk.list_keys().await.unwrap().rows;
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.secret == SecretPlace::Here), "no secret was removed");
        assert!(works(&shared, &desk, row.key.id).await);
    });
}

/// Agrees to the cancellation, and hears nothing.
async fn cancel_in_vain(shared: &Shared, wire: Wire) {
    let desk = Desk::open(shared.impatient(HERE)).await.unwrap();
    step_up(&desk).await;
    shared.wire(wire);
    let lost = desk.cancel_subscription(CancelInput { agree: true }).await.unwrap_err();
    assert_eq!(lost.code, ProblemCode::BackendTimeout);
    shared.wire(Wire::Whole);
}

fn kept() -> String {
    run("secret-tool", &["search", "--all", "service", "postern"]).unwrap_or_default()
}

#[test]
fn sec_5_a_cancellation_whose_answer_is_lost_leaves_nothing_after_the_next_start() {
    let name = "sec_5_a_cancellation_whose_answer_is_lost_leaves_nothing_after_the_next_start";
    session(name, Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        desk.add_key(label("Release robot")).await.unwrap();
        drop(desk);
        cancel_in_vain(&shared, Wire::LosesTheEnd).await;

        let desk = open(&shared, HERE).await;
        let opening = desk.start().await;
        assert_eq!((opening.session, opening.ended), (None, Some(Ended::Canceled)));
        assert_eq!(kept(), "");
    });
}

#[test]
fn sec_5_a_cancellation_that_was_lost_itself_costs_no_secret() {
    let name = "sec_5_a_cancellation_that_was_lost_itself_costs_no_secret";
    session(name, Store::Unlocked, || async {
        let (shared, desk, _folder) = unlocked().await;
        let key = desk.add_key(label("Release robot")).await.unwrap().key.id;
        let here = desk.start().await.session.unwrap().id;
        drop(desk);
        cancel_in_vain(&shared, Wire::Cut).await;
        assert!(kept().contains("Postern: cancellation"));
        let other = open(&shared, THERE).await;
        sign_in(&other).await.unwrap();
        step_up(&other).await;
        send(&other, EndSession { id: here, body: () }).await.unwrap();

        let desk = open(&shared, HERE).await;
        assert_eq!(desk.start().await.ended, Some(Ended::ByBackend));
        assert!(kept().contains("Postern: authentication key") && !kept().contains("Postern: cancellation"));
        sign_in(&desk).await.unwrap();
        assert!(works(&shared, &desk, key).await);
    });
}
