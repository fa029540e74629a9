//! The configuration file, `config.toml`: small enough to be read aloud. The reference page and the schema are made from the
//! words here. There is no key for a password, a token or a private key, and no other key is accepted.

use super::forms;
use crate::options::backend_url;
use postern_backend::config::finding::Notes;
use postern_backend::config::reading::{Configured, Format};
use postern_contract::configuration::Theme;
use postern_contract::plan::CountersignedAct;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Configuration of the Postern desktop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Configuration of Postern")]
pub struct File {
    /// A backend by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub backends: Vec<BackendEntry>,
    #[serde(skip_serializing_if = "is_empty")]
    #[allow(missing_docs, reason = "the section says itself what it is for")]
    pub defaults: Defaults,
    #[serde(skip_serializing_if = "is_empty")]
    #[allow(missing_docs, reason = "the section says itself what it is for")]
    pub policy: PolicySection,
}

impl File {
    /// The origins of its backends.
    pub fn origins(&self) -> BTreeSet<String> {
        self.backends.iter().filter_map(BackendEntry::origin).collect()
    }
}

fn is_empty<T: Default + PartialEq>(section: &T) -> bool {
    *section == T::default()
}

/// A backend by name. Of two with one name in different files, the stronger file's counts as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackendEntry {
    /// What people call it: 1–40 characters, shown in the bar of every window.
    #[schemars(extend("format" = "name"))]
    pub name: String,
    /// Where it is: `https://HOST` or `https://HOST:PORT`; `http://` for this computer alone.
    #[schemars(extend("format" = "backend-url"))]
    pub url: String,
    /// PEM files with certificates that may vouch for it, beside those the operating system trusts. A relative path begins
    /// at the folder of this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("uniqueItems" = true))]
    pub ca: Vec<PathBuf>,
    /// Public keys, one of which its certificate must have: `sha256/BASE64` of the `SubjectPublicKeyInfo`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("uniqueItems" = true, "items" = {"type": "string", "format": "pin"}))]
    pub pins: Vec<String>,
    /// The proxy on the way: `http://HOST:PORT` or `https://HOST:PORT`, without credentials; none with an
    /// `http://` backend. Proxies of the environment are not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "proxy-url"))]
    pub proxy: Option<String>,
    /// Seconds until a connection stands. Not set: 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", range(min = 1, max = 60))]
    pub connect_seconds: Option<u16>,
    /// Seconds until an answer is complete. Not set: 15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", range(min = 1, max = 120))]
    pub total_seconds: Option<u16>,
    /// The colour of its bar. Not set: one that stays its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Color")]
    pub color: Option<Color>,
}

impl BackendEntry {
    /// Scheme, host and port of its URL.
    pub(super) fn origin(&self) -> Option<String> {
        backend_url(&self.url).ok().map(|url| url.origin().ascii_serialization())
    }
}

/// The colours of the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Color {
    Graphite,
    Teal,
    Moss,
    Clay,
    Plum,
    Indigo,
}

impl Color {
    /// As the style sheet names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Graphite => "graphite",
            Self::Teal => "teal",
            Self::Moss => "moss",
            Self::Clay => "clay",
            Self::Plum => "plum",
            Self::Indigo => "indigo",
        }
    }
}

/// What a person may choose for themselves, unless a policy or the machine's file does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// The backend that is used, by its name. Empty or not set: the one inside the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub backend: Option<String>,
    /// The language of the mail and text messages that a backend sends; the windows are in English. Not set: the desktop's,
    /// as `LC_ALL`, `LC_MESSAGES` or `LANG` names it, else the backend's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Language")]
    pub language: Option<Language>,
    /// Light or dark. Not set: as the desktop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ThemeWord")]
    pub theme: Option<ThemeWord>,
    /// The tabs of Manage account that are shown, in this order. Not set: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<TabWord>", length(min = 1), extend("uniqueItems" = true))]
    pub tabs: Option<Vec<TabWord>>,
    /// Seconds until a copied secret leaves the clipboard. Not set: 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", range(min = 5, max = 120))]
    pub clipboard_seconds: Option<u16>,
}

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Language {
    En,
    Ko,
    Ja,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ThemeWord {
    System,
    Light,
    Dark,
}

impl Language {
    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
            Self::Ja => "ja",
        }
    }
}

impl From<ThemeWord> for Theme {
    fn from(word: ThemeWord) -> Self {
        match word {
            ThemeWord::System => Self::System,
            ThemeWord::Light => Self::Light,
            ThemeWord::Dark => Self::Dark,
        }
    }
}

/// A tab of Manage account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum TabWord {
    UserInformation,
    ChangePassword,
    SecuritySettings,
    ManageAuthenticationKey,
    CancelSubscription,
}

/// What is asked of files that come from elsewhere. A weaker file can only ask for more: it can neither take back what a
/// stronger one asks, nor name whose signatures count where a stronger one asks for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySection {
    /// Whether a configuration is imported only from a bundle that one of the signers has signed. Not set: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub require_signature: Option<bool>,
    /// Whose signatures on bundles count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub signers: Vec<SignerEntry>,
    /// What prepared changes may do only with a second administrator's signature.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub countersign: Vec<ActWord>,
    /// Whose signatures on prepared changes count. An author's own never does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub countersigners: Vec<CountersignerEntry>,
}

/// Somebody whose signature on a bundle counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignerEntry {
    /// What people call them.
    #[schemars(extend("format" = "name"))]
    pub name: String,
    /// Their public key, as minisign writes it: the line that begins with `RW`.
    #[schemars(extend("format" = "public-key"))]
    pub key: String,
}

/// Somebody whose signature on prepared changes counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountersignerEntry {
    /// What people call them.
    #[schemars(extend("format" = "name"))]
    pub name: String,
    /// The email address of their account: nobody countersigns a change of their own account.
    #[schemars(extend("format" = "email"))]
    pub email: String,
    /// Their public key, as minisign writes it: the line that begins with `RW`.
    #[schemars(extend("format" = "public-key"))]
    pub key: String,
}

/// What prepared changes can do that a second administrator may have to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ActWord {
    DisableTwoFactor,
    AddKeys,
    Cancel,
}

impl From<ActWord> for CountersignedAct {
    fn from(word: ActWord) -> Self {
        match word {
            ActWord::DisableTwoFactor => Self::DisableTwoFactor,
            ActWord::AddKeys => Self::AddKeys,
            ActWord::Cancel => Self::Cancel,
        }
    }
}

impl Configured for File {
    const FORMATS: &'static [Format] = forms::ALL;
    const IS_CHECKED_IN_PART: bool = true;

    fn broken_rule(form: &str, text: &str) -> Option<String> {
        forms::broken_rule(form, text)
    }

    fn rules(&self, notes: &mut Notes) {
        forms::backends("backends", &self.backends, notes);
        forms::policy(&self.policy, notes);
    }
}
