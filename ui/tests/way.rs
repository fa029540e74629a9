//! The main window without a way to the backend, in every state, rendered to text.

use postern_contract::configuration::{Offer, OfferId, OfferKind, OfferedBy};
use postern_contract::connection::{CertificateFault, Connection, Recalled};
use postern_contract::shell::{BackendFace, Opening, Tab, Window};
use postern_contract::{Moment, Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::console::{ConsoleWith, Overview, keys_of};
use postern_ui::pages::console_page;
use postern_ui::pages::files_wait::FilesWaitWith;
use postern_ui::pages::offline::stand_in;
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

/// Three minutes before the sample moment.
const SINCE: i64 = 1_795_435_020_000;

fn trouble(code: ProblemCode) -> Connection {
    let since = Some(Moment::from_millisecond(SINCE));
    Connection { trouble: Some(code), certificate: None, since }
}

/// What opens while a backend elsewhere cannot be asked.
fn unasked(connection: Connection) -> Opening {
    Opening {
        backend: BackendFace {
            name: "Harbor production".to_owned(),
            color: "clay".to_owned(),
            embedded: false,
        },
        session: None,
        problem: connection.trouble,
        connection,
        ..sample_opening()
    }
}

fn recalled() -> Recalled {
    Recalled {
        account: samples::account(),
        security: samples::security(),
        keys: samples::keys().into_iter().map(|row| row.key).collect(),
        seen_at: Moment::from_millisecond(SINCE),
    }
}

/// The window main as it opens.
fn main_window(opening: Opening) -> String {
    sycamore::render_to_string(move || {
        Here::provide(opening);
        console_page(Window::Main).unwrap_or_default()
    })
}

fn unread<T: Clone + 'static>() -> Load<T> {
    Load::failed(Problem::new(ProblemCode::Offline))
}

/// The console over an account that could not be read and was seen before.
fn console(opening: Opening, seen: Recalled, happened: impl FnOnce(Here) + 'static) -> String {
    sycamore::render_to_string(move || {
        let here = Here::provide(opening);
        let overview = Overview::of(unread(), unread(), unread(), unread());
        stand_in(here, overview.account, seen.clone(), |seen| seen.account);
        stand_in(here, overview.security, seen.clone(), |seen| seen.security);
        stand_in(here, overview.keys, seen, keys_of);
        happened(here);
        view! { ConsoleWith(overview=overview) }
    })
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

fn lacks(page: &str, unwanted: &[&str]) {
    for text in unwanted {
        assert!(!page.contains(text), "{text} is in {page}");
    }
}

#[test]
fn whoever_cannot_be_asked_about_sees_the_account_as_last_seen() {
    let page = console(unasked(trouble(ProblemCode::Offline)), recalled(), |_| {});
    holds(
        &page,
        &["Mina Park", "Offline since 11:57", "as last seen 11:57", "Prepare changes", "41 days old"],
    );
    holds(&page, &["role=\"status\"", "Try again", "By text message", "4 of 5", "As last seen"]);
    lacks(&page, &["role=\"alert\""]);
    assert_eq!(page.matches("class=\"banner\"").count(), 1, "{page}");
    let page = main_window(unasked(trouble(ProblemCode::Offline)));
    holds(&page, &["id=\"console\"", "Offline since 11:57", "Prepare changes"]);
    lacks(&page, &["type=\"password\""]);
}

#[test]
fn what_was_seen_days_ago_is_dated() {
    let seen_at = Moment::from_millisecond(SINCE - 3 * 86_400_000);
    let seen = Recalled { seen_at, ..recalled() };
    let page = console(unasked(trouble(ProblemCode::Offline)), seen, |_| {});
    holds(&page, &["as last seen 2026-11-20"]);
}

#[test]
fn each_state_of_the_way_is_drawn_in_its_own_words() {
    let certificate =
        |fault| Connection { certificate: Some(fault), ..trouble(ProblemCode::CertificateRefused) };
    let all = [
        (trouble(ProblemCode::Offline), "Offline since 11:57", "not connected to a network"),
        (trouble(ProblemCode::BackendUnreachable), "No connection to Harbor production", "cannot be reached"),
        (trouble(ProblemCode::BackendTimeout), "Harbor production does not answer", "in time"),
        (certificate(CertificateFault::Expired), "certificate of Harbor production is refused", "too old"),
        (certificate(CertificateFault::WrongName), "certificate of Harbor production", "another host"),
        (
            certificate(CertificateFault::AuthorityUnreadable),
            "certificate of Harbor production cannot be checked",
            "Settings names the file",
        ),
        (trouble(ProblemCode::CaptivePortal), "requires a sign-in", "in a browser"),
        (trouble(ProblemCode::ProxyRefused), "proxy does not carry", "asks for credentials"),
        (trouble(ProblemCode::ClockWrong), "clock is wrong", "Set the clock"),
        (trouble(ProblemCode::NotOurBackend), "Something other than Harbor production", "Check the address"),
    ];
    for (connection, what, rest) in all {
        let page = console(unasked(connection), recalled(), |_| {});
        holds(&page, &[what, rest, "Try again", "as last seen", "Prepare changes"]);
        let page = main_window(Opening { recalls: false, ..unasked(connection) });
        holds(&page, &[what, rest, "Try again", "Sign in", "Settings"]);
        lacks(&page, &["Prepare changes"]);
        assert_eq!(page.matches("class=\"banner\"").count(), 1, "{page}");
    }
}

#[test]
fn a_way_that_breaks_while_somebody_works_is_said_over_what_was_read() {
    let page = sycamore::render_to_string(|| {
        let here = Here::provide(sample_opening());
        let overview = Overview::of(
            Load::ready(samples::account()),
            Load::ready(samples::security()),
            Load::waiting(),
            Load::waiting(),
        );
        here.connection_is(trouble(ProblemCode::BackendUnreachable));
        here.saw_as_of(samples::now());
        view! { ConsoleWith(overview=overview) }
    });
    holds(&page, &["No connection since 11:57", "Enabled", "as last seen 12:00", "Prepare changes"]);
}

#[test]
fn a_way_that_is_back_leaves_no_banner_and_the_account_stays() {
    let page = console(unasked(trouble(ProblemCode::Offline)), recalled(), |here| {
        here.connection_is(samples::connection());
    });
    lacks(&page, &["Offline since", "as last seen", "Prepare changes"]);
    holds(&page, &["Mina Park", "41 days old"]);
}

#[test]
fn nobody_is_shown_once_they_signed_out_without_a_way() {
    let page = sycamore::render_to_string(|| {
        let here = Here::provide(unasked(trouble(ProblemCode::Offline)));
        here.saw_as_of(samples::now());
        let window = console_page(Window::Main).unwrap();
        here.ended();
        window
    });
    holds(&page, &["Sign in", "Offline since"]);
    lacks(&page, &["id=\"console\"", "as last seen", "Prepare changes"]);
}

#[test]
fn what_needs_attention_leads_only_to_tabs_that_are_shown() {
    let mut opening = sample_opening();
    opening.appearance.tabs = vec![Tab::UserInformation];
    let seen = Recalled {
        security: postern_contract::security::Security { two_factor: false, ..samples::security() },
        ..recalled()
    };
    let page = console(opening, seen.clone(), |_| {});
    holds(&page, &["2-Factor authentication is disabled"]);
    lacks(&page, &["Review security"]);
    holds(&console(sample_opening(), seen, |_| {}), &["Review security"]);
}

#[test]
fn files_that_wait_are_one_banner() {
    let waiting = |offers: Vec<Offer>| {
        sycamore::render_to_string(move || {
            Here::provide(sample_opening());
            view! { FilesWaitWith(offers=Load::ready(offers)) }
        })
    };
    let offer = |id, name: &str, kind| Offer {
        id: OfferId(id),
        kind,
        name: name.to_owned(),
        by: OfferedBy::Dragged,
        state: None,
    };
    let plan = offer(1, "harbor.postern-plan", OfferKind::Plan);
    lacks(&waiting(vec![]), &["banner"]);
    holds(&waiting(vec![plan.clone()]), &["“harbor.postern-plan” waits", "Look", "role=\"status\""]);
    let page = waiting(vec![plan, offer(2, "harbor.toml", OfferKind::Configuration)]);
    holds(&page, &["2 files wait", "Look"]);
    assert_eq!(page.matches("class=\"banner\"").count(), 1, "{page}");
}

#[test]
fn a_configuration_that_needs_mending_is_said_in_the_main_window() {
    // CFG-2
    let page = |findings: u32, offers: Vec<Offer>| {
        sycamore::render_to_string(move || {
            Here::provide(Opening { findings, ..sample_opening() });
            view! { FilesWaitWith(offers=Load::ready(offers)) }
        })
    };
    holds(&page(1, vec![]), &["Something in the configuration is wrong", "Look", "role=\"status\""]);
    holds(
        &page(3, vec![]),
        &["3 things in the configuration are wrong", "Postern works with the rest of it."],
    );
    let plan = Offer {
        id: OfferId(1),
        kind: OfferKind::Plan,
        name: "harbor.postern-plan".to_owned(),
        by: OfferedBy::Dragged,
        state: None,
    };
    let both = page(1, vec![plan]);
    assert_eq!(both.matches("class=\"banner\"").count(), 1, "banners are not stacked: {both}");
}
