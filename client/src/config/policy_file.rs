//! A policy file, `policy.d/*.toml`: what a device-management system fixes or recommends. The registry of Windows and the
//! managed preferences of macOS are read into the same shape.

use super::file::{BackendEntry, Defaults, PolicySection};
use super::forms;
use postern_backend::config::finding::Notes;
use postern_backend::config::reading::{Configured, Format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A policy of the Postern desktop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Policy of Postern")]
#[allow(missing_docs, reason = "each section says itself what it is for")]
pub struct PolicyFile {
    pub managed: Managed,
    pub recommended: Recommended,
    pub policy: PolicySection,
}

/// What is fixed: shown with its source, and not to be changed by a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Managed {
    /// Backends that nobody can redefine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub backends: Vec<BackendEntry>,
    /// Choices that nobody can change.
    pub defaults: Defaults,
}

/// What counts until a person chooses something else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Recommended {
    /// Backends that a file can redefine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub backends: Vec<BackendEntry>,
    /// Choices that a person can change.
    pub defaults: Defaults,
}

impl Configured for PolicyFile {
    const FORMATS: &'static [Format] = forms::ALL;
    const IS_CHECKED_IN_PART: bool = true;

    fn broken_rule(form: &str, text: &str) -> Option<String> {
        forms::broken_rule(form, text)
    }

    fn rules(&self, notes: &mut Notes) {
        forms::backends("managed.backends", &self.managed.backends, notes);
        forms::backends("recommended.backends", &self.recommended.backends, notes);
        forms::policy(&self.policy, notes);
    }
}
