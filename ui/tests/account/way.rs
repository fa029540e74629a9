//! Manage account without a way to the backend: readable from what was last seen, nothing typed is lost, and changes can be
//! prepared.

use super::{holds, lacks, tab};
use postern_contract::connection::{Connection, Recalled};
use postern_contract::plan::Typed;
use postern_contract::shell::{KeyList, Opening, StoreState, Tab};
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::carrying::Carrying;
use postern_ui::pages::manage_account::{Holds, ManageAccount, Unlock};
use postern_ui::pages::user_information::{Draft, UserInformationWith};
use postern_ui::pages::{cancel_subscription, change_password, manage_authentication_key, security_settings};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;
use sycamore::reactive::create_child_scope;

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
    holds(&page, &["OK needs a connection. Prepare changes takes what you typed along."]);
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

#[test]
fn what_is_typed_in_all_tabs_goes_along_into_the_plan_and_nothing_that_is_secret() {
    let _ = create_root(|| {
        Here::provide(unasked());
        Unlock::provide();
        let drafts = Carrying::provide();
        let user = Draft::new(samples::account());
        let security = security_settings::Draft::new(samples::security(), Load::waiting());
        let passwords = change_password::Draft::new(Load::waiting(), Load::waiting());
        passwords.new.typed("seven harbor lamps in the fog".to_owned());
        assert_eq!(drafts.typed(), Typed::default(), "nothing was touched");
        user.task.typed("Night gate".to_owned());
        user.email.address.typed("mina@pier.example".to_owned());
        security.choose_two_factor(!samples::security().two_factor);
        assert_eq!(
            drafts.typed(),
            Typed {
                task: Some("Night gate".to_owned()),
                email: Some("mina@pier.example".to_owned()),
                two_factor: Some(!samples::security().two_factor),
                ..Typed::default()
            }
        );
    });
}

#[test]
fn a_draft_that_is_gone_takes_nothing_along() {
    let _ = create_root(|| {
        Here::provide(unasked());
        Unlock::provide();
        let drafts = Carrying::provide();
        let scope = create_child_scope(|| {
            Draft::new(samples::account()).name.typed("Mina Lee".to_owned());
        });
        assert_eq!(drafts.typed().name.as_deref(), Some("Mina Lee"));
        scope.dispose();
        assert_eq!(drafts.typed(), Typed::default());
    });
}

#[test]
fn ok_asks_for_no_number_that_cannot_reach_anybody() {
    let page = user_information(|draft| {
        draft.email.address.typed("mina@pier.example".to_owned());
        draft.save();
    });
    holds(&page, &["What you typed is still here.", "Prepare changes", "mina@pier.example"]);
    lacks(&page, &["aria-invalid=\"true\""]);
}

#[test]
fn a_password_waits_for_a_connection_and_says_so() {
    let page = tab(unasked(), Tab::ChangePassword, |sheet| {
        let draft = change_password::Draft::new(Load::waiting(), Load::waiting());
        view! { change_password::ChangePasswordWith(sheet=sheet, draft=draft) }
    });
    holds(&page, &["Needs a connection. A password is never put into a plan."]);
}

#[test]
fn keys_are_neither_added_nor_deleted_and_copying_goes_on() {
    let page = tab(unasked(), Tab::ManageAuthenticationKey, |sheet| {
        let rows = samples::keys();
        let list = Load::ready(KeyList { rows, mended: vec![], store: StoreState::Ready });
        let draft = manage_authentication_key::Draft::new(list);
        draft.add();
        view! { manage_authentication_key::KeysWith(sheet=sheet, draft=draft) }
    });
    holds(&page, &["id=\"add-key\" aria-disabled=\"true\" aria-describedby=\"keys-about\"", "Copy"]);
    holds(&page, &["Adding and deleting need a connection. Both can be prepared now and applied later."]);
    lacks(&page, &["What will use it"]);
}

#[test]
fn a_cancellation_is_rehearsed_from_what_is_known() {
    let page = tab(unasked(), Tab::CancelSubscription, |sheet| {
        let failed = || Problem::new(ProblemCode::BackendUnreachable);
        let rows = samples::keys();
        let many = rows.len();
        let keys = Load::ready(KeyList { rows, mended: vec![], store: StoreState::Ready });
        let draft = cancel_subscription::Draft::new(keys, Load::failed(failed()));
        assert!(many > 1);
        draft.agree(true);
        draft.submit();
        view! { cancel_subscription::CancelSubscriptionWith(sheet=sheet, draft=draft) }
    });
    holds(
        &page,
        &["authentication keys", "Where this account is signed in is not known without a connection."],
    );
    holds(&page, &["Needs a connection. It can be prepared now and applied later.", "Prepare changes"]);
    holds(&page, &["No connection to"]);
    lacks(&page, &["This page could not be read"]);
}

fn asked(came: impl FnOnce(Here) + 'static) -> String {
    user_information(move |_| {
        let here = Here::get();
        here.try_again();
        came(here);
    })
}

#[test]
fn try_again_says_that_it_is_busy_and_what_came_of_it() {
    let busy = "id=\"try-again\" aria-busy=\"true\" aria-disabled=\"true\"";
    holds(&asked(|_| {}), &[busy, "class=\"turning\"", "Try again"]);
    let page = asked(|here| here.was_tried(Some(unasked().connection)));
    holds(&page, &["Still no connection.", "No connection to"]);
    lacks(&page, &[busy]);
    holds(&asked(|here| here.was_tried(None)), &["Still no connection."]);
    let page = asked(|here| here.was_tried(Some(samples::connection())));
    holds(&page, &["answers again.", "data-kind=\"ok\""]);
    lacks(&page, &["Still no connection.", "No connection to", "id=\"try-again\""]);
}

#[test]
fn a_tab_of_its_own_window_that_is_configured_away_says_so() {
    let hidden = |tabs: Vec<Tab>| {
        let mut opening = sample_opening();
        opening.appearance.tabs = tabs;
        sycamore::render_to_string(move || {
            Here::provide(opening);
            view! { ManageAccount(holds=Holds::Only(Tab::ChangePassword)) }
        })
    };
    let page = hidden(vec![Tab::UserInformation]);
    holds(&page, &["This tab is hidden", "What you typed here and did not save waits in this window."]);
    lacks(&page, &["New password"]);
    holds(&hidden(vec![Tab::ChangePassword]), &["New password"]);
}
