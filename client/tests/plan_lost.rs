//! Plans over a wire that loses answers: a receipt says what is known to be done, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;
mod world;

use person::{create_account, create_account_at, newest_number, send, sign_in, sign_in_as, step_up};
use postern_backend::{Clock, SystemClock};
use postern_client::plan::{Application, Base, Opened, Places, Policy, With, prepare, write};
use postern_client::{Desk, Options};
use postern_contract::capabilities::Capabilities;
use postern_contract::configuration::OfferId;
use postern_contract::connection::Recalled;
use postern_contract::message::{Content, Message};
use postern_contract::operation::{EndSession, GetAccount, GetSecurity, GetSession};
use postern_contract::plan::{PlanAnswer, PlanAsk, PlanInput, PlanProgress, PlanRefusal, Standing};
use postern_contract::{Moment, ProblemCode, SessionId};
use shared::{Shared, Wire};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use world::{Store, session, until};

/// Mina's account behind a wire, a desk that soon stops waiting, and her plan, taken up.
async fn taken_up(folder: &Path, input: PlanInput) -> (Shared, Desk, Application) {
    let shared = Shared::serve(folder).await;
    let options = shared.impatient("127.0.0.1");
    taken_up_by(folder, shared, options, input).await
}

/// The same with a desk of its own.
async fn taken_up_by(
    folder: &Path,
    shared: Shared,
    options: Options,
    input: PlanInput,
) -> (Shared, Desk, Application) {
    let desk = Desk::open(options).await.unwrap();
    create_account(&desk, async || shared.backend.messages().await.unwrap()).await;
    sign_in(&desk).await.unwrap();
    step_up(&desk).await;
    let recalled = Recalled {
        account: send(&desk, GetAccount { body: () }).await.unwrap(),
        security: send(&desk, GetSecurity { body: () }).await.unwrap(),
        keys: Vec::new(),
        seen_at: Moment::from_millisecond(0),
    };
    let base = Base {
        recalled: &recalled,
        capabilities: &Capabilities::default(),
        backend: &desk.origin(),
        key: None,
        policy: &Policy::default(),
        now: recalled.account.created_at,
    };
    let path = folder.join("mina.postern-plan");
    let input = PlanInput { author: "Joon".to_owned(), reason: "New quarter".to_owned(), ..input };
    write(&path, &prepare(&input, &base).unwrap()).unwrap();
    let with = With {
        desk: desk.clone(),
        policy: Policy::default(),
        places: Places::under(folder),
        clock: Arc::new(SystemClock),
    };
    let application = Application::of(&Opened::read(&path).unwrap(), with).await.unwrap();
    (shared, desk, application)
}

fn trouble(progress: &PlanProgress) -> ProblemCode {
    let Some(PlanAsk::Trouble { problem, .. }) = &progress.ask else { panic!("{progress:?}") };
    problem.code
}

fn sent_and_over(progress: &PlanProgress) -> (bool, bool) {
    let Some(PlanAsk::Trouble { sent, over, .. }) = progress.ask else { panic!("{progress:?}") };
    (sent, over)
}

/// Sends a cancellation that reaches nobody. Answers the session that sent it, and another desk of the same person that is
/// signed in and may end it.
async fn canceling_reaches_nobody(
    shared: &Shared,
    desk: &Desk,
    application: &mut Application,
) -> (SessionId, Desk) {
    let here = send(desk, GetSession { body: () }).await.unwrap().id;
    let other = Desk::open(shared.options("localhost")).await.unwrap();
    sign_in(&other).await.unwrap();
    step_up(&other).await;
    shared.wire(Wire::LosesCancelling);
    assert_eq!(trouble(&application.answer(PlanAnswer::Go).await), ProblemCode::BackendTimeout);
    shared.wire(Wire::Whole);
    (here, other)
}

fn key() -> PlanInput {
    PlanInput { add_keys: vec!["Release robot".to_owned()], ..PlanInput::default() }
}

#[test]
fn a_step_whose_answer_was_lost_is_looked_at_before_it_is_left() {
    session("a_step_whose_answer_was_lost_is_looked_at_before_it_is_left", Store::Unlocked, || async {
        let folder = tempfile::tempdir().unwrap();
        let (shared, _desk, mut application) = taken_up(folder.path(), key()).await;
        shared.wire(Wire::LosesTheAnswer);
        assert_eq!(trouble(&application.answer(PlanAnswer::Go).await), ProblemCode::BackendTimeout);
        shared.wire(Wire::Whole);
        let receipt = application.answer(PlanAnswer::Skip).await.receipt.unwrap();
        assert_eq!(receipt.steps[0].standing, Standing::Done);
    });
}

#[test]
fn a_step_that_cannot_be_looked_at_is_not_known() {
    session("a_step_that_cannot_be_looked_at_is_not_known", Store::Unlocked, || async {
        let folder = tempfile::tempdir().unwrap();
        let (shared, _desk, mut application) = taken_up(folder.path(), key()).await;
        shared.wire(Wire::LosesTheAnswer);
        assert_eq!(trouble(&application.answer(PlanAnswer::Go).await), ProblemCode::BackendTimeout);
        shared.wire(Wire::Cut);
        let receipt = application.answer(PlanAnswer::Skip).await.receipt.unwrap();
        assert_eq!(receipt.steps[0].standing, Standing::NotKnown);
    });
}

#[test]
fn the_end_of_a_session_is_no_proof_of_a_cancellation() {
    session("the_end_of_a_session_is_no_proof_of_a_cancellation", Store::Unlocked, || async {
        let folder = tempfile::tempdir().unwrap();
        let input = PlanInput { cancel: true, ..PlanInput::default() };
        let (shared, desk, mut application) = taken_up(folder.path(), input).await;
        let (here, other) = canceling_reaches_nobody(&shared, &desk, &mut application).await;
        send(&other, EndSession { id: here, body: () }).await.unwrap();
        let asked = application.answer(PlanAnswer::Again).await;
        assert_eq!((trouble(&asked), asked.receipt), (ProblemCode::Unauthenticated, None));
        // the account is there: signed in again, it is canceled after all
        sign_in(&desk).await.unwrap();
        step_up(&desk).await;
        let receipt = application.answer(PlanAnswer::Again).await.receipt.unwrap();
        assert_eq!(receipt.steps[0].standing, Standing::Done);
        assert_eq!(sign_in(&other).await.unwrap_err().code, ProblemCode::CredentialsRefused);
    });
}

#[test]
fn who_signs_in_while_the_account_is_looked_at_is_not_canceled() {
    session("who_signs_in_while_the_account_is_looked_at_is_not_canceled", Store::Unlocked, || async {
        const OTHER: &str = "jun.lee@harbor.example";
        let folder = tempfile::tempdir().unwrap();
        let input = PlanInput { cancel: true, ..PlanInput::default() };
        let shared = Shared::serve(folder.path()).await;
        let options = shared.options("127.0.0.1");
        let (shared, desk, mut application) = taken_up_by(folder.path(), shared, options, input).await;
        let messages = async || shared.backend.messages().await.unwrap();
        create_account_at(&desk, messages, OTHER, "010-5550-9876").await;
        let asked = shared.asked().len();
        shared.wire(Wire::HoldsTheKeys);
        let (progress, ()) = tokio::join!(application.answer(PlanAnswer::Go), async {
            until("the account is looked at", async || {
                let gets = ["GET /v1/account", "GET /v1/account/security", "GET /v1/account/keys"];
                gets.iter().all(|get| shared.asked()[asked..].iter().any(|line| line == get))
            })
            .await;
            desk.sign_out().await.unwrap();
            sign_in_as(&desk, OTHER).await.unwrap();
            step_up(&desk).await;
            shared.wire(Wire::Whole);
        });
        trouble(&progress);
        let other = Desk::open(shared.options("localhost")).await.unwrap();
        sign_in_as(&other, OTHER).await.unwrap();
        other.sign_out().await.unwrap();
        sign_in(&other).await.unwrap();
    });
}

#[test]
fn a_cancellation_that_nobody_can_look_up_is_not_known_when_it_is_skipped() {
    session(
        "a_cancellation_that_nobody_can_look_up_is_not_known_when_it_is_skipped",
        Store::Unlocked,
        || async {
            let folder = tempfile::tempdir().unwrap();
            let input = PlanInput { cancel: true, ..PlanInput::default() };
            let (shared, desk, mut application) = taken_up(folder.path(), input).await;
            let (here, other) = canceling_reaches_nobody(&shared, &desk, &mut application).await;
            // while somebody is signed in the account can be looked at: no word of a person counts
            let asked = application.answer(PlanAnswer::Canceled).await;
            assert_eq!(asked.problem.as_ref().unwrap().code, ProblemCode::Malformed);
            assert_eq!(sent_and_over(&asked), (true, false));
            send(&other, EndSession { id: here, body: () }).await.unwrap();
            let asked = application.answer(PlanAnswer::Again).await;
            assert_eq!(
                (trouble(&asked), sent_and_over(&asked)),
                (ProblemCode::Unauthenticated, (true, true))
            );
            let receipt = application.answer(PlanAnswer::Skip).await.receipt.unwrap();
            assert_eq!(receipt.steps[0].standing, Standing::NotKnown);
            send(&other, GetAccount { body: () }).await.unwrap();
        },
    );
}

#[test]
fn a_persons_word_for_a_cancellation_counts_where_the_account_cannot_be_looked_at() {
    session(
        "a_persons_word_for_a_cancellation_counts_where_the_account_cannot_be_looked_at",
        Store::Unlocked,
        || async {
            let folder = tempfile::tempdir().unwrap();
            let input = PlanInput { cancel: true, ..PlanInput::default() };
            let (shared, desk, mut application) = taken_up(folder.path(), input.clone()).await;
            shared.wire(Wire::LosesTheEnd);
            assert_eq!(trouble(&application.answer(PlanAnswer::Go).await), ProblemCode::BackendTimeout);
            shared.wire(Wire::Whole);
            assert_eq!(sent_and_over(&application.answer(PlanAnswer::Again).await), (true, true));
            let receipt = application.answer(PlanAnswer::Canceled).await.receipt.unwrap();
            assert_eq!(receipt.steps[0].standing, Standing::Stated);
            assert_eq!(sign_in(&desk).await.unwrap_err().code, ProblemCode::CredentialsRefused);

            // where it can, it is: the account is there, and the cancellation is done after all
            let folder = tempfile::tempdir().unwrap();
            let (shared, desk, mut application) = taken_up(folder.path(), input).await;
            let (here, other) = canceling_reaches_nobody(&shared, &desk, &mut application).await;
            send(&other, EndSession { id: here, body: () }).await.unwrap();
            assert_eq!(sent_and_over(&application.answer(PlanAnswer::Again).await), (true, true));
            sign_in(&desk).await.unwrap();
            step_up(&desk).await;
            let receipt = application.answer(PlanAnswer::Canceled).await.receipt.unwrap();
            assert_eq!(receipt.steps[0].standing, Standing::Done);
            assert_eq!(sign_in(&other).await.unwrap_err().code, ProblemCode::CredentialsRefused);
        },
    );
}

/// How many numbers went to the new address.
async fn numbers_to_pier(shared: &Shared) -> usize {
    let messages = shared.backend.messages().await.unwrap().messages;
    let is =
        |message: &Message| matches!(message.content, Content::Number { .. }) && message.to.contains("pier");
    messages.iter().filter(|message| is(message)).count()
}

#[test]
fn a_number_of_another_session_is_not_asked_for_and_the_new_one_is_told_of() {
    session(
        "a_number_of_another_session_is_not_asked_for_and_the_new_one_is_told_of",
        Store::Unlocked,
        || async {
            let folder = tempfile::tempdir().unwrap();
            let shared = Shared::serve(folder.path()).await;
            let options = shared.options("127.0.0.1");
            let input =
                PlanInput { email: Some("mina.pier@harbor.example".to_owned()), ..PlanInput::default() };
            let (shared, desk, mut application) = taken_up_by(folder.path(), shared, options, input).await;
            let anew = |progress: &PlanProgress| {
                let Some(PlanAsk::Number { anew, .. }) = progress.ask else { panic!("{progress:?}") };
                anew
            };
            assert!(!anew(&application.answer(PlanAnswer::Go).await));
            let first = newest_number(shared.backend.messages().await.unwrap());
            let again = async || {
                desk.sign_out().await.unwrap();
                sign_in(&desk).await.unwrap();
                step_up(&desk).await;
            };
            // typed after the session has ended: it is told that another one went out
            again().await;
            let asked = application.answer(PlanAnswer::Number(first)).await;
            assert!(anew(&asked) && asked.problem.is_none(), "{asked:?}");
            assert_eq!(numbers_to_pier(&shared).await, 2);
            // gone on with in the same session it is that one which is asked for
            application.answer(PlanAnswer::Stop).await;
            assert!(!anew(&application.answer(PlanAnswer::Go).await));
            assert_eq!(numbers_to_pier(&shared).await, 2);
            // and in another session a new one at once
            application.answer(PlanAnswer::Stop).await;
            again().await;
            assert!(anew(&application.answer(PlanAnswer::Go).await));
            assert_eq!(numbers_to_pier(&shared).await, 3);
            let number = newest_number(shared.backend.messages().await.unwrap());
            let done = application.answer(PlanAnswer::Number(number)).await;
            assert_eq!(done.receipt.unwrap().steps[0].standing, Standing::Done);
        },
    );
}

/// A clock that was set back.
#[derive(Debug)]
struct SetBack;

impl Clock for SetBack {
    fn now(&self) -> Moment {
        Moment::from_millisecond(0)
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn a_clock_that_was_set_back_makes_no_plan_younger() {
    session("a_clock_that_was_set_back_makes_no_plan_younger", Store::Unlocked, || async {
        let folder = tempfile::tempdir().unwrap();
        let (_shared, desk, application) = taken_up(folder.path(), key()).await;
        drop(application);
        let path = folder.path().join("mina.postern-plan");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("needs =", "expires_at = 2001-01-01T00:00:00Z\nneeds =", 1))
            .unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let (policy, places) = (Policy::default(), Places::under(elsewhere.path()));
        let with = With { desk, policy, places, clock: Arc::new(SetBack) };
        let refused = Opened::read(&path).unwrap().view(OfferId(1), &with).await.unwrap().refused;
        assert!(matches!(refused, Some(PlanRefusal::TooLate(_))), "{refused:?}");
    });
}
