//! Plans on the embedded backend and the real secret store: prepared from the account as seen, applied, and found as they are
//! when somebody else was there meanwhile.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod world;

use person::{PASSWORD, create_account, newest_number, send, sign_in, step_up};
use postern_backend::{Clock, SystemClock};
use postern_client::bundle::signature::SecretKey;
use postern_client::plan::{
    Application, Base, Countersigner, Opened, Places, Policy, Receipts, With, countersign, prepare, write,
};
use postern_client::{Desk, Options};
use postern_contract::account::AccountChange;
use postern_contract::capabilities::Capabilities;
use postern_contract::configuration::OfferId;
use postern_contract::connection::Recalled;
use postern_contract::message::Content;
use postern_contract::operation::{ChangeAccount, GetAccount, GetSecurity};
use postern_contract::plan::{
    CountersignedAct, PlanAnswer, PlanAsk, PlanInput, PlanProgress, PlanRefusal, PlanView, Standing,
    StepSubject,
};
use postern_contract::shell::{AddKeyInput, Ended};
use postern_contract::{Moment, ProblemCode, Secret};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use world::{Store, session};

struct Place {
    desk: Desk,
    folder: tempfile::TempDir,
    policy: Policy,
}

impl Place {
    async fn open() -> Self {
        let desk = Desk::open(Options::read(["postern-desktop"]).unwrap()).await.unwrap();
        create_account(&desk, async || desk.messages().await.unwrap()).await;
        sign_in(&desk).await.unwrap();
        Self { desk, folder: tempfile::tempdir().unwrap(), policy: Policy::default() }
    }

    fn with(&self) -> With {
        let (desk, policy) = (self.desk.clone(), self.policy.clone());
        With { desk, policy, places: Places::under(self.folder.path()), clock: Arc::new(SystemClock) }
    }

    async fn seen(&self) -> Recalled {
        Recalled {
            account: send(&self.desk, GetAccount { body: () }).await.unwrap(),
            security: send(&self.desk, GetSecurity { body: () }).await.unwrap(),
            keys: self.desk.list_keys().await.unwrap().rows.into_iter().map(|row| row.key).collect(),
            seen_at: Moment::from_millisecond(0),
        }
    }

    /// Prepares a plan from the account as it is now, and saves it.
    async fn prepare(&self, input: PlanInput) -> PathBuf {
        let recalled = self.seen().await;
        let base = Base {
            recalled: &recalled,
            capabilities: &Capabilities::default(),
            backend: &self.desk.origin(),
            key: None,
            policy: &self.policy,
            now: recalled.account.created_at,
        };
        let path = self.folder.path().join("mina.postern-plan");
        let typed = PlanInput { author: "Joon".to_owned(), reason: "New quarter".to_owned(), ..input };
        write(&path, &prepare(&typed, &base).unwrap()).unwrap();
        path
    }

    async fn view(&self, path: &Path) -> PlanView {
        Opened::read(path).unwrap().view(OfferId(1), &self.with()).await.unwrap()
    }

    async fn apply(&self, path: &Path) -> Application {
        Application::of(&Opened::read(path).unwrap(), self.with()).await.unwrap()
    }

    /// Answers all but what drifted and what went wrong.
    async fn walk(&self, application: &mut Application, mut answer: PlanAnswer) -> PlanProgress {
        loop {
            let progress = application.answer(answer).await;
            assert_eq!(progress.problem, None);
            answer = match &progress.ask {
                Some(PlanAsk::Password) => PlanAnswer::Password(Secret::from(PASSWORD)),
                Some(PlanAsk::SecondFactor { .. } | PlanAsk::Number { .. }) => {
                    PlanAnswer::Number(newest_number(self.desk.messages().await.unwrap()))
                }
                _ => return progress,
            };
        }
    }

    async fn rename(&self, name: &str) {
        step_up(&self.desk).await;
        let if_match = self.seen().await.account.etag;
        let body = AccountChange { name: Some(name.to_owned()), ..AccountChange::default() };
        send(&self.desk, ChangeAccount { if_match, body }).await.unwrap();
    }
}

fn name(name: &str) -> PlanInput {
    PlanInput { name: Some(name.to_owned()), ..PlanInput::default() }
}

fn standings(progress: &PlanProgress) -> Vec<Standing> {
    progress.steps.iter().map(|step| step.standing.clone()).collect()
}

#[test]
fn a_whole_plan_is_applied_once_and_leaves_a_receipt() {
    session("a_whole_plan_is_applied_once_and_leaves_a_receipt", Store::Unlocked, || async {
        let place = Place::open().await;
        step_up(&place.desk).await;
        place.desk.add_key(AddKeyInput { label: "Old robot".to_owned() }).await.unwrap();
        let path = place
            .prepare(PlanInput {
                name: Some("Mina Pier".to_owned()),
                task: Some("Harbor gate".to_owned()),
                email: Some("mina.pier@harbor.example".to_owned()),
                mobile_phone: Some("010-5550-9876".to_owned()),
                two_factor: Some(true),
                method: Some(postern_contract::verification::Channel::TextMessage),
                add_keys: vec!["Release robot".to_owned()],
                delete_keys: vec!["Old robot".to_owned()],
                ..PlanInput::default()
            })
            .await;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("Mina Park") && !text.contains("5550-1234") && !text.contains("canary"),
            "{text}"
        );
        let view = place.view(&path).await;
        assert_eq!((view.refused.clone(), view.findings.len()), (None, 0), "{view:?}");
        assert!(view.steps.iter().all(|step| step.standing == Standing::ToDo), "{view:?}");

        let mut application = place.apply(&path).await;
        let progress = place.walk(&mut application, PlanAnswer::Go).await;
        assert!(standings(&progress).iter().all(|standing| *standing == Standing::Done), "{progress:?}");
        let receipt = progress.receipt.unwrap();
        assert!(receipt.intact && receipt.steps.len() == 7 && receipt.number.0 == 1);
        drop(application);

        let seen = place.seen().await;
        assert_eq!(
            (seen.account.name.as_str(), seen.account.task.as_deref(), seen.account.email.as_str()),
            ("Mina Pier", Some("Harbor gate"), "mina.pier@harbor.example")
        );
        assert_eq!((seen.account.mobile_phone.as_str(), seen.security.two_factor), ("+821055509876", true));
        let labels: Vec<_> = seen.keys.iter().map(|key| key.label.as_str()).collect();
        assert_eq!(labels, ["Release robot"]);
        place.desk.key_secret(seen.keys[0].id).await.unwrap();
        let view = place.view(&path).await;
        assert!(matches!(view.refused, Some(PlanRefusal::AppliedAlready(_))), "{view:?}");
        let journal = std::fs::read_dir(place.folder.path().join("journals")).unwrap();
        for file in journal {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("proof") && !text.contains("Mina Pier"), "{text}");
        }
    });
}

#[test]
fn what_drifted_is_asked_about_and_never_overwritten_unseen() {
    session("what_drifted_is_asked_about_and_never_overwritten_unseen", Store::Unlocked, || async {
        let place = Place::open().await;
        let path = place.prepare(name("Mina Pier")).await;
        place.rename("Mina Quay").await;
        let step = place.view(&path).await.steps.remove(0);
        assert_eq!(
            (step.standing, step.from.as_deref(), step.to.as_deref()),
            (Standing::Drifted, Some("Mina Quay"), Some("Mina Pier"))
        );
        let mut application = place.apply(&path).await;
        let asked = place.walk(&mut application, PlanAnswer::Go).await;
        assert!(matches!(asked.ask, Some(PlanAsk::Drift { .. })));
        // a choice counts for what was seen: it was changed once more
        place.rename("Mina Mole").await;
        let asked = place.walk(&mut application, PlanAnswer::TakeMine).await;
        assert!(matches!(asked.ask, Some(PlanAsk::Drift { .. })), "{asked:?}");
        assert_eq!(place.seen().await.account.name, "Mina Mole");
        let done = place.walk(&mut application, PlanAnswer::KeepTheirs).await;
        assert_eq!(standings(&done), [Standing::Skipped]);
        assert_eq!(place.seen().await.account.name, "Mina Mole");

        let path = place.prepare(name("Mina Pier")).await;
        place.rename("Mina Pier").await;
        let mut application = place.apply(&path).await;
        let done = place.walk(&mut application, PlanAnswer::Go).await;
        assert_eq!(standings(&done), [Standing::AlreadyDone]);
    });
}

#[test]
fn two_persons_are_needed_where_the_policy_says_so() {
    session("two_persons_are_needed_where_the_policy_says_so", Store::Unlocked, || async {
        let mut place = Place::open().await;
        let pair = |_: &str| minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let (sol, mina) = (pair("Sol"), pair("Mina"));
        let person = |name: &str, email: &str, pair: &minisign::KeyPair| Countersigner {
            name: name.to_owned(),
            email: email.to_owned(),
            key: pair.pk.to_base64(),
        };
        place.policy = Policy {
            acts: vec![CountersignedAct::Cancel],
            people: vec![
                person("Sol Han", "sol@harbor.example", &sol),
                person("Mina Park", person::EMAIL, &mina),
            ],
        };
        let path = place.prepare(PlanInput { cancel: true, ..PlanInput::default() }).await;
        let missing = Some(PlanRefusal::CountersignatureMissing(vec!["Sol Han".to_owned()]));
        assert_eq!(place.view(&path).await.refused, missing);
        assert!(Application::of(&Opened::read(&path).unwrap(), place.with()).await.is_err());
        let secret = |pair: &minisign::KeyPair| {
            SecretKey::read(&Secret::new(pair.sk.to_box(None).unwrap().into_string()), None).unwrap()
        };
        let sign = |pair: &minisign::KeyPair| {
            let opened = Opened::read(&path).unwrap();
            countersign::sign(&opened, &secret(pair), Moment::from_millisecond(0)).unwrap()
        };
        // one's own signature is not a second person's
        sign(&mina);
        let view = place.view(&path).await;
        assert_eq!((view.refused, view.signed_by), (missing, vec!["Mina Park".to_owned()]));
        let second = sign(&sol);
        assert_eq!(place.view(&path).await.refused, None);

        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("New quarter", "Old quarter")).unwrap();
        assert!(matches!(place.view(&path).await.refused, Some(PlanRefusal::SignatureWrong(_))));
        // what was looked at is what is signed, whatever stands in the file by then
        let opened = Opened::read(&path).unwrap();
        std::fs::write(&path, &text).unwrap();
        countersign::sign(&opened, &secret(&sol), Moment::from_millisecond(0)).unwrap();
        assert!(matches!(place.view(&path).await.refused, Some(PlanRefusal::SignatureWrong(_))));
        assert_eq!(sign(&sol), second);

        // one's own signature counts no more for naming another account in the plan
        std::fs::write(&path, text.replace(person::EMAIL, "decoy@harbor.example")).unwrap();
        std::fs::remove_file(&second).unwrap();
        sign(&mina);
        let refused = place.view(&path).await.refused;
        assert!(matches!(refused, Some(PlanRefusal::OtherAccount(_))), "{refused:?}");
        assert!(Application::of(&Opened::read(&path).unwrap(), place.with()).await.is_err());
        std::fs::write(&path, &text).unwrap();
        sign(&mina);
        sign(&sol);

        let mut application = place.apply(&path).await;
        let done = place.walk(&mut application, PlanAnswer::Go).await;
        assert_eq!(standings(&done), [Standing::Done]);
        assert_eq!(place.desk.start().await.ended, Some(Ended::Canceled));
        assert!(Receipts::at(&Places::under(place.folder.path())).are_whole().unwrap());
    });
}

#[test]
fn a_plan_of_another_account_or_time_is_refused() {
    session("a_plan_of_another_account_or_time_is_refused", Store::Unlocked, || async {
        let place = Place::open().await;
        let path = place.prepare(name("Mina Pier")).await;
        let text = std::fs::read_to_string(&path).unwrap();
        let refused = async |from: &str, to: &str| {
            assert!(text.contains(from), "{text}");
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            place.view(&path).await.refused
        };
        let early = refused("needs =", "not_before = 2999-01-01T00:00:00Z\nneeds =").await;
        assert!(matches!(early, Some(PlanRefusal::TooEarly(_))), "{early:?}");
        let late = refused("needs =", "expires_at = 2001-01-01T00:00:00Z\nneeds =").await;
        assert!(matches!(late, Some(PlanRefusal::TooLate(_))), "{late:?}");
        let backend = refused("\"embedded\"", "\"https://accounts.harbor.example\"").await;
        assert!(matches!(backend, Some(PlanRefusal::OtherBackend(_))), "{backend:?}");
        let base = text.split("[base]").nth(1).unwrap().split("fingerprint = \"").nth(1).unwrap();
        let account = refused(&base[..16], "0123456789abcdef").await;
        assert_eq!(account, Some(PlanRefusal::OtherFingerprints(person::EMAIL.to_owned())));
        assert_eq!(refused("format = 2", "format = 7").await, Some(PlanRefusal::Findings));
        std::fs::write(&path, &text).unwrap();
        assert_eq!(place.view(&path).await.refused, None);
        place.desk.sign_out().await.unwrap();
        assert_eq!(place.view(&path).await.refused, Some(PlanRefusal::SignedOut));
    });
}

#[test]
fn a_number_that_is_wrong_can_be_typed_again_and_a_stop_goes_on_later() {
    session(
        "a_number_that_is_wrong_can_be_typed_again_and_a_stop_goes_on_later",
        Store::Unlocked,
        || async {
            let place = Place::open().await;
            let new = "mina.pier@harbor.example";
            let input = PlanInput { email: Some(new.to_owned()), ..name("Mina Pier") };
            let path = place.prepare(input).await;
            let mut application = place.apply(&path).await;
            application.answer(PlanAnswer::Go).await;
            let asked = application.answer(PlanAnswer::Password(Secret::from(PASSWORD))).await;
            let Some(PlanAsk::Number { tries_left, subject, .. }) = asked.ask else { panic!("{asked:?}") };
            assert_eq!((tries_left, subject), (5, StepSubject::Email));
            let right = newest_number(place.desk.messages().await.unwrap());
            let wrong = if right == "000000" { "000001" } else { "000000" };
            let asked = application.answer(PlanAnswer::Number(wrong.to_owned())).await;
            assert!(asked.problem.is_some());
            assert!(matches!(asked.ask, Some(PlanAsk::Number { tries_left: 4, .. })), "{asked:?}");
            let stopped = application.answer(PlanAnswer::Stop).await;
            assert_eq!((stopped.ask, stopped.receipt), (None, None));
            assert!(
                Application::of(&Opened::read(&path).unwrap(), place.with()).await.is_err(),
                "one at a time"
            );
            drop(application);

            let view = place.view(&path).await;
            assert!(view.interrupted && view.refused.is_none());
            let mut application = place.apply(&path).await;
            let asked = application.answer(PlanAnswer::Go).await;
            assert!(matches!(asked.ask, Some(PlanAsk::Number { .. })), "{asked:?}");
            let done = application.answer(PlanAnswer::Number(right)).await;
            assert!(done.receipt.is_some(), "{done:?}");
            let messages = place.desk.messages().await.unwrap().messages;
            let to_new = messages.iter().filter(|message| {
                matches!(message.content, Content::Number { .. }) && message.to.contains("pier")
            });
            assert_eq!(to_new.count(), 1, "one number, over the stop");
        },
    );
}

#[test]
fn a_key_is_deleted_only_under_the_name_that_the_plan_gives_it() {
    session("a_key_is_deleted_only_under_the_name_that_the_plan_gives_it", Store::Unlocked, || async {
        let place = Place::open().await;
        step_up(&place.desk).await;
        place.desk.add_key(AddKeyInput { label: "Payroll".to_owned() }).await.unwrap();
        let path =
            place.prepare(PlanInput { delete_keys: vec!["Payroll".to_owned()], ..PlanInput::default() });
        let path = path.await;
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("\"Payroll\"", "\"Old robot\"")).unwrap();
        let step = place.view(&path).await.steps.remove(0);
        assert_eq!((step.standing, step.from.as_deref()), (Standing::Drifted, Some("Payroll")));
        let mut application = place.apply(&path).await;
        let asked = place.walk(&mut application, PlanAnswer::Go).await;
        assert!(matches!(asked.ask, Some(PlanAsk::Drift { .. })), "{asked:?}");
        let done = place.walk(&mut application, PlanAnswer::KeepTheirs).await;
        assert_eq!((standings(&done), place.seen().await.keys.len()), (vec![Standing::Skipped], 1));
    });
}

/// A clock that is set by hand.
#[derive(Debug, Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment::from_millisecond(self.0.load(Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn a_plan_whose_time_is_over_changes_nothing_more_and_can_be_ended() {
    session("a_plan_whose_time_is_over_changes_nothing_more_and_can_be_ended", Store::Unlocked, || async {
        let place = Place::open().await;
        let path = place.prepare(name("Mina Pier")).await;
        let text = std::fs::read_to_string(&path).unwrap();
        let over = "expires_at = 1970-01-01T00:01:00Z\nneeds =";
        std::fs::write(&path, text.replacen("needs =", over, 1)).unwrap();
        let clock = Arc::new(Hand::default());
        let with = || With { clock: Arc::<Hand>::clone(&clock), ..place.with() };
        let mut application = Application::of(&Opened::read(&path).unwrap(), with()).await.unwrap();
        let asked = application.answer(PlanAnswer::Go).await;
        assert_eq!(asked.ask, Some(PlanAsk::Password));
        clock.0.store(61_000, Ordering::SeqCst);
        let asked = application.answer(PlanAnswer::Password(Secret::from(PASSWORD))).await;
        let Some(PlanAsk::Trouble { problem, .. }) = asked.ask else { panic!("{asked:?}") };
        assert_eq!(
            (problem.code, problem.findings[0].key.as_str()),
            (ProblemCode::PlanRefused, "plan.expires_at")
        );
        assert_eq!(place.seen().await.account.name, "Mina Park");
        drop(application);

        // stopped, it is taken up again, changes nothing, and ends with a receipt
        let mut application = Application::of(&Opened::read(&path).unwrap(), with()).await.unwrap();
        let asked = application.answer(PlanAnswer::Go).await;
        assert!(matches!(asked.ask, Some(PlanAsk::Trouble { .. })), "{asked:?}");
        let receipt = application.answer(PlanAnswer::Skip).await.receipt.unwrap();
        assert!(matches!(receipt.steps[0].standing, Standing::Failed(_)), "{receipt:?}");
        assert_eq!(place.seen().await.account.name, "Mina Park");
    });
}

#[test]
fn a_policy_that_came_meanwhile_counts_for_what_is_not_done_yet() {
    session("a_policy_that_came_meanwhile_counts_for_what_is_not_done_yet", Store::Unlocked, || async {
        let place = Place::open().await;
        let path = place.prepare(PlanInput { cancel: true, ..PlanInput::default() }).await;
        let mut application = place.apply(&path).await;
        step_up(&place.desk).await;
        application.under(Policy { acts: vec![CountersignedAct::Cancel], people: Vec::new() });
        let asked = application.answer(PlanAnswer::Go).await;
        assert!(matches!(asked.ask, Some(PlanAsk::Trouble { .. })), "{asked:?}");
        assert_eq!(place.seen().await.account.name, "Mina Park");
    });
}

#[test]
fn an_end_that_cannot_be_written_sends_no_other_number() {
    session("an_end_that_cannot_be_written_sends_no_other_number", Store::Unlocked, || async {
        let place = Place::open().await;
        let input = PlanInput { email: Some("mina.pier@harbor.example".to_owned()), ..PlanInput::default() };
        let path = place.prepare(input).await;
        // no receipt can be written where a file is in the way
        let receipts = place.folder.path().join("receipts");
        std::fs::write(&receipts, "").unwrap();
        let mut application = place.apply(&path).await;
        step_up(&place.desk).await;
        let asked = application.answer(PlanAnswer::Go).await;
        assert!(matches!(asked.ask, Some(PlanAsk::Number { .. })), "{asked:?}");
        let number = newest_number(place.desk.messages().await.unwrap());
        let failed = application.answer(PlanAnswer::Number(number)).await;
        assert_eq!((failed.ask, failed.problem.unwrap().code), (None, ProblemCode::FileFailed));
        std::fs::remove_file(&receipts).unwrap();
        let done = application.answer(PlanAnswer::Go).await;
        assert_eq!(done.receipt.unwrap().account, person::EMAIL);
    });
}
