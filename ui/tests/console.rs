//! The console in every state, rendered to text.

use postern_contract::security::Security;
use postern_contract::session::Sessions;
use postern_contract::shell::{KeyList, KeyRow, Mended, Opening, SecretPlace, StoreState};
use postern_contract::verification::Channel;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::console::{ConsoleWith, Overview};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn list(rows: Vec<KeyRow>) -> KeyList {
    KeyList { rows, mended: vec![], store: StoreState::Ready }
}

fn overview(security: Security, keys: KeyList) -> Overview {
    Overview::of(
        Load::ready(samples::account()),
        Load::ready(security),
        Load::ready(keys),
        Load::ready(Sessions { sessions: samples::places() }),
    )
}

fn console(opening: Opening, read: impl FnOnce() -> Overview + 'static) -> String {
    sycamore::render_to_string(move || {
        Here::provide(opening);
        let overview = read();
        view! { ConsoleWith(overview=overview) }
    })
}

fn with(security: Security, keys: KeyList) -> String {
    console(sample_opening(), move || overview(security, keys))
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[test]
fn it_shows_who_is_signed_in_and_the_account_at_a_glance() {
    let page = with(samples::security(), list(samples::keys()));
    holds(&page, &["class=\"user-button\"", "Mina Park", "Backend: ", "<h1"]);
    holds(&page, &["aria-label=\"Mina Park, On this computer\"", "mina.park@harbor.example", "MP"]);
    holds(
        &page,
        &["2-Factor authentication", "Enabled", "By text message", "41 days old", "Changed 2026-10-13"],
    );
    holds(&page, &["4 of 5", "3 on this computer", "2 places", "Here, and “Rack 4 console”"]);
}

#[test]
fn a_key_that_nothing_uses_needs_attention() {
    let page = with(samples::security(), list(samples::keys()));
    holds(&page, &["“Nightly backup” has never been used since it was added 316 days ago", "Review keys"]);
    assert_eq!(page.matches("row-item").count(), 1, "{page}");
}

#[test]
fn a_weak_or_missing_second_factor_needs_attention() {
    let keys = || list(samples::keys().into_iter().take(3).collect());
    let page = with(Security { method: Channel::Email, ..samples::security() }, keys());
    holds(&page, &["2-Factor authentication uses email", "Text message is the stronger", "Review security"]);
    let page = with(Security { two_factor: false, ..samples::security() }, keys());
    holds(&page, &["2-Factor authentication is disabled", "Disabled", "The password alone signs in"]);
    holds(&with(samples::security(), keys()), &["All good."]);
}

#[test]
fn a_method_is_not_called_weak_where_no_other_is_offered() {
    let mut opening = sample_opening();
    if let Some(capabilities) = &mut opening.capabilities {
        capabilities.methods = vec![Channel::Email];
    }
    let security = Security { method: Channel::Email, ..samples::security() };
    let page = console(opening, move || overview(security, list(vec![])));
    holds(&page, &["All good.", "0 of 5", "None added yet"]);
}

#[test]
fn each_part_waits_and_fails_by_itself() {
    let page = console(sample_opening(), || {
        Overview::of(
            Load::ready(samples::account()),
            Load::waiting(),
            Load::failed(Problem::new(ProblemCode::Internal)),
            Load::waiting(),
        )
    });
    holds(&page, &["41 days old", "skeleton", "aria-busy=\"true\"", "Not known", "It could not be read"]);
    holds(&page, &["role=\"alert\"", "Try again", "Not all of it is known"]);
    assert!(!page.contains("All good."), "{page}");
}

#[test]
fn without_a_connection_what_was_read_stays() {
    let page = console(sample_opening(), || {
        let overview = overview(samples::security(), list(samples::keys()));
        overview.account.answered(Err(Problem::new(ProblemCode::BackendUnreachable)));
        overview
    });
    holds(&page, &["role=\"status\"", "No connection to the backend", "Try again", "41 days old", "4 of 5"]);
}

#[test]
fn secrets_in_memory_and_a_locked_store_are_said() {
    let opening = Opening { store: StoreState::MemoryOnly(ProblemCode::StoreAbsent), ..sample_opening() };
    let mut rows = samples::keys();
    rows[0].secret = SecretPlace::InMemory;
    let page = console(opening, move || overview(samples::security(), list(rows)));
    holds(
        &page,
        &["Secrets are kept in memory only", "2 on this computer, 1 in memory", "Try the secret store again"],
    );
    let opening = Opening { store: StoreState::Failing(ProblemCode::StoreLocked), ..sample_opening() };
    let mut rows = samples::keys();
    rows[0].secret = SecretPlace::Unknown;
    let page = console(opening, move || overview(samples::security(), list(rows)));
    holds(&page, &["The secret store of this computer is locked", "Use memory for this session only"]);
    holds(&page, &["The secret store cannot be asked"]);
}

#[test]
fn what_an_interrupted_run_left_is_told() {
    let mended = vec![Mended::Finished { label: "Gate monitor".to_owned() }];
    let page = with(samples::security(), KeyList { mended, ..list(samples::keys()) });
    holds(&page, &["role=\"status\"", "Adding “Gate monitor” was interrupted before.", "Dismiss"]);
}

// KEY-2
#[test]
fn a_key_that_waits_for_the_password_is_told() {
    let mended = vec![Mended::Waiting { label: "Gate monitor".to_owned() }];
    let page = with(samples::security(), KeyList { mended, ..list(samples::keys()) });
    holds(&page, &["Adding “Gate monitor” was interrupted before. Its secret is kept", "Dismiss"]);
}

// XSS-1: a name is text
#[test]
fn a_name_is_only_ever_text() {
    let page = console(sample_opening(), || {
        let overview = overview(samples::security(), list(vec![]));
        overview.account.set(postern_contract::account::Account {
            name: "<b onclick=x>".to_owned(),
            ..samples::account()
        });
        overview
    });
    assert!(!page.contains("<b onclick"), "{page}");
}
