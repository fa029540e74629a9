//! What a window shows of the configuration: what counts, where each value comes from, what may be changed, and what is
//! wrong with a file. The files themselves are read by the desktop's Rust side; no page ever sees a path it could open.

use crate::moment::Moment;
use crate::shell::BackendFace;
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Gravity {
    /// The file is not used.
    Error,
    /// It works, and it is not safe.
    Warning,
}

/// One thing to mend in a file, in words that name no secret. `postern config check` says the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// How bad it is.
    pub gravity: Gravity,
    /// The file, as a person would name it.
    pub file: String,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the file as a whole is meant.
    pub column: u32,
    /// The key, as `section.key`; empty where the file as a whole is meant.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// How to mend it.
    pub fix: String,
}

/// Where a value comes from, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Source {
    /// `/etc/postern/policy.d/*.toml`, the Windows registry, or macOS managed preferences.
    MachinePolicy,
    /// The same for one user.
    UserPolicy,
    /// `/etc/postern/config.toml`.
    SystemFile,
    /// `config.toml` in the user's configuration folder.
    UserFile,
    /// The product's own.
    Default,
}

/// What a person may decide about the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum SettingKey {
    /// Which of the named backends is used; the one inside the application where none is named.
    #[serde(rename = "defaults.backend")]
    Backend,
    /// The language of mail and text messages: `en`, `ko`, `ja`; empty for the desktop's.
    #[serde(rename = "defaults.language")]
    Language,
    /// `system`, `light`, `dark`.
    #[serde(rename = "defaults.theme")]
    Theme,
    /// Which tabs are shown, as words of [`crate::shell::Tab`] joined by commas.
    #[serde(rename = "defaults.tabs")]
    Tabs,
    /// Seconds until a copied secret leaves the clipboard: 5–120.
    #[serde(rename = "defaults.clipboard_seconds")]
    ClipboardSeconds,
}

impl SettingKey {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 5] =
        [Self::Backend, Self::Language, Self::Theme, Self::Tabs, Self::ClipboardSeconds];

    /// As it stands in a file: `defaults.theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Backend => "defaults.backend",
            Self::Language => "defaults.language",
            Self::Theme => "defaults.theme",
            Self::Tabs => "defaults.tabs",
            Self::ClipboardSeconds => "defaults.clipboard_seconds",
        }
    }
}

/// One value that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Setting {
    /// Which.
    pub key: SettingKey,
    /// What counts now, as text: a word, a number, words joined by commas. Empty: nothing is named.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
    /// File and line it comes from, as a person would name it; none for a default.
    pub place: Option<String>,
    /// Whether a policy fixes it: it cannot be changed here.
    pub managed: bool,
    /// Whether a policy recommends this very value; a person may change it.
    pub recommended: bool,
    /// What may be chosen; empty where it is a number.
    pub choices: Vec<String>,
}

/// What counts, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// Names this state of the user's file: sent back with a change, so that nothing is overwritten unseen.
    pub version: String,
    /// Every setting.
    pub settings: Vec<Setting>,
    /// The named backends and their faces.
    pub backends: Vec<BackendFace>,
    /// What is wrong with the files.
    pub findings: Vec<Finding>,
    /// Where a policy cannot be read: since when the last good one counts.
    pub policy_kept_since: Option<Moment>,
    /// When the configuration was last imported, where that can be undone.
    pub undo: Option<Moment>,
    /// Whether another backend than the one in use is chosen: it is used from the next start.
    pub after_restart: bool,
}

/// A change of one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingChange {
    /// Which.
    pub key: SettingKey,
    /// The new value as text; none goes back to what counts without the user's file.
    pub value: Option<String>,
    /// [`Settings::version`] as it was shown.
    pub version: String,
}

/// How the window looks, by configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appearance {
    /// `system`, `light` or `dark`.
    pub theme: Theme,
    /// The tabs that are shown, in their order; never none.
    pub tabs: Vec<crate::shell::Tab>,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { theme: Theme::System, tabs: crate::shell::Tab::ALL.to_vec() }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Names a file that was handed to the application, for as long as it runs. A page knows files by this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct OfferId(pub u32);

/// A file that was handed to the application and waits for somebody to look at it. Nothing happens before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Offer {
    /// Names it.
    pub id: OfferId,
    /// What it is, by its ending.
    pub kind: OfferKind,
    /// Its name without the folder.
    pub name: String,
    /// How it came.
    pub by: OfferedBy,
    /// How far a plan has come; none for any other file, and where nothing was done with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<PlanState>,
}

/// How far a plan that waits has come on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Applying was begun.
    Begun {
        /// How many steps have ended.
        done: u32,
        /// How many there are.
        of: u32,
    },
    /// It was applied.
    Applied,
    /// Nothing was done with it, and its time is over.
    Expired(Moment),
}

/// What a file is, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum OfferKind {
    /// `*.toml`: a configuration.
    Configuration,
    /// `*.postern-bundle`: configuration, certificates, prepared changes, signed.
    Bundle,
    /// `*.postern-plan`: prepared changes.
    Plan,
}

/// How a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum OfferedBy {
    /// Opened from the desktop or the command line.
    Opened,
    /// Dragged onto a window.
    Dragged,
    /// Put into the watched folder.
    DropFolder,
    /// Chosen in a dialog.
    Chosen,
    /// Came along with a bundle that was imported, in this run or an earlier one.
    Imported,
}

/// What importing a file would change. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct ImportPreview {
    /// Which file.
    pub offer: Offer,
    /// Whose signature it bears.
    pub signed: Signed,
    /// The bundle's number, which only ever grows; none for a plain file.
    pub serial: Option<u64>,
    /// What would change, in the order of the keys.
    pub differences: Vec<SettingDifference>,
    /// Certificate files that it names, each with the SHA-256 of the file.
    pub certificates: Vec<String>,
    /// Prepared changes that come with it: offered once it is imported.
    pub plans: Vec<String>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Why it cannot be imported; none where it can.
    pub refused: Option<ImportRefusal>,
    /// Names the state of the user's file that this was held against.
    pub version: String,
}

/// Whose signature a file bears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Signed {
    /// Nobody's.
    #[default]
    Not,
    /// Somebody's, as the policy names the key.
    By(String),
    /// That of a key which no policy names.
    Unnamed,
    /// One that does not fit what is in the file.
    Wrong,
}

/// One value that an import would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct SettingDifference {
    /// The key, as `section.key`; a backend's as `backends.NAME.key`.
    pub key: String,
    /// What counts now, a default included; none where nothing does.
    pub from: Option<String>,
    /// What would count, a default included; none where nothing would.
    pub to: Option<String>,
    /// Whether a policy fixes the key, so that the new value would not count.
    pub managed: bool,
}

/// Why a file is not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum ImportRefusal {
    /// Something is wrong with it: the findings say what.
    Findings,
    /// It is no bundle, or a damaged one.
    Unreadable,
    /// The policy asks for a signature and there is none.
    SignatureMissing,
    /// The signature does not fit the contents.
    SignatureWrong,
    /// It is signed by a key that the policy does not name. The key's id, 16 hexadecimal digits.
    SignerUnknown(String),
    /// It was imported already and is the newest: there is nothing to do.
    ImportedAlready,
    /// It is older than what was imported before, by whichever signer.
    Replayed {
        /// Its number.
        serial: u64,
        /// The number of the one before.
        before: u64,
    },
}

/// An import that was previewed and is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportInput {
    /// Which file.
    pub offer: OfferId,
    /// [`ImportPreview::version`].
    pub version: String,
}
