//! The window Settings in every state, rendered to text: roles, names and words are what people and the stories in real
//! windows find things by.

use postern_contract::configuration::{
    Finding, Gravity, ImportPreview, ImportRefusal, Offer, OfferId, OfferKind, OfferedBy, Setting,
    SettingDifference, SettingKey, Settings, Signed, Source,
};
use postern_contract::{Problem, ProblemCode, samples};
use postern_ui::load::Load;
use postern_ui::pages::settings::{Draft, SettingsWith};
use postern_ui::session::{Here, sample_opening};
use sycamore::prelude::*;

fn setting(key: SettingKey, value: &str, choices: &[&str]) -> Setting {
    let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
    let value = value.to_owned();
    Setting { key, value, source: Source::Default, place: None, managed: false, recommended: false, choices }
}

fn settings() -> Settings {
    let policy = |managed| Setting {
        source: Source::MachinePolicy,
        place: Some("/etc/postern/policy.d/10-harbor.toml, line 4".to_owned()),
        managed,
        recommended: !managed,
        ..setting(SettingKey::Theme, "dark", &["system", "light", "dark"])
    };
    let tabs = "user-information,security-settings";
    Settings {
        version: "v1".to_owned(),
        settings: vec![
            setting(SettingKey::Backend, "", &["", "Harbor production"]),
            Setting {
                key: SettingKey::Language,
                value: "ko".to_owned(),
                choices: vec!["en".to_owned(), "ko".to_owned()],
                ..policy(false)
            },
            policy(true),
            setting(SettingKey::Tabs, tabs, &["user-information", "change-password", "security-settings"]),
            setting(SettingKey::ClipboardSeconds, "45", &[]),
        ],
        backends: vec![],
        findings: vec![],
        policy_kept_since: None,
        undo: None,
        after_restart: false,
    }
}

fn finding() -> Finding {
    Finding {
        gravity: Gravity::Error,
        file: "config.toml".to_owned(),
        line: 4,
        column: 9,
        key: "defaults.theme".to_owned(),
        found: "blue".to_owned(),
        expected: "system, light or dark".to_owned(),
        fix: "Write one of them".to_owned(),
    }
}

fn offer() -> Offer {
    let name = "harbor.postern-bundle".to_owned();
    Offer { id: OfferId(1), kind: OfferKind::Bundle, name, by: OfferedBy::Dragged, state: None }
}

fn preview() -> ImportPreview {
    ImportPreview {
        offer: offer(),
        signed: Signed::By("Harbor IT".to_owned()),
        serial: Some(12),
        differences: vec![SettingDifference {
            key: "defaults.theme".to_owned(),
            from: Some("dark".to_owned()),
            to: Some("light".to_owned()),
            managed: true,
        }],
        certificates: vec!["harbor-ca.pem".to_owned()],
        plans: vec!["rename.postern-plan".to_owned()],
        findings: vec![],
        refused: None,
        version: "v1".to_owned(),
    }
}

fn page(settings: Settings, happened: impl FnOnce(Draft) + 'static) -> String {
    sycamore::render_to_string(move || {
        Here::provide(sample_opening());
        let draft = Draft::of(Load::ready(settings), Load::ready(vec![offer()]));
        happened(draft);
        view! { SettingsWith(draft=draft) }
    })
}

fn holds(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

// CFG-3
#[test]
fn each_setting_says_where_it_comes_from_and_a_managed_one_cannot_be_changed() {
    let page = page(settings(), |_| {});
    holds(&page, &["<h1", "Settings", "Theme", "Language", "Tabs", "Clipboard", "45 s", "On this computer"]);
    holds(
        &page,
        &[
            "Managed by your organization. It cannot be changed here.",
            "<summary",
            "/etc/postern/policy.d/10-harbor.toml, line 4",
        ],
    );
    holds(&page, &["Recommended by your organization.", "icon-lock", "Default.", "Import a configuration…"]);
    assert_eq!(page.matches("disabled").count(), 3, "the three themes, and nothing else: {page}");
    assert!(!page.contains("Undo the last import") && !page.contains("Findings"), "{page}");
}

// CFG-2
#[test]
fn what_is_wrong_with_a_file_is_listed_with_place_and_way_on() {
    let page = page(Settings { findings: vec![finding()], ..settings() }, |_| {});
    holds(&page, &["aria-label=\"Findings\"", "defaults.theme", "config.toml, line 4, column 9"]);
    holds(&page, &["Found: blue. Expected: system, light or dark. Write one of them."]);
}

#[test]
fn a_kept_policy_a_restart_and_an_import_that_can_be_undone_are_said() {
    let kept = Settings { policy_kept_since: Some(samples::now()), undo: Some(samples::now()), ..settings() };
    holds(&page(kept, |_| {}), &["A policy cannot be read", "still counts", "Undo the last import"]);
    let restart = Settings { after_restart: true, ..settings() };
    holds(&page(restart, |_| {}), &["Another backend is used from the next start"]);
}

#[test]
fn waiting_files_are_listed_and_nothing_is_done_with_them() {
    let page = page(settings(), |_| {});
    holds(&page, &["aria-label=\"Waiting files\"", "aria-label=\"Open harbor.postern-bundle\""]);
    holds(&page, &["aria-label=\"Put away harbor.postern-bundle\"", "Nothing was done with it yet."]);
}

// CFG-5
#[test]
fn an_import_shows_its_difference_before_anything_is_written() {
    let shown = page(settings(), |draft| draft.preview.set(Some(preview())));
    holds(
        &shown,
        &["aria-label=\"Differences\"", "defaults.theme", "Dark", "Light", "Managed by your organization"],
    );
    holds(&shown, &["Signed by Harbor IT. Its number is 12.", "harbor-ca.pem", "rename.postern-plan"]);
    holds(&shown, &["Do not import", "button primary", "Nothing is written before you press Import."]);
    for (signed, words) in [
        (Signed::Unnamed, "Signed, but not by a signer that a policy names. Its number is 12."),
        (Signed::Wrong, "Its signature does not fit what is in it."),
        (Signed::Not, "Not signed. Its number is 12."),
    ] {
        let shown =
            page(settings(), move |draft| draft.preview.set(Some(ImportPreview { signed, ..preview() })));
        holds(&shown, &[words]);
    }
    let refused = Some(ImportRefusal::Replayed { serial: 3, before: 12 });
    let shown =
        page(settings(), move |draft| draft.preview.set(Some(ImportPreview { refused, ..preview() })));
    holds(&shown, &["This file cannot be imported", "Its number is 3, and a newer one, 12", "Do not import"]);
    assert!(!shown.contains("button primary"), "{shown}");
}

#[test]
fn a_refused_change_says_why() {
    let page = page(settings(), |draft| draft.change.refuse(Problem::new(ProblemCode::SettingManaged)));
    holds(&page, &["role=\"alert\"", "A policy fixes this setting"]);
}

#[test]
fn d20_the_last_tab_says_at_its_box_why_it_stays() {
    let page = page(settings(), |draft| draft.keep_last_tab(0));
    holds(&page, &["At least one tab has to stay.", "id=\"tabs-error\"", "role=\"alert\""]);
    holds(&page, &["aria-invalid=\"true\" aria-describedby=\"tabs-error\""]);
    let chosen = self::page(settings(), |draft| {
        draft.keep_last_tab(0);
        draft.choose(SettingKey::Theme, Some("dark".to_owned()));
    });
    assert!(!chosen.contains("tabs-error"), "it goes with the next choice: {chosen}");
}

#[test]
fn d15_what_was_done_stands_below_the_page_and_moves_nothing() {
    let page = page(settings(), |draft| draft.change.refuse(Problem::new(ProblemCode::SettingManaged)));
    let (end, banner) = (page.find("</main>").unwrap(), page.find("role=\"alert\"").unwrap());
    assert!(end < banner, "{page}");
}
