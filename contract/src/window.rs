//! The windows of the application, their tabs, and what a window answers before it closes.

use serde::{Deserialize, Serialize};

/// A window of the application. Its Tauri label; the page it shows follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// Sign-in, then the console.
    Main,
    /// The Login page, then the five tabs.
    ManageAccount,
    /// What the embedded backend would have sent.
    Messages,
    /// What the desktop is configured to, and importing a configuration.
    Settings,
    /// Preparing changes, opening prepared ones, applying them, and the receipts.
    Plans,
    /// One tab in its own window.
    Tab(Tab),
}

/// The five tabs, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// Name, addresses, task.
    UserInformation,
    /// The password.
    ChangePassword,
    /// Two-factor.
    SecuritySettings,
    /// Authentication keys.
    ManageAuthenticationKey,
    /// The end.
    CancelSubscription,
}

impl Tab {
    /// All five, in their order.
    pub const ALL: [Self; 5] = [
        Self::UserInformation,
        Self::ChangePassword,
        Self::SecuritySettings,
        Self::ManageAuthenticationKey,
        Self::CancelSubscription,
    ];

    /// The word used in a window's label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserInformation => "user-information",
            Self::ChangePassword => "change-password",
            Self::SecuritySettings => "security-settings",
            Self::ManageAuthenticationKey => "manage-authentication-key",
            Self::CancelSubscription => "cancel-subscription",
        }
    }
}

impl Window {
    /// The label Tauri knows the window by: `main`, `manage-account`, `messages`, `settings`, `plans`,
    /// `tab-change-password`.
    pub fn label(self) -> String {
        match self {
            Self::Main => "main".to_owned(),
            Self::ManageAccount => "manage-account".to_owned(),
            Self::Messages => "messages".to_owned(),
            Self::Settings => "settings".to_owned(),
            Self::Plans => "plans".to_owned(),
            Self::Tab(tab) => format!("tab-{}", tab.as_str()),
        }
    }

    /// The window with that label.
    pub fn from_label(label: &str) -> Option<Self> {
        match label {
            "main" => Some(Self::Main),
            "manage-account" => Some(Self::ManageAccount),
            "messages" => Some(Self::Messages),
            "settings" => Some(Self::Settings),
            "plans" => Some(Self::Plans),
            _ => {
                let word = label.strip_prefix("tab-")?;
                Tab::ALL.into_iter().find(|tab| tab.as_str() == word).map(Self::Tab)
            }
        }
    }
}

/// Why a window is about to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    /// This window alone.
    Close,
    /// The person signs out.
    SignOut,
    /// The application ends.
    Quit,
}

/// What a window says about changes that are not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveAnswer {
    /// From now on it wants to be asked before it closes.
    Listens,
    /// It shows the question to the person.
    Asks,
    /// It may close: nothing was typed, or it was saved or discarded.
    Leaves,
    /// The person goes on editing.
    Stays,
}
