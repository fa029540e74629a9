//! What a policy fixes is refused in the command itself, whatever a page asks for; what a person may change is written.
//! CFG-3

use crate::mock::{self, Alone, ask, window};
use contract::configuration::{SettingKey, Settings};
use contract::{Problem, ProblemCode};
use postern_client::config::Configured;
use postern_client::{Desk, Options};
use postern_contract as contract;
use serde_json::{Value, json};
use tauri::Manager;

/// The application on a machine whose policy fixes the theme.
fn managed() -> Alone {
    let app = mock::app_in(|folder| {
        let policies = folder.join("machine/policy.d");
        std::fs::create_dir_all(&policies).expect("a folder");
        std::fs::write(policies.join("10-harbor.toml"), "[managed.defaults]\ntheme = \"dark\"\n")
            .expect("a policy");
    });
    let findings = app.state::<Configured>().now().findings().to_vec();
    assert!(findings.is_empty(), "{findings:?}");
    app
}

fn settings(answer: Value) -> Settings {
    serde_json::from_value(answer).expect("settings")
}

fn change(app: &Alone, key: SettingKey, value: &str, version: &str) -> Result<Settings, Problem> {
    let input = json!({"input": {"key": key, "value": value, "version": version}});
    ask(&window(app, "settings"), "change_setting", &input)
        .map(settings)
        .map_err(|problem| serde_json::from_value(problem).expect("a problem"))
}

#[test]
fn cfg_3_a_locked_key_is_refused_in_the_command() {
    if !mock::apart("managed::cfg_3_a_locked_key_is_refused_in_the_command", &[]) {
        return;
    }
    let app = managed();
    let shown = settings(ask(&window(&app, "settings"), "show_settings", &json!({})).expect("settings"));
    let theme = shown.settings.iter().find(|setting| setting.key == SettingKey::Theme).expect("the theme");
    assert!(theme.managed && theme.value == "dark", "{theme:?}");
    assert!(theme.place.as_deref().is_some_and(|place| place.contains("10-harbor.toml")), "{theme:?}");

    let refused = change(&app, SettingKey::Theme, "light", &shown.version).expect_err("it is fixed");
    assert_eq!(refused.code, ProblemCode::SettingManaged);
    assert!(!app.folder.path().join("user/config.toml").exists(), "nothing was written");

    let changed = change(&app, SettingKey::ClipboardSeconds, "10", &shown.version).expect("it is free");
    assert_ne!(changed.version, shown.version);
    assert_eq!(app.state::<Configured>().now().clipboard_seconds(), 10);
    let stale = change(&app, SettingKey::ClipboardSeconds, "20", &shown.version).expect_err("it is old");
    assert_eq!(stale.code, ProblemCode::FileChanged);
    let wrong = change(&app, SettingKey::ClipboardSeconds, "1", &changed.version).expect_err("too short");
    assert!(wrong.code == ProblemCode::FileRefused && !wrong.findings.is_empty(), "{wrong:?}");
}

#[test]
fn cfg_2_a_broken_configuration_is_shown_and_the_application_works() {
    if !mock::apart("managed::cfg_2_a_broken_configuration_is_shown_and_the_application_works", &[]) {
        return;
    }
    let app = mock::app_in(|folder| {
        std::fs::create_dir_all(folder.join("user")).expect("a folder");
        std::fs::write(folder.join("user/config.toml"), "[defaults]\ntheme = \"purple\"\nlanguage = \n")
            .expect("a file");
    });
    let shown = settings(ask(&window(&app, "settings"), "show_settings", &json!({})).expect("settings"));
    assert!(
        shown.findings.iter().any(|finding| finding.file.contains("config.toml") && finding.line > 0),
        "{shown:?}"
    );
    let opening = ask(&window(&app, "main"), "start", &json!({})).expect("main opens");
    assert_eq!(opening["appearance"]["theme"], "system");
    assert_eq!(opening["clipboard_seconds"], 30);
    assert_eq!(opening["findings"].as_u64(), Some(shown.findings.len() as u64));
}

// CFG-3
#[test]
fn a_tab_that_is_configured_away_gets_no_window() {
    if !mock::apart("managed::a_tab_that_is_configured_away_gets_no_window", &[]) {
        return;
    }
    let one_tab = "tabs = [\"user-information\"]\n";
    for (file, head, code) in [
        ("machine/policy.d/10-harbor.toml", "[managed.defaults]\n", ProblemCode::SettingManaged),
        ("user/config.toml", "[defaults]\n", ProblemCode::WindowRefused),
    ] {
        let app = mock::app_in(|folder| {
            let file = folder.join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, format!("{head}{one_tab}")).expect("a file");
        });
        let window = window(&app, "manage-account");
        let tear_off = |tab: &str| ask(&window, "tear_off", &json!({ "input": tab }));
        let problem: Problem = serde_json::from_value(tear_off("change-password").expect_err("it is hidden"))
            .expect("a problem");
        assert_eq!(problem.code, code);
        assert!(app.get_webview_window("tab-change-password").is_none());
        tear_off("user-information").expect("it is shown");
    }
}

// CFG-2: certificates that are gone, of a policy that was good, cost the way to the backend and nothing else
#[test]
fn cfg_2_a_missing_certificate_file_is_shown_and_the_application_works() {
    if !mock::apart("managed::cfg_2_a_missing_certificate_file_is_shown_and_the_application_works", &[]) {
        return;
    }
    let policy = "[[managed.backends]]\nname = \"Harbor\"\nurl = \"https://127.0.0.1:9\"\nca = [\"harbor.pem\"]\n\
                  [managed.defaults]\nbackend = \"Harbor\"\n";
    let authority = include_str!("../../../client/src/config/tests/ca.pem");
    let app = mock::app_with(|seat| {
        let places = seat.configured.places().clone();
        let folder = &places.machine.as_ref().expect("a machine").policy;
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(folder.join("harbor.pem"), authority).expect("a certificate");
        std::fs::write(folder.join("10.toml"), policy).expect("a policy");
        assert!(Configured::open(places.clone()).now().findings().is_empty(), "it was good");
        std::fs::remove_file(folder.join("harbor.pem")).expect("it is gone");
        seat.configured = Configured::open(places);
        let options = Options::of(["postern-desktop"], &seat.configured).expect("options");
        seat.desk = tauri::async_runtime::block_on(Desk::open(options)).expect("a desk");
    });
    let opening = ask(&window(&app, "main"), "start", &json!({})).expect("main opens");
    assert_eq!(opening["backend"]["name"], "Harbor");
    assert_eq!(opening["connection"]["trouble"], "certificate_refused");
    assert_eq!(opening["connection"]["certificate"], "authority_unreadable");
    let shown = settings(ask(&window(&app, "settings"), "show_settings", &json!({})).expect("settings"));
    assert!(shown.findings.iter().any(|finding| finding.found.contains("harbor.pem")), "{shown:?}");

    let file = app.folder.path().join("machine/policy.d/harbor.pem");
    std::fs::write(file, authority).expect("it is back");
    app.state::<Configured>().reload();
    assert!(app.state::<Configured>().now().findings().is_empty());
    // nobody listens there, which is found out by asking
    mock::until("the backend is asked again", || {
        app.state::<Desk>().connection().trouble == Some(ProblemCode::BackendUnreachable)
    });
}
