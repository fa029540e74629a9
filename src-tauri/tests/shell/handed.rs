//! Words and links as a start hands them over: whatever they are, windows are shown and nothing else happens. DL-1

use crate::mock::{self, Alone};
use contract::link::Link;
use contract::shell::Window;
use postern_client::config::Configured;
use postern_contract as contract;
use postern_desktop::arrivals;
use postern_desktop::offers::Offers;
use postern_desktop::windows::FirstTab;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tauri::Manager;

const ONCE: &str = "0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1b";

/// The same program is started again, in the folder of the test, with these words.
fn second_start(app: &Alone, words: &[String]) {
    let arguments = std::iter::once("postern-desktop".to_owned()).chain(words.iter().cloned());
    let folder = app.folder.path().display().to_string();
    arrivals::second_start(app.handle(), arguments.collect(), &folder);
}

fn windows(app: &Alone) -> BTreeSet<String> {
    app.webview_windows().into_keys().collect()
}

fn opens(app: &Alone, window: Window) {
    let label = window.label();
    mock::until(&format!("{label} opens"), || app.get_webview_window(&label).is_some());
}

/// Every file that the application keeps, with its text, less the links that are used up: only those may be added to.
fn kept(app: &Alone) -> BTreeMap<PathBuf, String> {
    let mut kept = BTreeMap::new();
    collect(app.folder.path(), &mut kept);
    kept
}

fn collect(folder: &Path, kept: &mut BTreeMap<PathBuf, String>) {
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, kept);
        } else if !path.to_string_lossy().contains("used-links") {
            kept.insert(path.clone(), std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn dl_1_a_link_shows_its_page_once() {
    if !mock::apart("handed::dl_1_a_link_shows_its_page_once", &[]) {
        return;
    }
    let app = mock::app();
    mock::window(&app, "main");
    arrivals::begin(app.handle(), Vec::new(), app.folder.path());
    second_start(&app, &[format!("postern://open/change-password?once={ONCE}")]);
    opens(&app, Window::ManageAccount);
    assert_eq!(app.state::<FirstTab>().get(), contract::shell::Tab::ChangePassword);

    // used up, whatever it is to show this time, and after a restart too
    let replayed = Link::read(&format!("postern://open/plans?once={ONCE}")).expect("the grammar");
    arrivals::follow(app.handle(), replayed);
    assert_eq!(windows(&app), BTreeSet::from(["main".to_owned(), "manage-account".to_owned()]));
    let again = mock::app_with(|seat| seat.configured = Configured::open(mock::places(app.folder.path())));
    mock::window(&again, "main");
    arrivals::follow(again.handle(), replayed);
    assert_eq!(windows(&again), BTreeSet::from(["main".to_owned()]));
    let fresh =
        Link::read("postern://open/plans?once=0193b1f2-7c41-4d0e-9a52-6c7d8e9f0a1c").expect("the grammar");
    arrivals::follow(again.handle(), fresh);
    opens(&again, Window::Plans);
}

#[test]
fn dl_1_a_second_start_hands_over_files_of_its_own_folder() {
    if !mock::apart("handed::dl_1_a_second_start_hands_over_files_of_its_own_folder", &[]) {
        return;
    }
    let app = mock::app();
    mock::window(&app, "main");
    std::fs::write(app.folder.path().join("desk.postern-plan"), "").expect("a file");
    // before the windows can be opened it is kept, and not lost
    second_start(&app, &["--backend".into(), "https://evil.example".into(), "desk.postern-plan".into()]);
    assert_eq!(app.state::<Offers>().list(Window::Main), []);
    arrivals::begin(app.handle(), Vec::new(), app.folder.path());
    opens(&app, Window::Plans);
    let waiting = app.state::<Offers>().list(Window::Main);
    assert_eq!(waiting.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>(), ["desk.postern-plan"]);
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("--backend=https://evil.example".to_owned()),
        Just("--help".to_owned()),
        Just("there.toml".to_owned()),
        Just("../there.toml".to_owned()),
        Just("file:///etc/passwd".to_owned()),
        any::<u128>().prop_map(|once| format!("postern://open/settings?once={once:032x}")),
        (".{0,20}", ".{0,20}").prop_map(|(word, once)| format!("postern://open/{word}?once={once}")),
        "postern://[a-z/?=&%.-]{0,60}",
    ]
}

#[test]
fn dl_1_any_words_and_links_show_windows_and_change_nothing() {
    if !mock::apart("handed::dl_1_any_words_and_links_show_windows_and_change_nothing", &[]) {
        return;
    }
    let app = mock::app();
    mock::window(&app, "main");
    arrivals::begin(app.handle(), Vec::new(), app.folder.path());
    std::fs::write(app.folder.path().join("there.toml"), "").expect("a file");
    let before = kept(&app);
    let known = ["main", "settings", "plans", "manage-account"].map(str::to_owned);
    proptest!(Config { cases: 128, ..Config::default() }, |(words in proptest::collection::vec(word(), 0..6))| {
        second_start(&app, &words);
        proptest::prop_assert!(windows(&app).iter().all(|label| known.contains(label)));
        proptest::prop_assert!(app.state::<Offers>().list(Window::Main).len() <= 1);
        proptest::prop_assert_eq!(kept(&app), before.clone());
    });
}
