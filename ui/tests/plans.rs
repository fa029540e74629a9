//! The window Prepared changes in every state, rendered to text: names and words are what people and the stories in real
//! windows find things by.

use postern_contract::capabilities::Capabilities;
use postern_contract::configuration::{Finding, Gravity, Offer, OfferId, OfferKind, OfferedBy};
use postern_contract::connection::Recalled;
use postern_contract::plan::{
    Need, Outcome, PlanAsk, PlanBase, PlanFault, PlanFieldProblem, PlanProgress, PlanRefusal, PlanReview,
    PlanStep, PlanView, Receipt, ReceiptNumber, Standing, StepSubject, Typed,
};
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, Rule, samples};
use postern_ui::load::Load;
use postern_ui::pages::plans::{Applying, Draft, OpenedWith, Place, PreparingWith, StartWith};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn drawn(page: impl FnOnce() -> View + 'static) -> String {
    sycamore::render_to_string(move || {
        Here::provide(sample_opening());
        page()
    })
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

fn base() -> PlanBase {
    PlanBase {
        base: Recalled {
            account: samples::account(),
            security: samples::security(),
            keys: samples::keys().into_iter().map(|row| row.key).collect(),
            seen_at: samples::now(),
        },
        capabilities: Capabilities::default(),
        author: "Mina Park".to_owned(),
        countersigned: vec![],
    }
}

fn step(subject: StepSubject, from: Option<&str>, to: Option<&str>, standing: Standing) -> PlanStep {
    PlanStep { subject, from: from.map(str::to_owned), to: to.map(str::to_owned), standing, drift: None }
}

fn offer() -> Offer {
    Offer {
        id: OfferId(1),
        kind: OfferKind::Plan,
        name: "night-shift.postern-plan".to_owned(),
        by: OfferedBy::Opened,
        state: None,
    }
}

fn plan(refused: Option<PlanRefusal>) -> PlanView {
    PlanView {
        offer: OfferId(1),
        file: offer().name,
        author: "Jun Ito".to_owned(),
        reason: "Night shift".to_owned(),
        account: "mina.park@harbor.example".to_owned(),
        backend: "Harbor".to_owned(),
        prepared_at: Some(samples::now()),
        not_before: None,
        expires_at: None,
        steps: vec![
            step(StepSubject::Task, Some("Day shift"), Some("Night shift"), Standing::Drifted),
            step(StepSubject::TwoFactor, Some("disabled"), Some("email"), Standing::ToDo),
            step(StepSubject::Name, Some("Mina"), Some("Mina"), Standing::Same),
            step(StepSubject::DeleteKey("Robot".to_owned()), None, None, Standing::AlreadyDone),
        ],
        needs: vec![Need::Password, Need::Phone("+82 10 •••• ••34".to_owned())],
        signed_by: vec!["Aiko".to_owned()],
        findings: vec![],
        refused,
        interrupted: false,
    }
}

fn receipt(intact: bool) -> Receipt {
    let outcome = |subject, standing| Outcome { subject, standing, at: samples::now() };
    Receipt {
        number: ReceiptNumber(7),
        file: offer().name,
        author: "Jun Ito".to_owned(),
        reason: "Night shift".to_owned(),
        account: "mina.park@harbor.example".to_owned(),
        backend: "Harbor".to_owned(),
        began_at: samples::now(),
        ended_at: samples::now(),
        steps: vec![
            outcome(StepSubject::Task, Standing::Done),
            outcome(StepSubject::TwoFactor, Standing::Skipped),
        ],
        hash: "00".repeat(32),
        intact,
    }
}

fn opened(refused: Option<PlanRefusal>, progress: Option<PlanProgress>) -> String {
    drawn(move || {
        let plan = plan(refused);
        let applying = Applying::new(&plan);
        if let Some(progress) = progress {
            applying.came(progress);
        }
        view! { OpenedWith(plan=Load::ready(plan), applying=applying) }
    })
}

fn asking(ask: Option<PlanAsk>, problem: Option<Problem>, receipt: Option<Receipt>) -> String {
    opened(None, Some(PlanProgress { steps: plan(None).steps, ask, problem, receipt }))
}

#[test]
fn it_begins_with_what_waits_and_what_was_applied() {
    let page = drawn(|| {
        let waiting = Load::ready(vec![offer()]);
        let receipts = Load::ready(vec![receipt(true), receipt(false)]);
        view! { StartWith(place=create_signal(Place::Start), files=waiting, receipts=receipts) }
    });
    holds(&page, &["Prepare changes", "Open a plan…", "Waiting files", "Open night-shift.postern-plan"]);
    holds(&page, &["Put away night-shift.postern-plan", "Opened from the desktop", "Receipts", "Receipt 7"]);
    holds(&page, &["2 steps: 1 done, 1 skipped", "Export receipt…", "was altered or taken out"]);
}

#[test]
fn preparing_has_the_fields_of_the_tabs_and_starts_from_what_was_last_seen() {
    let page = drawn(|| view! { PreparingWith(draft=Draft::new(base())) });
    for label in
        ["Author", "Reason", "Not before", "Expires", "Name", "Task", "Email address", "Mobile phone number"]
    {
        holds(&page, &[&format!(">{label}</label>")]);
    }
    holds(&page, &["2-Factor authentication", "Authentication method", "Review", "value=\"Mina Park\""]);
    holds(&page, &[&format!("Delete {}", samples::keys()[0].key.label)]);
}

#[test]
fn only_what_was_changed_goes_into_the_plan() {
    let _ = create_root(|| {
        Here::provide(sample_opening());
        let draft = Draft::new(base());
        draft.task.typed("Night shift".to_owned());
        draft.label.typed(" Robot ".to_owned());
        draft.add_key();
        draft.delete("Gate", true);
        let input = draft.input();
        assert_eq!((input.name, input.email, input.mobile_phone), (None, None, None));
        assert_eq!(
            (input.task.as_deref(), input.two_factor, input.method),
            (Some("Night shift"), None, None)
        );
        assert_eq!((input.add_keys, input.delete_keys), (vec!["Robot".to_owned()], vec!["Gate".to_owned()]));
        draft.two_factor.set(false);
        let input = draft.input();
        assert_eq!((input.two_factor, input.method), (Some(false), Some(Channel::TextMessage)));
    });
}

#[test]
fn what_was_typed_in_a_tab_stands_in_the_form_that_opens() {
    let page = drawn(|| {
        let draft = Draft::new(base());
        draft.carry(Typed {
            task: Some("Night gate".to_owned()),
            method: Some(Channel::Email),
            ..Typed::default()
        });
        assert_eq!(draft.input().task.as_deref(), Some("Night gate"));
        assert_eq!((draft.input().name, draft.input().method), (None, Some(Channel::Email)));
        view! { PreparingWith(draft=draft) }
    });
    holds(&page, &["value=\"Night gate\"", "Filled in as you typed it: task, 2-Factor authentication"]);
}

#[test]
fn without_a_connection_a_plan_shows_what_it_wants_and_what_is_not_known() {
    let refused = Some(PlanRefusal::Unreachable);
    let mut offline = plan(refused);
    for step in &mut offline.steps {
        step.from = None;
        step.standing = Standing::ToDo;
    }
    offline.steps[2].standing = Standing::Done;
    let page = drawn(move || {
        let applying = Applying::new(&offline);
        view! { OpenedWith(plan=Load::ready(offline), applying=applying) }
    });
    holds(
        &page,
        &["aria-label=\"Steps\"", "Night shift", "Not known", "Done", "Try again", "Applying needs"],
    );
    assert!(!page.contains("To do") && !page.contains(">Apply<"), "{page}");
}

#[test]
fn what_is_wrong_stands_at_its_field() {
    let page = drawn(|| {
        let draft = Draft::new(base());
        let wrong = |field: &str, fault| PlanFieldProblem { field: field.to_owned(), fault };
        draft.reviewed(PlanReview {
            fields: vec![
                wrong("name", PlanFault::Rule(Rule::TooLong { max: 20 })),
                wrong("add_keys.0", PlanFault::KeyThere),
                wrong("expires_at", PlanFault::Over),
            ],
            steps: vec![],
            needs: vec![],
        });
        view! { PreparingWith(draft=draft) }
    });
    holds(&page, &["name-error", "label-error", "A key of that label is there already"]);
    holds(&page, &["expires_at-error", "That time is over already"]);
    assert_eq!(page.matches("aria-invalid").count(), 3, "{page}");
}

#[test]
fn the_review_shows_the_difference_and_what_applying_needs() {
    let page = drawn(|| {
        let draft = Draft::new(base());
        draft.reviewed(PlanReview { fields: vec![], steps: plan(None).steps, needs: plan(None).needs });
        view! { PreparingWith(draft=draft) }
    });
    holds(&page, &[">Review</h2>", "aria-label=\"Steps\"", "Night shift", "Enabled, by email", "Save plan"]);
    holds(&page, &["Applying needs", "the password of the account", "+82 10 •••• ••34", "Back to the form"]);
    assert!(!page.contains("Standing"), "nothing was looked at yet: {page}");
}

#[test]
fn an_opened_plan_says_how_each_step_stands() {
    let page = opened(None, None);
    holds(&page, &["Drifted", "To do", "Same", "Already done", "Apply", "Signed by Aiko", "For mina.park@"]);
    let mut refusals = vec![
        PlanRefusal::Findings,
        PlanRefusal::OtherBackend("Harbor".to_owned()),
        PlanRefusal::OtherAccount("jun@harbor.example".to_owned()),
        PlanRefusal::SignedOut,
        PlanRefusal::TooEarly(samples::now()),
        PlanRefusal::TooLate(samples::now()),
        PlanRefusal::CountersignatureMissing(vec!["Aiko".to_owned(), "Jun".to_owned()]),
        PlanRefusal::SignatureWrong(String::new()),
        PlanRefusal::AppliedAlready(samples::now()),
        PlanRefusal::Unreachable,
    ];
    refusals.dedup();
    for refusal in refusals {
        let page = opened(Some(refusal.clone()), None);
        assert!(!page.contains(">Apply<") && page.contains("data-kind=\"warn\""), "{refusal:?}: {page}");
    }
    holds(&opened(Some(PlanRefusal::CountersignatureMissing(vec!["Aiko".to_owned()])), None), &["Aiko"]);
}

#[test]
fn what_is_wrong_with_a_file_is_listed_with_its_place() {
    let page = drawn(|| {
        let mut plan = plan(Some(PlanRefusal::Findings));
        plan.findings = vec![Finding {
            gravity: Gravity::Error,
            file: "night-shift.postern-plan".to_owned(),
            line: 4,
            column: 9,
            key: "plan.expires_at".to_owned(),
            found: "tomorrow".to_owned(),
            expected: "a time".to_owned(),
            fix: "write it as 2026-11-23T18:00:00Z".to_owned(),
        }];
        let applying = Applying::new(&plan);
        view! { OpenedWith(plan=Load::ready(plan), applying=applying) }
    });
    holds(&page, &["aria-label=\"Findings\"", "plan.expires_at", "line 4, column 9", "2026-11-23T18:00:00Z"]);
}

#[test]
fn each_question_has_its_buttons() {
    holds(&asking(Some(PlanAsk::Password), None, None), &[">Password</label>", "Continue", "Stop here"]);
    let number = |anew| PlanAsk::Number {
        subject: StepSubject::Email,
        address: "new@harbor.example".to_owned(),
        resend_in_seconds: 42,
        expires_in_seconds: 600,
        tries_left: 5,
        anew,
    };
    holds(
        &asking(Some(number(true)), None, None),
        &["An earlier number no longer counts", "new@harbor.example"],
    );
    let page = asking(Some(number(false)), None, None);
    assert!(!page.contains("An earlier number"), "{page}");
    holds(
        &page,
        &[
            "new@harbor.example",
            ">Authentication number</label>",
            "Verify",
            "Skip this step",
            "Send another at 12:01",
        ],
    );
    let wrong = Problem::new(ProblemCode::NumberWrong).tries_left(2);
    holds(&asking(Some(number(false)), Some(wrong), None), &["plan-number-error"]);
    let factor = PlanAsk::SecondFactor { challenge: samples::challenge() };
    let page = asking(Some(factor), None, None);
    holds(&page, &["Verify", "Send another at 12:01", "Stop here"]);
    assert!(!page.contains("Skip this step"), "a second factor cannot be skipped: {page}");
    let drift = PlanAsk::Drift { step: Box::new(plan(None).steps[0].clone()) };
    holds(
        &asking(Some(drift), None, None),
        &["Keep theirs", "Use the plan’s", "Theirs", "Day shift", "Night shift"],
    );
    holds(&asking(None, None, None), &["Go on"]);
}

#[test]
fn a_step_in_trouble_is_named_and_says_what_skipping_means() {
    let trouble = |subject, code, sent, over| {
        let problem = Box::new(Problem::new(code));
        asking(Some(PlanAsk::Trouble { subject, problem, sent, over }), None, None)
    };
    let page = trouble(StepSubject::Task, ProblemCode::BackendUnreachable, false, false);
    holds(&page, &["<h2 id=\"trouble\"", "Task: this step is not finished", "It was not sent"]);
    holds(&page, &["Try again", "Skip this step", "Stop here"]);
    let key = StepSubject::AddKey("Robot".to_owned());
    let page = trouble(key, ProblemCode::BackendTimeout, true, false);
    holds(&page, &["Add authentication key “Robot”:", "it may have been done", "not known"]);
    assert!(!page.contains("It is canceled"), "{page}");
    // nobody can look: skipping is no word for it
    let page = trouble(StepSubject::Cancel, ProblemCode::Unauthenticated, true, true);
    holds(&page, &["Cancel subscription:", ">It is canceled<", "Skip this step", "its outcome is not known"]);
}

#[test]
fn the_end_is_a_receipt() {
    let page = asking(None, None, Some(receipt(true)));
    holds(&page, &["<h2 id=\"receipt\"", "Receipt", "2 steps: 1 done, 1 skipped", "Export receipt…"]);
    assert!(!page.contains("Go on"), "{page}");
}

#[test]
fn a_plan_that_is_read_anew_leaves_the_question_that_is_open() {
    let page = drawn(|| {
        let plan = plan(None);
        let (applying, read) = (Applying::new(&plan), Load::ready(plan.clone()));
        let progress = PlanProgress {
            steps: plan.steps.clone(),
            ask: Some(PlanAsk::Password),
            problem: None,
            receipt: None,
        };
        applying.came(progress);
        let view = view! { OpenedWith(plan=read, applying=applying) };
        read.set(PlanView { interrupted: true, reason: "Another reason".to_owned(), ..plan });
        view
    });
    holds(&page, &[">Password</label>", "Night shift"]);
    assert!(!page.contains("Another reason"), "{page}");
}

#[test]
fn d14_a_plan_that_changes_nothing_and_a_bad_date_are_errors_at_their_fields() {
    let page = drawn(|| {
        let draft = Draft::new(base());
        draft.reviewed(PlanReview {
            fields: vec![PlanFieldProblem { field: String::new(), fault: PlanFault::NothingToDo }],
            steps: vec![],
            needs: vec![],
        });
        view! { PreparingWith(draft=draft) }
    });
    holds(&page, &["id=\"name-error\"", "This plan changes nothing. Change at least one field."]);
    assert_eq!(page.matches("aria-invalid").count(), 1, "{page}");

    let page = drawn(|| {
        let draft = Draft::new(base());
        draft.reason.typed("Night shift".to_owned());
        draft.not_before.typed("tomorrow".to_owned());
        draft.expires.typed("2026-13-01".to_owned());
        draft.ask_review();
        assert!(!draft.form.busy(), "nothing is asked");
        view! { PreparingWith(draft=draft) }
    });
    holds(&page, &["id=\"not_before-error\"", "id=\"expires_at-error\"", "That is not a time."]);
    assert_eq!(page.matches("aria-invalid").count(), 2, "{page}");

    let corrected = drawn(|| {
        let draft = Draft::new(base());
        draft.reason.typed("Night shift".to_owned());
        draft.not_before.typed("tomorrow".to_owned());
        draft.ask_review();
        draft.not_before.typed("2026-12-01".to_owned());
        draft.ask_review();
        assert!(draft.form.busy(), "it is asked once it is corrected");
        view! { PreparingWith(draft=draft) }
    });
    assert!(!corrected.contains("aria-invalid"), "{corrected}");
}

#[test]
fn d23_a_step_that_is_done_shows_what_stands_there_now() {
    let mut steps = plan(None).steps;
    for step in &mut steps {
        step.standing = Standing::Done;
    }
    let done = drawn(move || postern_ui::pages::plans::steps_table(&steps));
    assert!(!done.contains("Day shift"), "the old value is gone: {done}");
    assert_eq!(done.matches("Night shift").count(), 2, "now as planned: {done}");
}
