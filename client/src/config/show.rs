//! What a window shows of the configuration.

use super::candidate::{Candidate, usual};
use super::configured::Configured;
use super::effective::Effective;
use postern_contract::configuration::{Setting, SettingKey, Settings, Source};
use postern_contract::shell::Tab;

impl Configured {
    /// What counts now, and where each value comes from.
    pub fn show(&self) -> Settings {
        let now = self.now();
        Settings {
            version: now.version().to_owned(),
            settings: SettingKey::ALL.into_iter().map(|key| setting(&now, key)).collect(),
            backends: now.backends().iter().map(super::Backend::face).collect(),
            findings: now.findings().to_vec(),
            policy_kept_since: now.kept_since(),
            undo: crate::importing::undoable(self.places()),
            after_restart: now.backend().map_or("", |backend| &*backend.name) != self.in_use(),
        }
    }
}

impl Effective {
    /// Every setting with its source.
    pub fn settings(&self) -> Vec<Setting> {
        SettingKey::ALL.into_iter().map(|key| setting(self, key)).collect()
    }
}

fn setting(now: &Effective, key: SettingKey) -> Setting {
    let first = now.candidates(key.as_str()).and_then(|all| all.into_iter().next());
    let Candidate { value, source, recommended, managed, place } = first.unwrap_or(Candidate {
        value: usual(key).to_owned(),
        source: Source::Default,
        recommended: false,
        managed: false,
        place: None,
    });
    Setting { key, value, source, place, managed, recommended, choices: choices(now, key) }
}

fn choices(now: &Effective, key: SettingKey) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match key {
        SettingKey::Backend => {
            let named = now.backends().iter().map(|backend| backend.name.clone());
            std::iter::once(String::new()).chain(named).collect()
        }
        SettingKey::Language => words(&["en", "ko", "ja"]),
        SettingKey::Theme => words(&["system", "light", "dark"]),
        SettingKey::Tabs => Tab::ALL.iter().map(|tab| tab.as_str().to_owned()).collect(),
        SettingKey::ClipboardSeconds => Vec::new(),
    }
}
