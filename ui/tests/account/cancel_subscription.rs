//! The tab Cancel subscription.

use super::{holds, lacks, usual};
use postern_contract::session::Sessions;
use postern_contract::shell::{KeyList, Mended, StoreState, Tab};
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::cancel_subscription::{CancelSubscriptionWith, Draft};
use postern_ui::pages::manage_account::Unlock;
use postern_ui::pages::manage_authentication_key;
use sycamore::prelude::*;

fn drawn(known: bool, happened: impl FnOnce(Draft) + 'static) -> String {
    usual(Tab::CancelSubscription, move |sheet| {
        let keys = KeyList { rows: samples::keys(), mended: vec![], store: StoreState::Ready };
        let draft = if known {
            Draft::new(Load::ready(keys), Load::ready(Sessions { sessions: samples::places() }))
        } else {
            Draft::new(Load::waiting(), Load::waiting())
        };
        happened(draft);
        view! { CancelSubscriptionWith(sheet=sheet, draft=draft) }
    })
}

fn page(happened: impl FnOnce(Draft) + 'static) -> String {
    drawn(true, happened)
}

#[test]
fn it_rehearses_what_is_there() {
    let page = page(|_| {});
    holds(
        &page,
        &[
            "What would be deleted, as of now",
            "4 authentication keys",
            "Release robot was last used just now",
        ],
    );
    holds(
        &page,
        &["2 sign-ins and 3 secrets in the secret store of this computer", "Rack 4 console is signed out."],
    );
    holds(&page, &["type=\"checkbox\"", "for=\"agree\"", "I agree to the subscription cancellation"]);
    holds(&page, &["button danger", ">Cancel subscription<", "What remains"]);
    lacks(&page, &["role=\"alert\"", "disabled", "Export my data"]);
}

#[test]
fn what_an_interrupted_run_left_is_told_here_too_and_kept_for_the_tab_of_keys() {
    let page = page(|draft| {
        let mended = vec![Mended::Removed { label: "Crane log".to_owned() }];
        draft.keys.set(KeyList { rows: samples::keys(), mended, store: StoreState::Ready });
        draft.keys.set(KeyList { rows: samples::keys(), mended: vec![], store: StoreState::Ready });
        let keys = KeyList { rows: vec![], mended: vec![], store: StoreState::Ready };
        let tab = manage_authentication_key::Draft::new(Load::ready(keys));
        assert!(untrack(|| tab.said()).unwrap().1.what.contains("“Crane log” was deleted elsewhere."));
    });
    holds(&page, &["role=\"status\"", "“Crane log” was deleted elsewhere."]);
}

#[test]
fn without_agreement_it_says_what_is_missing_and_asks_nobody() {
    let page = page(|draft| {
        draft.submit();
        assert!(!draft.form.busy());
    });
    holds(&page, &["role=\"alert\"", "Tick the box to go on.", "aria-invalid=\"true\""]);
}

#[test]
fn agreed_the_password_is_asked_for_first() {
    page(|draft| {
        draft.agree(true);
        draft.submit();
        assert!(Unlock::get().asking() && !draft.form.busy(), "what cannot be undone needs the password");
    });
}

#[test]
fn a_failure_says_that_it_is_all_or_nothing() {
    let page = page(|draft| draft.form.refuse(Problem::new(ProblemCode::BackendUnreachable)));
    holds(&page, &["No connection to the backend", "The subscription was not canceled.", "Try again"]);
}

#[test]
fn while_it_is_read_the_box_is_there_already() {
    holds(&drawn(false, |_| {}), &["aria-busy=\"true\"", "Reading what would be deleted", "for=\"agree\""]);
}
