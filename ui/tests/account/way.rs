//! Manage account without a way to the backend: readable from what was last seen, nothing typed is lost, and changes can be
//! prepared.

use super::{holds, lacks, tab};
use postern_contract::connection::{Connection, Recalled};
use postern_contract::shell::{Opening, Tab};
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::pages::manage_account::{Holds, ManageAccount};
use postern_ui::pages::user_information::{Draft, UserInformationWith};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

/// What opens while nobody can be asked who is signed in.
fn unasked() -> Opening {
    let trouble = Some(ProblemCode::BackendUnreachable);
    let connection = Connection { trouble, ..samples::connection() };
    Opening { session: None, problem: trouble, connection, ..sample_opening() }
}

fn window(opening: Opening, happened: impl FnOnce(Here) + 'static) -> String {
    sycamore::render_to_string(move || {
        let here = Here::provide(opening);
        let window = view! { ManageAccount(holds=Holds::AllTabs) };
        happened(here);
        window
    })
}

fn user_information(happened: impl FnOnce(Draft) + 'static) -> String {
    tab(unasked(), Tab::UserInformation, move |sheet| {
        let draft = Draft::new(samples::account());
        happened(draft);
        view! { UserInformationWith(sheet=sheet, draft=draft) }
    })
}

#[test]
fn the_tabs_are_there_without_the_password_while_nothing_can_be_changed() {
    let page = window(unasked(), |_| {});
    holds(&page, &["role=\"tablist\"", "No connection since", "aria-label=\"Prepared changes\""]);
    lacks(&page, &["You are signed out", "Continue"]);
}

#[test]
fn the_bar_names_whose_account_was_last_seen() {
    let page = window(unasked(), |here| {
        here.saw(&Recalled {
            account: samples::account(),
            security: samples::security(),
            keys: vec![],
            seen_at: samples::now(),
        });
    });
    holds(&page, &["Mina Park", "mina.park@harbor.example"]);
}

#[test]
fn what_was_typed_stays_when_the_way_is_back_before_anybody_could_be_asked() {
    let page = window(unasked(), |here| here.connection_is(samples::connection()));
    holds(&page, &["role=\"tablist\""]);
    lacks(&page, &["You are signed out", "No connection since"]);
}

#[test]
fn ok_says_why_it_cannot_be_saved_and_offers_to_prepare_the_change() {
    let page = user_information(|draft| {
        draft.name.typed("Mina Lee".to_owned());
        draft.form.refuse(Problem::new(ProblemCode::BackendUnreachable));
    });
    holds(&page, &["The change was not saved. What you typed is still here.", "Mina Lee"]);
    holds(&page, &["Prepare changes", "Try again", "Not saved yet: name"]);
    assert_eq!(page.matches("class=\"banner\"").count(), 1, "{page}");
}

#[test]
fn a_new_address_waits_for_a_connection_since_a_number_has_to_reach_it() {
    let page = user_information(|draft| draft.email.address.typed("mina@lighthouse.example".to_owned()));
    holds(&page, &["Needs a connection: a number has to reach the new address.", "mina@lighthouse.example"]);
}

#[test]
fn only_the_configured_tabs_are_shown() {
    let mut opening = sample_opening();
    opening.tab = Tab::CancelSubscription;
    opening.appearance.tabs = vec![Tab::ChangePassword, Tab::SecuritySettings];
    let page = window(opening, |_| {});
    holds(&page, &["id=\"tab-1\"", "id=\"tab-2\"", "New password"]);
    lacks(&page, &["id=\"tab-0\"", "id=\"tab-3\"", "id=\"tab-4\"", "I agree"]);
}
