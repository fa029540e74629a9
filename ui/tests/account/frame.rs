//! Bar, Login, tabs, the dialog over a draft, and the end of the session.

use super::{holds, lacks};
use postern_contract::shell::{Opening, Tab};
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::pages::login::{Draft, LoginWith};
use postern_ui::pages::manage_account::{Holds, ManageAccount, Unlock, UnlockDialog, UnlockDialogWith};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn window(opening: Opening, shows: Holds) -> String {
    sycamore::render_to_string(move || {
        Here::provide(opening);
        view! { ManageAccount(holds=shows) }
    })
}

fn unlocked_for(seconds: u32) -> Opening {
    let mut opening = sample_opening();
    opening.tab = Tab::ChangePassword;
    opening.session =
        Some(postern_contract::session::Session { unlocked_for_seconds: seconds, ..samples::session() });
    opening
}

fn login(happened: impl FnOnce(Draft) + 'static) -> String {
    sycamore::render_to_string(move || {
        Here::provide(unlocked_for(0));
        let draft = Draft::new();
        happened(draft);
        view! { LoginWith(draft=draft) }
    })
}

#[test]
fn login_comes_before_the_tabs() {
    let page = window(unlocked_for(0), Holds::AllTabs);
    holds(
        &page,
        &["<h1", "Login", "for=\"password\"", "Continue", "stay unlocked for 10 minutes", "Mina Park"],
    );
    holds(&page, &["Backend: ", "On this computer", "Sign out"]);
    lacks(&page, &["role=\"tablist\"", "Unlocked", "Open this tab in its own window", "New password"]);
}

#[test]
fn an_unlocked_session_goes_straight_to_its_tab() {
    let page = window(unlocked_for(581), Holds::AllTabs);
    holds(
        &page,
        &["role=\"tablist\"", "aria-label=\"Manage account\"", "aria-labelledby=\"tab-1\"", "New password"],
    );
    holds(
        &page,
        &["Unlocked", "9:41", "aria-label=\"Open this tab in its own window\"", "mina.park@harbor.example"],
    );
    lacks(&page, &["Continue", "chip low"]);
}

#[test]
fn d8_each_tab_controls_a_panel_of_its_own() {
    let page = window(unlocked_for(581), Holds::AllTabs);
    for at in 0..5 {
        holds(&page, &[&format!("aria-controls=\"panel-{at}\""), &format!("aria-labelledby=\"tab-{at}\"")]);
        assert_eq!(page.matches(&format!(" id=\"panel-{at}\"")).count(), 1, "panel-{at} in {page}");
    }
    assert_eq!(page.matches("aria-selected=\"true\"").count(), 1, "{page}");
}

#[test]
fn a_torn_off_tab_has_the_bar_and_that_tab_alone() {
    let page = window(unlocked_for(581), Holds::Only(Tab::ChangePassword));
    holds(&page, &["Unlocked", "New password", "Change password", "Mina Park"]);
    lacks(&page, &["role=\"tablist\"", "role=\"tabpanel\"", "Open this tab in its own window"]);
}

#[test]
fn the_last_minute_is_said_once_above_the_form() {
    let page = window(unlocked_for(59), Holds::AllTabs);
    holds(&page, &["chip low", "Changes lock in a minute", "Enter password"]);
}

#[test]
fn nobody_signed_in_is_said_and_nothing_can_be_changed() {
    let page = window(Opening { session: None, ..sample_opening() }, Holds::AllTabs);
    holds(&page, &["You are signed out", "Sign in again in the window Postern."]);
    lacks(&page, &["role=\"tablist\"", "New password"]);
}

#[test]
fn the_end_of_the_session_hides_the_tabs_and_keeps_what_was_typed() {
    let page = sycamore::render_to_string(|| {
        let here = Here::provide(unlocked_for(581));
        let window = view! { ManageAccount(holds=Holds::AllTabs) };
        here.heed(&Problem::new(ProblemCode::Unauthenticated));
        window
    });
    holds(&page, &["You are signed out", "waits for you", "New password"]);
    lacks(&page, &["role=\"tablist\""]);
}

#[test]
fn a_wrong_password_is_said_at_login_and_the_session_stays() {
    let page = login(|draft| draft.form.refuse(Problem::new(ProblemCode::CredentialsRefused)));
    holds(&page, &["role=\"alert\"", "That password is not right", "You stay signed in."]);
}

// SEC-1
#[test]
fn a_store_that_cannot_keep_the_new_token_has_ways_on_at_login() {
    let page = login(|draft| draft.form.refuse(Problem::new(ProblemCode::StoreLocked)));
    holds(
        &page,
        &[
            "The secret store of this computer is locked",
            "Unlock secret store",
            "Use memory for this session only",
        ],
    );
    assert_eq!(page.matches("button primary").count(), 1, "{page}");
}

#[test]
fn the_second_factor_follows_at_login() {
    let page = login(|draft| draft.challenge.set(Some(samples::challenge())));
    holds(
        &page,
        &["Authentication number", "Verify", "Send another at 12:01", "Open messages", "Back to Login"],
    );
    lacks(&page, &["for=\"password\""]);
}

#[test]
fn where_the_password_is_needed_again_a_dialog_asks_over_the_draft() {
    let page = sycamore::render_to_string(|| {
        Here::provide(unlocked_for(581));
        let unlock = Unlock::provide();
        assert!(!unlock.heed(&Problem::new(ProblemCode::BackendUnreachable), || {}));
        assert!(!unlock.asking());
        assert!(unlock.heed(&Problem::new(ProblemCode::StepUpRequired), || {}));
        view! { UnlockDialog(unlock=unlock) }
    });
    holds(
        &page,
        &["role=\"dialog\"", "aria-modal=\"true\"", "Login", "What you typed is still here", "Password"],
    );
    holds(&page, &["Continue", "Cancel"]);
}

#[test]
fn d12_the_dialog_names_each_step_and_where_the_number_went() {
    let dialog = |seconds: u32, challenged: bool| {
        sycamore::render_to_string(move || {
            Here::provide(unlocked_for(seconds));
            let unlock = Unlock::provide();
            unlock.ask_first(|| {});
            let draft = Draft::new();
            draft.challenge.set(challenged.then(samples::challenge));
            view! { UnlockDialogWith(unlock=unlock, draft=draft) }
        })
    };
    let password = dialog(0, false);
    holds(&password, &["-->Login<", "Changes are locked. Enter your password to save."]);
    let for_good = dialog(581, false);
    holds(&for_good, &["-->Login<", "This cannot be undone. Enter your password to continue."]);
    let number = dialog(0, true);
    let challenge = samples::challenge();
    holds(&number, &["-->Enter the number we sent<", &challenge.sent_to, "Verify"]);
    lacks(&number, &["Enter your password", "-->Login<"]);
    let row = number.split("class=\"row\"").nth(1).unwrap();
    for button in ["Cancel", "Send another at", "Verify"] {
        assert!(row.contains(button), "{button} stands in the row of buttons: {number}");
    }
}
