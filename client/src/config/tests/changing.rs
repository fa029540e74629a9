//! CFG-3 and CFG-4: one setting changed in the user's file.

use super::{computer, machine, open, write};
use crate::durable;
use postern_contract::ProblemCode;
use postern_contract::configuration::{SettingChange, SettingKey, Source};
use std::time::Duration;

fn change(key: SettingKey, value: Option<&str>, version: &str) -> SettingChange {
    SettingChange { key, value: value.map(str::to_owned), version: version.to_owned() }
}

const BEFORE: &str = "# mine\n[defaults]\ntheme = \"dark\" # at night\n\n[[backends]]\nname = \"Harbor\"\nurl = \"https://harbor.example\"\n";

#[test]
fn a_change_leaves_everything_else_as_it_stands() {
    let (_folder, places) = computer();
    write(&places.user_file, BEFORE);
    let configured = open(&places);
    let version = configured.show().version;
    let shown = configured.change(&change(SettingKey::Theme, Some("light"), &version)).unwrap();
    let text = std::fs::read_to_string(&places.user_file).unwrap();
    assert_eq!(text, BEFORE.replace("\"dark\"", "\"light\""));
    assert_eq!(std::fs::read_to_string(durable::previous(&places.user_file)).unwrap(), BEFORE);
    assert!(!shown.after_restart);
    let shown = configured.change(&change(SettingKey::Backend, Some("Harbor"), &shown.version)).unwrap();
    assert!(shown.after_restart, "another backend is used from the next start");
    let shown = configured.change(&change(SettingKey::Theme, None, &shown.version)).unwrap();
    let theme = shown.settings.iter().find(|setting| setting.key == SettingKey::Theme).unwrap();
    assert_eq!((theme.value.as_str(), theme.source), ("system", Source::Default));
    configured
        .change(&change(SettingKey::Tabs, Some("change-password, user-information"), &shown.version))
        .unwrap();
    assert_eq!(configured.now().value(SettingKey::Tabs), "change-password,user-information");
}

#[test]
fn a_new_section_stands_after_every_remark() {
    let (_folder, places) = computer();
    write(&places.user_file, "# mine\n");
    let configured = open(&places);
    let version = configured.show().version;
    configured.change(&change(SettingKey::Theme, Some("light"), &version)).unwrap();
    let text = std::fs::read_to_string(&places.user_file).unwrap();
    assert_eq!(text, "# mine\n\n[defaults]\ntheme = \"light\"\n");
    assert!(open(&places).now().findings().is_empty());
}

#[test]
fn cfg_3_a_managed_setting_is_refused_in_the_command() {
    let (_folder, places) = computer();
    for (path, text) in [
        (machine(&places).policy.join("10.toml"), "[managed.defaults]\ntheme = \"dark\"\n"),
        (places.user_policy.join("10.toml"), "[managed.defaults]\ntheme = \"dark\"\n"),
        (machine(&places).file.clone(), "[defaults]\ntheme = \"dark\"\n"),
    ] {
        // opened before the policy came: the command looks again
        let configured = open(&places);
        write(&path, text);
        for value in [Some("light"), Some("dark"), None] {
            let refused = configured.change(&change(SettingKey::Theme, value, "none")).unwrap_err();
            assert_eq!(refused.code, ProblemCode::SettingManaged, "{}", path.display());
        }
        assert!(!places.user_file.exists());
        std::fs::remove_file(path).unwrap();
    }
    write(&machine(&places).policy.join("10.toml"), "[recommended.defaults]\ntheme = \"dark\"\n");
    open(&places).change(&change(SettingKey::Theme, Some("light"), "none")).unwrap();
}

#[test]
fn cfg_4_a_file_that_changed_meanwhile_is_not_overwritten() {
    let (_folder, places) = computer();
    let configured = open(&places);
    let version = configured.show().version;
    write(&places.user_file, BEFORE);
    let refused = configured.change(&change(SettingKey::Theme, Some("light"), &version)).unwrap_err();
    assert_eq!(refused.code, ProblemCode::FileChanged);
    assert_eq!(std::fs::read_to_string(&places.user_file).unwrap(), BEFORE);
    assert_ne!(configured.show().version, version, "what is there now is shown");
}

#[test]
fn cfg_2_a_wrong_value_is_refused_with_its_finding() {
    let (_folder, places) = computer();
    write(&places.user_file, BEFORE);
    let configured = open(&places);
    let version = configured.show().version;
    for (key, value, expected) in [
        (SettingKey::Theme, "purple", "one of \"system\", \"light\", \"dark\""),
        (SettingKey::ClipboardSeconds, "soon", "a whole number from 5 to 120"),
        (SettingKey::ClipboardSeconds, "121", "a whole number from 5 to 120"),
        (SettingKey::Tabs, "", "a list of at least 1"),
        (SettingKey::Backend, "Nowhere", "one of \"Harbor\""),
    ] {
        let refused = configured.change(&change(key, Some(value), &version)).unwrap_err();
        assert_eq!(refused.code, ProblemCode::FileRefused);
        let finding = &refused.findings[0];
        assert_eq!((finding.key.as_str(), finding.expected.as_str()), (key.as_str(), expected));
        assert!(finding.line > 0);
    }
    // a file that is broken already is for its owner to mend
    write(&places.user_file, "[defaults\n");
    let version = {
        configured.reload();
        configured.show().version
    };
    let refused = configured.change(&change(SettingKey::Theme, Some("light"), &version)).unwrap_err();
    assert_eq!(refused.code, ProblemCode::FileRefused);
    assert_eq!(std::fs::read_to_string(&places.user_file).unwrap(), "[defaults\n");
}

#[test]
fn u3_seconds_are_read_however_their_digits_are_typed() {
    let (_folder, places) = computer();
    let configured = open(&places);
    for (typed, seconds) in [("３０", "30"), ("\u{200b}45\u{a0}", "45")] {
        let version = configured.show().version;
        configured.change(&change(SettingKey::ClipboardSeconds, Some(typed), &version)).unwrap();
        assert_eq!(configured.now().candidates("defaults.clipboard_seconds").unwrap()[0].value, seconds);
    }
}

#[tokio::test]
async fn a_file_that_changes_is_read_again() {
    let (_folder, places) = computer();
    let configured = open(&places);
    let _following = configured.follow().unwrap();
    let mut changes = configured.changes();
    for (theme, language) in [("dark", "ko"), ("light", "ja")] {
        write(&places.user_file, &format!("[defaults]\ntheme = \"{theme}\"\n"));
        write(
            &machine(&places).policy.join("10.toml"),
            &format!("[managed.defaults]\nlanguage = \"{language}\"\n"),
        );
        let arrived = changes.wait_for(|now| {
            now.value(SettingKey::Theme) == theme && now.value(SettingKey::Language) == language
        });
        tokio::time::timeout(Duration::from_secs(10), arrived).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn certificates_that_go_and_come_are_noticed_wherever_they_lie() {
    let (folder, places) = computer();
    let certificates = folder.path().join("elsewhere/certificates");
    let file = certificates.join("harbor.pem");
    let put = || {
        std::fs::create_dir_all(&certificates).unwrap();
        write(&file, include_str!("ca.pem"));
    };
    put();
    write(
        &machine(&places).policy.join("10.toml"),
        &format!(
            "[[managed.backends]]\nname = \"Harbor\"\nurl = \"https://harbor.example\"\nca = [\"{}\"]\n",
            file.display()
        ),
    );
    let configured = open(&places);
    let _following = configured.follow().unwrap();
    let mut changes = configured.changes();
    for is_there in [false, true, false] {
        if is_there {
            put();
        } else {
            std::fs::remove_dir_all(folder.path().join("elsewhere")).unwrap();
        }
        // the policy goes on as it was; what is wrong is said and unsaid
        let arrived =
            changes.wait_for(|now| now.findings().is_empty() == is_there && now.backends().len() == 1);
        tokio::time::timeout(Duration::from_secs(10), arrived).await.unwrap().unwrap();
    }
}
