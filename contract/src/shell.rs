//! What the shell and its windows say to each other beside operations: the commands, their answers, the events.
//!
//! Nothing here holds a secret: a session's token and a key's secret stay in Rust. The one exception by purpose is
//! [`crate::message::Message`], which shows what the embedded backend would have mailed or texted.

use crate::advice::{AdviceInput, PasswordAdvice};
use crate::capabilities::Capabilities;
use crate::configuration::{
    Appearance, ImportInput, ImportPreview, Offer, OfferId, OfferKind, SettingChange, Settings,
};
use crate::connection::{Connection, Recalled};
use crate::identifier::{ChallengeId, KeyId, MessageId};
use crate::key::Key;
use crate::message::Messages;
use crate::operation::WebviewRequest;
use crate::plan::{
    PlanAnswerInput, PlanBase, PlanInput, PlanProgress, PlanReview, PlanSaved, PlanView, Receipt,
    ReceiptNumber, Typed,
};
use crate::problem::ProblemCode;
use crate::secret::Secret;
use crate::session::{Challenge, Session};
pub use crate::window::{LeaveAnswer, LeaveReason, Tab, Window};
use serde::{Deserialize, Serialize};

/// A command with its types, so that a page cannot pass the wrong input or misread the answer.
pub trait Call {
    /// The name passed to `invoke`.
    const NAME: &'static str;
    /// The argument named `input`; `()` passes none.
    type Input: Serialize + serde::de::DeserializeOwned;
    /// What `Ok` holds; `Err` is always a [`crate::Problem`].
    type Answer: Serialize + serde::de::DeserializeOwned;
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $wire:literal => $input:ty, $answer:ty, [$($window:literal),*];)*) => {
        /// Every command of the shell: its name, and the kinds of window that may call it. The shell's `build.rs`
        /// declares these; a guard test holds handlers = manifest = capability files = this list.
        pub const COMMANDS: &[Command] = &[$(Command { name: $wire, windows: &[$($window),*] }),*];

        /// One type per command, for [`Call`].
        pub mod command {
            #[allow(clippy::wildcard_imports)]
            use super::*;
            $(
                $(#[$doc])*
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl Call for $name {
                    const NAME: &'static str = $wire;
                    type Input = $input;
                    type Answer = $answer;
                }
            )*
        }
    };
}

/// A row of [`COMMANDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// The name passed to `invoke`.
    pub name: &'static str,
    /// The kinds of window that may call it: `main`, `manage-account`, `messages`, `settings`, `plans`, `tab`.
    pub windows: &'static [&'static str],
}

commands! {
    /// Carries one webview operation; the answer is that operation's, as JSON.
    Send "send" => WebviewRequest, serde_json::Value, ["main", "manage-account", "tab"];
    /// What a window needs to draw itself first.
    Start "start" => (), Opening, ["main", "manage-account", "messages", "settings", "plans", "tab"];
    /// Signs in with address and password.
    SignIn "sign_in" => SignInInput, SignInStep, ["main"];
    /// Answers the second factor of a sign-in or a step-up.
    AnswerNumber "answer_number" => AnswerNumberInput, SignInStep, ["main", "manage-account", "tab"];
    /// Enters the password again.
    StepUp "step_up" => PasswordInput, SignInStep, ["manage-account", "tab"];
    /// Locks changes now: the next one needs the password again.
    Lock "lock" => (), (), ["manage-account", "tab"];
    /// Signs out: the secret goes at once, the backend is told if it can be reached; other windows close. Windows with
    /// changes that are not saved ask first; the answer is whether all of them agreed.
    SignOut "sign_out" => (), bool, ["main", "manage-account", "tab"];
    /// What a window says about changes that are not saved, before it closes.
    AnswerLeave "answer_leave" => LeaveAnswer, (), ["main", "manage-account", "plans", "tab"];
    /// Opens (or raises) the window Manage account, at a tab.
    OpenManageAccount "open_manage_account" => Tab, (), ["main"];
    /// Opens (or raises) the window Messages. Refused with `window_refused` unless the backend is embedded.
    OpenMessages "open_messages" => (), (), ["main", "manage-account", "plans", "tab"];
    /// Opens (or raises) a tab in a window of its own. `setting_managed` where a policy hides the tab, `window_refused`
    /// where the person's own configuration does.
    TearOff "tear_off" => Tab, (), ["manage-account"];
    /// The authentication keys, each with whether its secret is here; finishes what an interrupted run left.
    ListKeys "list_keys" => (), KeyList, ["main", "manage-account", "tab"];
    /// Makes a key: secret into the store first, then its fingerprint to the backend.
    AddKey "add_key" => AddKeyInput, KeyRow, ["manage-account", "tab"];
    /// Copies a key's secret from the store to the clipboard; it is cleared by itself.
    CopyKey "copy_key" => KeyId, Copied, ["manage-account", "tab"];
    /// Clears the clipboard now, if it still holds what was copied.
    ClearClipboard "clear_clipboard" => (), (), ["manage-account", "messages", "tab"];
    /// Deletes a key at the backend, then its secret here.
    DeleteKey "delete_key" => KeyId, (), ["manage-account", "tab"];
    /// Cancels the subscription, then wipes secrets and local data; other windows close and main is at sign-in.
    CancelSubscription "cancel_subscription" => CancelInput, (), ["manage-account", "tab"];
    /// How good a password is. Advice only, computed on this computer.
    AdvisePassword "advise_password" => AdviceInput, PasswordAdvice, ["main", "manage-account", "tab"];
    /// Asks the secret store again, letting it show its unlock prompt (60 s at most).
    UnlockStore "unlock_store" => (), StoreState, ["main", "manage-account", "tab", "plans"];
    /// Chooses to keep secrets in memory until the application ends, while the store cannot be used.
    UseMemoryOnly "use_memory_only" => (), StoreState, ["main", "manage-account", "tab", "plans"];
    /// What the embedded backend would have sent in the last 24 hours, newest first.
    ListMessages "list_messages" => (), Messages, ["messages"];
    /// Copies the authentication number of a message.
    CopyNumber "copy_number" => MessageId, Copied, ["messages"];
    /// The account as it was last seen, for work without a network; none where nothing is kept.
    Recall "recall" => (), Option<Recalled>, ["main", "manage-account", "plans", "tab"];
    /// Asks the backend now whether it answers.
    TryConnection "try_connection" => (), Connection, ["main", "manage-account", "settings", "plans", "tab"];
    /// Opens (or raises) the window Settings.
    OpenSettings "open_settings" => (), (), ["main"];
    /// Opens (or raises) the window Prepared changes.
    OpenPlans "open_plans" => (), (), ["main", "manage-account"];
    /// Opens (or raises) the window Prepared changes at a plan that begins with what was typed in the caller.
    PrepareChanges "prepare_changes" => Typed, (), ["main", "manage-account", "tab"];
    /// What another window wants a plan to begin with, told once; none where none does.
    TakeTyped "take_typed" => (), Option<Typed>, ["plans"];
    /// What counts, and where each value comes from.
    ShowSettings "show_settings" => (), Settings, ["settings"];
    /// Changes one setting in the user's file. `setting_managed` where a policy fixes it, `file_changed` where the file is
    /// another than was shown, `file_refused` with findings where the value is not accepted.
    ChangeSetting "change_setting" => SettingChange, Settings, ["settings"];
    /// The files that were handed to the application and wait.
    ListOffers "list_offers" => (), Vec<Offer>, ["main", "settings", "plans"];
    /// Lets the person choose a file in a dialog of the desktop; none where they chose none.
    ChooseFile "choose_file" => OfferKind, Option<Offer>, ["settings", "plans"];
    /// Puts a file away unread.
    DismissOffer "dismiss_offer" => OfferId, (), ["main", "settings", "plans"];
    /// What importing a file would change. Writes nothing.
    PreviewImport "preview_import" => OfferId, ImportPreview, ["settings"];
    /// Imports a file as it was previewed.
    ApplyImport "apply_import" => ImportInput, Settings, ["settings"];
    /// Puts back what stood before the last import.
    UndoImport "undo_import" => (), Settings, ["settings"];
    /// What preparing changes starts from. `not_found` where no account was ever seen here.
    BeginPlan "begin_plan" => (), PlanBase, ["plans"];
    /// What a plan would do, and what is wrong with it. Writes nothing.
    ReviewPlan "review_plan" => PlanInput, PlanReview, ["plans"];
    /// Saves a plan where the person chooses; none where they chose no place.
    SavePlan "save_plan" => PlanInput, Option<PlanSaved>, ["plans"];
    /// Reads a plan and holds it against the account.
    OpenPlan "open_plan" => OfferId, PlanView, ["plans"];
    /// Answers what applying a plan waits for, and goes on until it waits again or has ended.
    AnswerPlan "answer_plan" => PlanAnswerInput, PlanProgress, ["plans"];
    /// What was applied on this computer, newest first.
    ListReceipts "list_receipts" => (), Vec<Receipt>, ["plans"];
    /// Saves a receipt where the person chooses; none where they chose no place.
    ExportReceipt "export_receipt" => ReceiptNumber, Option<PlanSaved>, ["plans"];
}

/// The events a window may listen to.
pub mod event {
    /// Somebody signed in or out, or the session ended. No payload; ask `start` again.
    pub const SESSION_CHANGED: &str = "session-changed";
    /// The account, its security settings, keys or sessions changed in another window. Payload: the window's label.
    pub const ACCOUNT_CHANGED: &str = "account-changed";
    /// What the embedded backend would have sent changed: a message was queued, a number was tried or used. No payload.
    pub const MESSAGES_CHANGED: &str = "messages-changed";
    /// The clipboard no longer holds what was copied. No payload.
    pub const CLIPBOARD_CLEARED: &str = "clipboard-cleared";
    /// The secret store's state changed. Payload: [`super::StoreState`].
    pub const STORE_CHANGED: &str = "store-changed";
    /// The way to the backend is another than before. Payload: [`crate::connection::Connection`].
    pub const CONNECTION_CHANGED: &str = "connection-changed";
    /// What the desktop is configured to changed. No payload.
    pub const SETTINGS_CHANGED: &str = "settings-changed";
    /// A file was handed to the application, or put away. No payload.
    pub const OFFERS_CHANGED: &str = "offers-changed";
    /// The window Prepared changes was asked to prepare what was typed elsewhere. No payload; ask `take_typed`.
    pub const PREPARE_CHANGES: &str = "prepare-changes";
    /// The window is about to close and answers with `answer_leave`. Payload: [`super::LeaveReason`].
    pub const ASK_TO_LEAVE: &str = "ask-to-leave";
    /// The window Manage account was asked to show a tab. Payload: [`super::Tab`].
    pub const SHOW_TAB: &str = "show-tab";
}

/// What a window needs to draw itself first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Where requests go.
    pub backend: BackendFace,
    /// Its limits; none while it cannot be reached.
    pub capabilities: Option<Capabilities>,
    /// Who is signed in here; none at sign-in. Kept over a restart by the secret store.
    pub session: Option<Session>,
    /// Why the last session of this run ended; none before the first end, and none while somebody is signed in.
    pub ended: Option<Ended>,
    /// Why the session could not be read or asked about, if it could not.
    pub problem: Option<ProblemCode>,
    /// The secret store's state.
    pub store: StoreState,
    /// The tab the window Manage account should open at.
    pub tab: Tab,
    /// Seconds after which a copied secret leaves the clipboard.
    pub clipboard_seconds: u32,
    /// How the way to the backend is.
    pub connection: Connection,
    /// How the window looks.
    pub appearance: Appearance,
    /// Whether the account as it was last seen is kept here, so that work goes on without a network.
    pub recalls: bool,
    /// How many findings there are in the configuration's files; the window Settings lists them.
    pub findings: u32,
}

/// Why a session ended, so that sign-in can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The person signed out here.
    SignedOut,
    /// The backend no longer knows the session: idle or absolute limit, signed out elsewhere, password changed elsewhere.
    ByBackend,
    /// The subscription was canceled: the user information is deleted.
    Canceled,
}

/// How a backend is named and coloured, so that nobody works on the wrong one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct BackendFace {
    /// `On this computer`, or the name from configuration, or the URL's host.
    pub name: String,
    /// The closed set of the style sheet: graphite, teal, moss, clay, plum, indigo.
    pub color: String,
    /// Whether the backend runs inside the application.
    pub embedded: bool,
}

/// The state of the OS secret store, each with its own words and its own way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// It answers.
    Ready,
    /// It cannot be used, for this reason (one of the `Store…` codes); nothing is kept until that changes.
    Failing(ProblemCode),
    /// It cannot be used, for this reason, and the person chose memory for this session.
    MemoryOnly(ProblemCode),
}

/// Address and password, as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    /// The account's email address.
    pub email: String,
    /// Its password.
    #[serde(with = "crate::secret::exposed")]
    pub password: Secret<String>,
}

/// The password again, as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    /// The account's password.
    #[serde(with = "crate::secret::exposed")]
    pub password: Secret<String>,
}

/// The second factor, as typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerNumberInput {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// Six digits.
    pub number: String,
}

crate::secret::unprinted!(AnswerNumberInput);

/// Where a sign-in or step-up stands: [`crate::session::SignIn`] without its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInStep {
    /// It is done; the token is in the secret store (or, by choice, in memory).
    Complete {
        /// The session.
        session: Session,
    },
    /// The second factor is asked for.
    SecondFactor {
        /// Under which it is answered.
        challenge: Challenge,
    },
}

/// The label of a key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddKeyInput {
    /// What will use it, 1–40 characters.
    pub label: String,
}

/// The keys as the tab shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    /// Oldest first.
    pub rows: Vec<KeyRow>,
    /// What was mended on the way, to be told once.
    pub mended: Vec<Mended>,
    /// The secret store's state; where it is not ready, no row is known to be here.
    pub store: StoreState,
}

/// One key of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// As the backend knows it.
    pub key: Key,
    /// Where its secret is.
    pub secret: SecretPlace,
}

/// Where a key's secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretPlace {
    /// In this computer's secret store: it can be copied.
    Here,
    /// In memory until the application ends, by choice: it can be copied until then.
    InMemory,
    /// Not on this computer.
    Elsewhere,
    /// The store cannot be asked.
    Unknown,
}

/// Something an interrupted run left behind, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mended {
    /// The secret was stored but the backend did not know the key: it is registered now.
    Finished {
        /// The key's label.
        label: String,
    },
    /// The backend knew the key, only the answer was lost: nothing had to be done.
    AlreadyThere {
        /// The key's label.
        label: String,
    },
    /// The key was deleted elsewhere: its secret is removed from this computer.
    Removed {
        /// The key's label.
        label: String,
    },
    /// The secret was stored but the backend did not know the key, and takes it only after the password: the secret is
    /// kept, and the key is registered as soon as the password has been entered again.
    Waiting {
        /// The key's label.
        label: String,
    },
    /// The key cannot be registered (the reason follows): its secret is removed, it never worked.
    GivenUp {
        /// The key's label.
        label: String,
        /// Why.
        problem: ProblemCode,
    },
}

/// A secret is on the clipboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// What was copied: a key's label; empty for a number.
    pub label: String,
    /// Seconds until it is cleared, if it is still there.
    pub clears_in_seconds: u32,
}

/// Agreement to the cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelInput {
    /// Must be true.
    pub agree: bool,
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, Tab, Window};

    #[test]
    fn a_label_names_its_window() {
        let tabs = Tab::ALL.into_iter().map(Window::Tab);
        for window in [Window::Main, Window::ManageAccount, Window::Messages, Window::Settings, Window::Plans]
            .into_iter()
            .chain(tabs)
        {
            assert_eq!(Window::from_label(&window.label()), Some(window));
        }
        assert_eq!(Window::from_label("tab-"), None);
    }

    #[test]
    fn a_command_stands_once() {
        let mut names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }
}
