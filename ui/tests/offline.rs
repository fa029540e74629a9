//! Work without a connection: each state of the way to the backend has its own words, and the account as last seen stays.

use postern_contract::connection::{CertificateFault, Connection, Recalled};
use postern_contract::shell::Opening;
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::console::{ConsoleWith, Overview, keys_of};
use postern_ui::pages::main_window::MainWindow;
use postern_ui::pages::offline;
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn without(trouble: ProblemCode) -> Opening {
    let certificate = (trouble == ProblemCode::CertificateRefused).then_some(CertificateFault::Expired);
    let connection = Connection { trouble: Some(trouble), certificate, since: Some(samples::now()) };
    Opening { connection, session: None, problem: Some(trouble), ..sample_opening() }
}

fn recalled() -> Recalled {
    Recalled {
        account: samples::account(),
        security: samples::security(),
        keys: samples::keys().into_iter().map(|row| row.key).collect(),
        seen_at: samples::now(),
    }
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

// NET-2, NET-3
#[test]
fn each_trouble_of_the_way_has_its_own_words_and_a_way_on() {
    for (trouble, words) in [
        (ProblemCode::Offline, "Offline since"),
        (ProblemCode::BackendUnreachable, "No connection to"),
        (ProblemCode::BackendTimeout, "does not answer"),
        (ProblemCode::CertificateRefused, "It is too old"),
        (ProblemCode::CaptivePortal, "requires a sign-in"),
        (ProblemCode::ProxyRefused, "The proxy does not carry requests"),
        (ProblemCode::ClockWrong, "clock is wrong"),
        (ProblemCode::NotOurBackend, "Something other than"),
    ] {
        let page = sycamore::render_to_string(move || {
            let here = Here::provide(without(trouble));
            offline::banner(here).unwrap_or_default()
        });
        holds(&page, &["class=\"banner\"", words, "Try again", "Prepare changes"]);
    }
}

// NET-4
#[test]
fn the_console_shows_the_account_as_last_seen() {
    let page = sycamore::render_to_string(|| {
        let here = Here::provide(without(ProblemCode::Offline));
        let failed = || Problem::new(ProblemCode::Offline);
        let overview = Overview::of(
            Load::failed(failed()),
            Load::failed(failed()),
            Load::failed(failed()),
            Load::failed(failed()),
        );
        offline::stand_in(here, overview.account, recalled(), |recalled| recalled.account);
        offline::stand_in(here, overview.security, recalled(), |recalled| recalled.security);
        offline::stand_in(here, overview.keys, recalled(), keys_of);
        view! { ConsoleWith(overview=overview) }
    });
    holds(
        &page,
        &["Mina Park", "You see the account as last seen", "Try again", "Prepare changes", "Offline since"],
    );
    assert_eq!(page.matches("class=\"banner\"").count(), 1, "one banner at a time: {page}");
}

#[test]
fn without_a_kept_account_sign_in_says_that_it_is_offline_and_leads_to_settings() {
    let page = sycamore::render_to_string(|| {
        Here::provide(Opening { recalls: false, ..without(ProblemCode::Offline) });
        view! { MainWindow() }
    });
    holds(&page, &["Sign in", "Offline since", "Try again", "Settings", "Email address"]);
    assert!(!page.contains("Prepare changes"), "{page}");
}

#[test]
fn what_answered_before_is_not_replaced_by_what_was_kept() {
    let _ = create_root(|| {
        let here = Here::provide(without(ProblemCode::Offline));
        let load = Load::ready(1);
        offline::stand_in(here, load, recalled(), |_| 2);
        assert_eq!(load.now(), Some(1));
    });
}
