//! What policies set: every entry of every policy file, with its source, its level and whether it takes effect.

use super::candidate::{fields, policy_texts, text};
use super::effective::Effective;
use super::file::BackendEntry;
use super::layer::{Layer, Rank};
use postern_contract::configuration::{SettingKey, Source};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// How much an entry binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It is fixed: nothing in the user's file counts against it.
    Managed,
    /// It counts until a person chooses something else.
    Recommended,
    /// It is asked of files that come from elsewhere.
    Required,
}

/// One entry of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PolicyEntry {
    /// Such as `defaults.theme`, `backends.NAME`, `backends.NAME.ca`, `policy.signers`.
    pub key: String,
    /// The value as text; a backend's is its URL.
    pub value: String,
    /// Whose policy it is.
    pub source: Source,
    /// How much it binds.
    pub level: Level,
    /// File and line.
    pub place: String,
    /// Whether it takes effect.
    pub takes_effect: bool,
    /// Why it does not.
    pub reason: Option<String>,
}

/// A file in a policy folder that does not count as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IgnoredFile {
    /// The file, or the folder where none of it counts.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
}

impl Effective {
    /// Every entry of every policy, the strongest first.
    pub fn policy_entries(&self) -> Vec<PolicyEntry> {
        let policies = self.layers().iter().enumerate().filter(|(_, layer)| is_policy(layer));
        policies.flat_map(|(at, layer)| self.entries_of(at, layer)).collect()
    }

    fn entries_of(&self, at: usize, layer: &Layer) -> Vec<PolicyEntry> {
        let level = if layer.rank.is_recommended() { Level::Recommended } else { Level::Managed };
        let entry = |key: &str, value: String, level, reason: Option<String>| PolicyEntry {
            key: key.to_owned(),
            value,
            source: layer.rank.source(),
            level,
            place: layer.place(key),
            takes_effect: reason.is_none(),
            reason,
        };
        let mut all = Vec::new();
        for backend in &layer.backends {
            let key = format!("backends.{}", backend.name);
            let reason =
                self.stronger(at, &key, |layer| layer.backends.iter().any(|one| one.name == backend.name));
            all.push(entry(&key, backend.url.clone(), level, reason.clone()));
            let others = fields(backend).into_iter().filter(|(field, _)| *field != "url");
            all.extend(
                others.map(|(field, value)| entry(&format!("{key}.{field}"), value, level, reason.clone())),
            );
        }
        for BackendEntry { name, url, .. } in &layer.left_out {
            let reason = "a stronger file describes the same backend under another name".to_owned();
            all.push(entry(&format!("backends.{name}"), url.clone(), level, Some(reason)));
        }
        for setting in SettingKey::ALL {
            if let Some(value) = text(&layer.defaults, setting) {
                let key = setting.as_str();
                let reason = self.stronger(at, key, |layer| text(&layer.defaults, setting).is_some());
                all.push(entry(key, value, level, reason));
            }
        }
        for (key, value) in policy_texts(&layer.policy) {
            let reason = self.policy_reason(at, key, &value);
            all.push(entry(key, value, Level::Required, reason));
        }
        all
    }

    /// Why an entry of the layer does not count, where a stronger one says something of the same.
    fn stronger(&self, at: usize, key: &str, says: impl Fn(&Layer) -> bool) -> Option<String> {
        let first = self.layers().iter().take(at).find(|layer| says(layer))?;
        Some(format!("{} sets it", first.place(key)))
    }

    fn policy_reason(&self, at: usize, key: &str, value: &str) -> Option<String> {
        let policy = self.policy();
        if policy.unknown {
            return Some("another policy cannot be used, so everything is asked for".to_owned());
        }
        let first = |says: &dyn Fn(&Layer) -> bool| self.stronger(at, key, says);
        let nobody = || Some("a stronger policy asks for signatures and names nobody".to_owned());
        match key {
            "policy.require_signature" if value == "false" && policy.requires_signature => {
                Some("another file asks for signatures".to_owned())
            }
            "policy.signers" => first(&|layer| !layer.policy.signers.is_empty())
                .or_else(|| if policy.signers.is_empty() { nobody() } else { None }),
            "policy.countersigners" => first(&|layer| !layer.policy.countersigners.is_empty())
                .or_else(|| if policy.countersigners.is_empty() { nobody() } else { None }),
            _ => None,
        }
    }
}

fn is_policy(layer: &Layer) -> bool {
    !matches!(layer.rank, Rank::SystemFile | Rank::UserFile)
}
