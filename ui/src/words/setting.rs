//! The desktop's settings in words: what each is, what may be chosen, and where a value comes from.

use super::Said;
use postern_contract::configuration::{Setting, SettingKey, Source};
use postern_contract::shell::Tab;

/// A tab in a window of its own was configured away.
pub fn tab_hidden() -> super::Said {
    super::Said::new(
        "The configuration of this computer no longer shows it.",
        "What you typed here and did not save waits in this window. Close it, or ask your administrator to show the \
         tab again.",
    )
}

/// What a setting is called.
pub const fn setting(key: SettingKey) -> &'static str {
    match key {
        SettingKey::Backend => "Backend",
        SettingKey::Language => "Language",
        SettingKey::Theme => "Theme",
        SettingKey::Tabs => "Tabs",
        SettingKey::ClipboardSeconds => "Clipboard",
    }
}

/// What it is for.
pub const fn setting_about(key: SettingKey) -> &'static str {
    match key {
        SettingKey::Backend => "Where your account is stored. Takes effect at the next start.",
        SettingKey::Language => "The language of mail and text messages. The windows are in English.",
        SettingKey::Theme => "How the windows look.",
        SettingKey::Tabs => "Which tabs the window Manage account shows.",
        SettingKey::ClipboardSeconds => "How long a copied secret stays on the clipboard.",
    }
}

/// One of the values that may be chosen.
pub fn choice(key: SettingKey, value: &str) -> String {
    let fixed = match (key, value) {
        (SettingKey::Backend, "") => "On this computer",
        (SettingKey::Language, "") => "As this desktop",
        (SettingKey::Language, "en") => "English",
        (SettingKey::Language, "ko") => "한국어",
        (SettingKey::Language, "ja") => "日本語",
        (SettingKey::Theme, "system") => "System",
        (SettingKey::Theme, "light") => "Light",
        (SettingKey::Theme, "dark") => "Dark",
        (SettingKey::Tabs, word) => {
            let known = Tab::ALL.into_iter().find(|tab| tab.as_str() == word);
            return known.map_or_else(|| word.to_owned(), |tab| super::tab(tab).to_owned());
        }
        (SettingKey::ClipboardSeconds, seconds) => return format!("{seconds} s"),
        (_, value) => value,
    };
    fixed.to_owned()
}

/// A value of an imported file, as it is chosen in Settings; what stands for none of another key.
pub fn setting_value(key: &str, value: Option<String>) -> String {
    match (SettingKey::ALL.into_iter().find(|known| known.as_str() == key), value) {
        (Some(SettingKey::Tabs), Some(words)) => {
            let tabs: Vec<_> = words.split(',').map(|word| choice(SettingKey::Tabs, word.trim())).collect();
            tabs.join(", ")
        }
        (Some(key), value) => choice(key, value.as_deref().unwrap_or_default()),
        (None, value) => value.unwrap_or_else(|| "—".to_owned()),
    }
}

/// Where a value comes from, and whether it can be changed.
pub fn source(setting: &Setting) -> String {
    let from = match setting.source {
        Source::MachinePolicy | Source::UserPolicy => "Set by a policy.",
        Source::SystemFile => "Set for this computer.",
        Source::UserFile => "Set by you.",
        Source::Default => "Default.",
    };
    match (setting.managed, setting.recommended) {
        (true, _) => "Managed by your organization. It cannot be changed here.".to_owned(),
        (false, true) => format!("Recommended by your organization. {from}"),
        (false, false) => from.to_owned(),
    }
}

/// The last tab cannot be hidden.
pub const fn last_tab() -> &'static str {
    "At least one tab has to stay. Tick another one first."
}

/// A policy that cannot be read: the last good one counts.
pub fn policy_kept(since: &str) -> Said {
    Said::new(
        "A policy cannot be read",
        format!(
            "The last good one, of {since}, still counts. Your administrator can fix it; what is wrong is listed below."
        ),
    )
}

/// Another backend is chosen than the one in use.
pub fn after_restart(in_use: &str) -> Said {
    Said::new(
        "Another backend is used from the next start",
        format!(
            "Until then everything goes to {}. Close Postern and open it again to change over.",
            super::backend(in_use)
        ),
    )
}
