//! Why a value counts: each file that has something to say about a key, the strongest first, with the place. `postern config
//! explain KEY` prints it.

use super::effective::Effective;
use super::file::{BackendEntry, Defaults, PolicySection};
use super::forms;
use super::layer::Layer;
use postern_contract::configuration::{SettingKey, Source};
use schemars::JsonSchema;
use serde::Serialize;

/// What one file says about a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Candidate {
    /// The value as text.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
    /// Whether it counts only until somebody chooses something else.
    pub recommended: bool,
    /// Whether it cannot be changed in the user's file.
    pub managed: bool,
    /// File and line; none for the product's own.
    pub place: Option<String>,
}

/// The keys of `[policy]`.
const POLICY: [&str; 4] =
    ["policy.require_signature", "policy.signers", "policy.countersign", "policy.countersigners"];

impl Effective {
    /// What is said about a key (`defaults.theme`, `backends.NAME`, `backends.NAME.url`, `policy.signers`): the first counts,
    /// the others lost. For `policy.countersign` all count together, and so does any `policy.require_signature` that is true.
    /// None where there is no such key.
    pub fn candidates(&self, key: &str) -> Option<Vec<Candidate>> {
        if let Some(setting) = SettingKey::ALL.into_iter().find(|setting| setting.as_str() == key) {
            let mut all = self.said(key, |layer| text(&layer.defaults, setting));
            all.push(own(usual(setting)));
            return Some(all);
        }
        if POLICY.contains(&key) {
            let mut all = self.said(key, |layer| of_policy(&layer.policy, key));
            all.push(own(if key == "policy.require_signature" { "false" } else { "" }));
            return Some(all);
        }
        let name = key.strip_prefix("backends.")?;
        let whole = self.said(key, |layer| entry(layer, name).map(|entry| forms::shown_url(&entry.url)));
        if !whole.is_empty() {
            return Some(whole);
        }
        let (name, field) = name.rsplit_once('.')?;
        let said = self.said(key, |layer| fields(entry(layer, name)?).remove(field));
        (!said.is_empty()).then_some(said)
    }

    /// Every key that something is said about, or that has a default, in the order it is shown.
    pub fn keys(&self) -> Vec<String> {
        let settings = SettingKey::ALL.iter().map(|key| key.as_str().to_owned());
        let backends = self.backends().iter().map(|backend| format!("backends.{}", backend.name));
        backends.chain(settings).chain(POLICY.map(str::to_owned)).collect()
    }

    fn said(&self, key: &str, value: impl Fn(&Layer) -> Option<String>) -> Vec<Candidate> {
        let said = self.layers().iter().filter_map(|layer| {
            Some(Candidate {
                value: value(layer)?,
                source: layer.rank.source(),
                recommended: layer.rank.is_recommended(),
                managed: layer.rank.is_fixed(),
                place: Some(layer.place(key)),
            })
        });
        said.collect()
    }
}

fn own(value: &str) -> Candidate {
    let value = value.to_owned();
    Candidate { value, source: Source::Default, recommended: false, managed: false, place: None }
}

fn entry<'a>(layer: &'a Layer, name: &str) -> Option<&'a BackendEntry> {
    layer.backends.iter().find(|backend| backend.name == name)
}

/// What counts where no file says anything.
pub(super) fn usual(key: SettingKey) -> &'static str {
    match key {
        SettingKey::Backend | SettingKey::Language => "",
        SettingKey::Theme => "system",
        SettingKey::Tabs => {
            "user-information,change-password,security-settings,manage-authentication-key,cancel-subscription"
        }
        SettingKey::ClipboardSeconds => "30",
    }
}

/// A choice as text.
pub(super) fn text(defaults: &Defaults, key: SettingKey) -> Option<String> {
    match key {
        SettingKey::Backend => defaults.backend.clone(),
        SettingKey::Language => defaults.language.map(word),
        SettingKey::Theme => defaults.theme.map(word),
        SettingKey::Tabs => defaults.tabs.as_deref().map(words),
        SettingKey::ClipboardSeconds => defaults.clipboard_seconds.map(|seconds| seconds.to_string()),
    }
}

/// What a file asks of files from elsewhere, by key.
pub(super) fn policy_texts(policy: &PolicySection) -> Vec<(&'static str, String)> {
    POLICY.into_iter().filter_map(|key| Some((key, of_policy(policy, key)?))).collect()
}

fn of_policy(policy: &PolicySection, key: &str) -> Option<String> {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let joined = |names: Vec<&str>| names.join(",");
    match key {
        "policy.require_signature" => policy.require_signature.map(|yes| yes.to_string()),
        "policy.signers" => some(joined(policy.signers.iter().map(|one| &*one.name).collect())),
        "policy.countersign" => some(words(&policy.countersign)),
        _ => some(joined(policy.countersigners.iter().map(|one| &*one.name).collect())),
    }
}

/// A backend's keys but its name, each with its value as text; those that are not set are absent.
pub fn fields(entry: &BackendEntry) -> std::collections::BTreeMap<&'static str, String> {
    let paths: Vec<_> = entry.ca.iter().map(|path| path.display().to_string()).collect();
    let seconds = |seconds: Option<u16>| seconds.map(|seconds| seconds.to_string());
    let all = [
        ("url", Some(forms::shown_url(&entry.url))),
        ("ca", Some(paths.join(",")).filter(|text| !text.is_empty())),
        ("pins", Some(entry.pins.join(",")).filter(|text| !text.is_empty())),
        ("proxy", entry.proxy.as_deref().map(forms::shown_url)),
        ("connect_seconds", seconds(entry.connect_seconds)),
        ("total_seconds", seconds(entry.total_seconds)),
        ("color", entry.color.map(word)),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// Every value of a configuration file as text, by its key (`backends.NAME.url`, `defaults.theme`, `policy.signers.NAME`):
/// what two files differ in.
pub fn flat(file: &super::file::File) -> std::collections::BTreeMap<String, String> {
    let mut all = std::collections::BTreeMap::new();
    for backend in &file.backends {
        for (field, value) in fields(backend) {
            all.insert(format!("backends.{}.{field}", backend.name), value);
        }
    }
    for key in SettingKey::ALL {
        if let Some(value) = text(&file.defaults, key) {
            all.insert(key.as_str().to_owned(), value);
        }
    }
    let policy = &file.policy;
    if let Some(required) = policy.require_signature {
        all.insert("policy.require_signature".to_owned(), required.to_string());
    }
    if !policy.countersign.is_empty() {
        all.insert("policy.countersign".to_owned(), words(&policy.countersign));
    }
    for signer in &policy.signers {
        all.insert(format!("policy.signers.{}", signer.name), signer.key.clone());
    }
    for one in &policy.countersigners {
        all.insert(format!("policy.countersigners.{}", one.name), format!("{}, {}", one.email, one.key));
    }
    all
}

/// A word of a closed set, as it stands in a file.
fn word(word: impl Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn words<T: Serialize + Copy>(all: &[T]) -> String {
    all.iter().map(|one| word(*one)).collect::<Vec<_>>().join(",")
}
