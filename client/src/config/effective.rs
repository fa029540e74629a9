//! What counts: every file's say merged, key by key, the strongest first. A backend counts as a whole, by its name, so that no
//! weaker file adds a certificate, a pin or a proxy to a stronger one's; nor does it under another name ([`fixed`]).

use super::backend::Backend;
use super::candidate::{text, usual};
use super::file::{Language, TabWord};
use super::fixed;
use super::gather::Gathered;
use super::layer::Layer;
use super::policy::Policy;
use super::policy_entries::IgnoredFile;
use super::validate;
use postern_contract::configuration::{Appearance, Finding, Gravity, SettingKey, Theme};
use postern_contract::moment::Moment;
use postern_contract::shell::Tab;
use std::collections::BTreeSet;

/// What counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    layers: Vec<Layer>,
    backends: Vec<Backend>,
    policy: Policy,
    findings: Vec<Finding>,
    kept_since: Option<Moment>,
    ignored: Vec<IgnoredFile>,
    version: String,
}

impl Effective {
    pub(super) fn of(gathered: Gathered) -> Self {
        let Gathered { mut layers, mut findings, kept_since, ignored, unknown_policy, version } = gathered;
        findings.extend(fixed::leave_others(&mut layers));
        let (mut names, mut backends) = (BTreeSet::new(), Vec::new());
        for layer in &layers {
            for entry in &layer.backends {
                if names.insert(entry.name.clone()) {
                    backends.extend(Backend::of(entry, layer));
                }
            }
        }
        let policy = if unknown_policy { Policy::unknown() } else { Policy::of(&layers) };
        let mut all = Self { layers, backends, policy, findings, kept_since, ignored, version };
        all.findings.extend(all.unknown_backend());
        all.findings.extend(all.nobody_signs());
        all
    }

    /// The chosen backend; none for the one inside the application, which is also used where the chosen one is not known
    /// (the findings then say so).
    pub fn backend(&self) -> Option<&Backend> {
        self.backend_named(&self.value(SettingKey::Backend))
    }

    /// A backend by its name.
    pub fn backend_named(&self, name: &str) -> Option<&Backend> {
        self.backends.iter().find(|backend| backend.name == name)
    }

    /// The named backends, those of stronger files first.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }

    /// The language of mail and text messages; none: the desktop's.
    pub fn language(&self) -> Option<Language> {
        self.first(|layer| layer.defaults.language)
    }

    /// How windows look.
    pub fn appearance(&self) -> Appearance {
        let theme = self.first(|layer| layer.defaults.theme).map_or(Theme::System, Theme::from);
        let tabs = self.first(|layer| layer.defaults.tabs.clone());
        let tabs = tabs.map_or_else(|| Tab::ALL.to_vec(), |words| words.into_iter().map(tab).collect());
        Appearance { theme, tabs }
    }

    /// Seconds until a copied secret leaves the clipboard: 5–120, 30 where no file says anything.
    pub fn clipboard_seconds(&self) -> u32 {
        self.first(|layer| layer.defaults.clipboard_seconds).map_or(30, u32::from)
    }

    /// What is asked of files from elsewhere.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What is wrong with the files.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Since when the last good state of a policy counts, where one cannot be used as it is.
    pub fn kept_since(&self) -> Option<Moment> {
        self.kept_since
    }

    /// Files in the policy folders that do not count as they are.
    pub fn ignored(&self) -> &[IgnoredFile] {
        &self.ignored
    }

    /// Names the state of the user's file that this was read from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Each file's part, the strongest first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Whether something stronger than the user's file says what counts for a key, such as `defaults.theme`,
    /// `backends.NAME` or `backends.NAME.url`.
    pub fn is_managed(&self, key: &str) -> bool {
        let fixed = |key: &str| {
            self.candidates(key).is_some_and(|all| all.first().is_some_and(|first| first.managed))
        };
        // a backend counts as a whole
        let whole = key.strip_prefix("backends.").and_then(|name| name.rsplit_once('.'));
        fixed(key) || whole.is_some_and(|(name, _)| fixed(&format!("backends.{name}")))
    }

    /// What counts for a setting, as text.
    pub fn value(&self, key: SettingKey) -> String {
        self.first(|layer| text(&layer.defaults, key)).unwrap_or_else(|| usual(key).to_owned())
    }

    fn first<T>(&self, say: impl Fn(&Layer) -> Option<T>) -> Option<T> {
        self.layers.iter().find_map(say)
    }

    /// A chosen backend that no file names.
    fn unknown_backend(&self) -> Option<Finding> {
        let key = SettingKey::Backend;
        let layer = self.layers.iter().find(|layer| layer.defaults.backend.is_some())?;
        let name = text(&layer.defaults, key).filter(|name| !name.is_empty())?;
        if self.backend_named(&name).is_some() {
            return None;
        }
        let known = self.backends.iter().map(|backend| &*backend.name).collect();
        Some(Finding {
            gravity: Gravity::Error,
            file: layer.file.display().to_string(),
            line: u32::try_from(layer.line(key.as_str()).unwrap_or(0)).unwrap_or(0),
            column: 1,
            key: key.as_str().to_owned(),
            found: format!(
                "\"{name}\", which no file describes, so the backend inside the application is used"
            ),
            expected: validate::expected_backend(&known),
            fix: validate::DESCRIBE_BACKEND.to_owned(),
        })
    }

    /// Signatures are asked for and nobody's count.
    fn nobody_signs(&self) -> Option<Finding> {
        let policy = &self.policy;
        let (key, people) = if policy.requires_signature && policy.signers.is_empty() {
            ("policy.require_signature", "signers")
        } else if !policy.countersigned.is_empty() && policy.countersigners.is_empty() {
            ("policy.countersign", "countersigners")
        } else {
            return None;
        };
        let layer = self.layers.iter().find(|layer| layer.line(key).is_some())?;
        Some(Finding {
            gravity: Gravity::Warning,
            file: layer.file.display().to_string(),
            line: u32::try_from(layer.line(key).unwrap_or(0)).unwrap_or(0),
            column: 1,
            key: key.to_owned(),
            found: "signatures are asked for, and nobody's count".to_owned(),
            expected: format!("`policy.{people}` in this file or a stronger one"),
            fix: "name who may sign; until then everything that needs a signature is refused".to_owned(),
        })
    }
}

fn tab(word: TabWord) -> Tab {
    match word {
        TabWord::UserInformation => Tab::UserInformation,
        TabWord::ChangePassword => Tab::ChangePassword,
        TabWord::SecuritySettings => Tab::SecuritySettings,
        TabWord::ManageAuthenticationKey => Tab::ManageAuthenticationKey,
        TabWord::CancelSubscription => Tab::CancelSubscription,
    }
}
