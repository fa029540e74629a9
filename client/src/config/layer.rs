//! One file's part in what counts: its values, how strong they are, and where each stands.

use super::file::{BackendEntry, Defaults, File, PolicySection};
use super::policy_file::PolicyFile;
use postern_backend::config::reading::Sheet;
use postern_contract::configuration::{SettingKey, Source};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How strong a value is, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Fixed by a policy of the machine.
    MachinePolicy,
    /// Fixed by a policy of the user.
    UserPolicy,
    /// In the machine's file.
    SystemFile,
    /// In the user's file.
    UserFile,
    /// Recommended by a policy of the machine.
    MachineRecommendation,
    /// Recommended by a policy of the user.
    UserRecommendation,
}

impl Rank {
    /// As it is shown.
    pub const fn source(self) -> Source {
        match self {
            Self::MachinePolicy | Self::MachineRecommendation => Source::MachinePolicy,
            Self::UserPolicy | Self::UserRecommendation => Source::UserPolicy,
            Self::SystemFile => Source::SystemFile,
            Self::UserFile => Source::UserFile,
        }
    }

    /// Whether nothing in the user's file counts against it.
    pub fn is_fixed(self) -> bool {
        self < Self::UserFile
    }

    /// Whether it counts only until somebody chooses something else.
    pub fn is_recommended(self) -> bool {
        self > Self::UserFile
    }
}

/// What one file says at one strength.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// How strong.
    pub rank: Rank,
    /// The file.
    pub file: PathBuf,
    /// Its backends.
    pub backends: Vec<BackendEntry>,
    /// Its choices.
    pub defaults: Defaults,
    /// What it asks of files from elsewhere.
    pub policy: PolicySection,
    /// Backends that do not count, because a stronger file describes them under another name.
    pub left_out: Vec<BackendEntry>,
    lines: BTreeMap<String, usize>,
}

impl Layer {
    /// A configuration file.
    pub(super) fn of_file(rank: Rank, path: &Path, file: File, sheet: &Sheet) -> Self {
        let File { backends, defaults, policy } = file;
        let mut layer = Self {
            rank,
            file: path.to_owned(),
            backends,
            defaults,
            policy,
            left_out: Vec::new(),
            lines: BTreeMap::new(),
        };
        layer.mark("", sheet);
        layer.mark_policy(sheet);
        layer
    }

    /// A policy file: what it fixes, with what it asks, and what it recommends.
    pub(super) fn of_policy(is_machine: bool, path: &Path, file: PolicyFile, sheet: &Sheet) -> [Self; 2] {
        let PolicyFile { managed, recommended, policy } = file;
        let (fixed, weak) = if is_machine {
            (Rank::MachinePolicy, Rank::MachineRecommendation)
        } else {
            (Rank::UserPolicy, Rank::UserRecommendation)
        };
        let mut strict = Self {
            rank: fixed,
            file: path.to_owned(),
            backends: managed.backends,
            defaults: managed.defaults,
            policy,
            left_out: Vec::new(),
            lines: BTreeMap::new(),
        };
        strict.mark("/managed", sheet);
        strict.mark_policy(sheet);
        let mut recommends = Self {
            rank: weak,
            file: path.to_owned(),
            backends: recommended.backends,
            defaults: recommended.defaults,
            policy: PolicySection::default(),
            left_out: Vec::new(),
            lines: BTreeMap::new(),
        };
        recommends.mark("/recommended", sheet);
        [strict, recommends]
    }

    fn mark(&mut self, section: &str, sheet: &Sheet) {
        for key in SettingKey::ALL {
            let pointer = format!("{section}/{}", key.as_str().replace('.', "/"));
            self.note(key.as_str().to_owned(), &pointer, sheet);
        }
        for at in 0..self.backends.len() {
            let key = format!("backends.{}", self.backends[at].name);
            self.note(key.clone(), &format!("{section}/backends/{at}"), sheet);
            for field in ["url", "ca", "pins", "proxy", "connect_seconds", "total_seconds", "color"] {
                let pointer = format!("{section}/backends/{at}/{field}");
                self.note(format!("{key}.{field}"), &pointer, sheet);
            }
        }
    }

    fn mark_policy(&mut self, sheet: &Sheet) {
        for key in ["require_signature", "signers", "countersign", "countersigners"] {
            self.note(format!("policy.{key}"), &format!("/policy/{key}"), sheet);
        }
    }

    fn note(&mut self, key: String, pointer: &str, sheet: &Sheet) {
        if let Some(line) = sheet.line(pointer) {
            self.lines.insert(key, line);
        }
    }

    /// The line of a key, as `defaults.theme` or `backends.NAME.url`.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }

    /// File and line of a key, as a person would name the place.
    pub fn place(&self, key: &str) -> String {
        let file = self.file.display();
        self.line(key).map_or_else(|| file.to_string(), |line| format!("{file}:{line}"))
    }
}
