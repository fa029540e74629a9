//! The only place that makes sentences from codes, in exhaustive matches: a code without words does not compile.
//!
//! A problem has three parts, in this order: what happened · what still works · what to do. Sentence case, no
//! exclamation marks, no "please". English for now; another language replaces these files and nothing else.

mod cause;
mod connection;
mod deleting;
mod finding;
mod glance;
mod import;
mod key;
mod leaving;
mod message;
mod needed;
mod number;
mod plan;
mod prepared;
mod rule;
mod saving;
mod setting;
mod standing;
mod store;
mod tip;
mod trail;

pub use cause::{problem, solvable_by_trying_again};
pub use connection::{
    Waits, as_last_seen, back, files_wait, held_back, is_of_connection, misconfigured, needs_connection,
    offline_chip, tried_in_vain, trouble,
};
pub use deleting::{keys_deleted, places_deleted, places_unknown, profile_deleted, what_remains};
pub use finding::{finding, place_of};
pub use glance::{Attention, attention, keys_fact, password_fact, places_fact, review, two_factor_fact};
pub use import::{imported, refused_import, signature, undone};
pub use key::{
    all_mended, before_deleting, copied, key_added, key_deleted, key_limit, last_used, masked, of_most,
    store_and_keys, why_not_copied,
};
pub use leaving::{Leave, leave, not_saved_yet, tab_changed, unsaved};
pub use message::{body, sent_by, spaced, spelled, subject};
pub use needed::{Needed, account_created, still_needed};
pub use number::{
    NumberStatus, advice, advice_while_short, minutes_seconds, number_trouble, seconds, send_another,
    send_another_at, sending_limited, sent_to, standing, tries_left, valid_for,
};
pub use plan::{
    because, need, not_a_time, nothing_prepared, plan_fault, plan_saved, refused_plan, subject_of,
};
pub use prepared::{
    about_plans, before_applying, chain_broken, drifted, field, filled_in, in_trouble, not_known, number_to,
    plan_facts, plan_state, receipt_about, receipt_saved, skipping, step_tone, step_value,
};
pub use rule::{counter, marked, rule};
pub use saving::{
    account_changed_elsewhere, choose_versions, not_saved, nothing_to_save, or_empty, same_in_both,
    settings_changed_elsewhere, theirs_taken,
};
pub use setting::{
    after_restart, choice, last_tab, policy_kept, setting, setting_about, setting_value, source, tab_hidden,
};
pub use standing::{outcome, receipt, stands};
pub use store::{
    Ways, ended, locks_soon, mended, place_of_secret, store, ways as store_ways, ways_in as store_ways_in,
};
pub use tip::tip;
pub use trail::{about_method, before_disabling, channel, event, method, notice, reason};

use postern_contract::shell::{Tab, Window};

/// What is said: a heading and a sentence or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub what: String,
    /// What still works, and what to do.
    pub rest: String,
}

impl Said {
    /// Both parts.
    pub fn new(what: impl Into<String>, rest: impl Into<String>) -> Self {
        Self { what: what.into(), rest: rest.into() }
    }
}

/// What was being done when a problem came up; it opens the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Signing in, or answering the second factor of that.
    SignIn,
    /// Entering the password again, or answering the second factor of that.
    Login,
    /// Reading what a page shows.
    Read,
    /// Saving a change with OK, adding, deleting.
    Change,
    /// Adding an authentication key.
    Add,
    /// Deleting an authentication key.
    Delete,
    /// Canceling the subscription.
    Cancel,
    /// Creating an account.
    Create,
    /// Sending an authentication number.
    SendNumber,
    /// Copying a secret.
    Copy,
    /// Opening a window.
    Open,
    /// Changing a setting of the desktop.
    Set,
    /// Importing a configuration, or undoing that.
    Import,
    /// Saving a plan or a receipt as a file.
    Save,
    /// Applying a plan.
    Apply,
}

/// The words on a tab.
pub const fn tab(tab: Tab) -> &'static str {
    match tab {
        Tab::UserInformation => "User information",
        Tab::ChangePassword => "Change password",
        Tab::SecuritySettings => "Security settings",
        Tab::ManageAuthenticationKey => "Manage authentication key",
        Tab::CancelSubscription => "Cancel subscription",
    }
}

/// The title of a window, which is also the title of its document.
pub fn title(window: Window) -> String {
    match window {
        Window::Main => "Postern".to_owned(),
        Window::ManageAccount => "Manage account — Postern".to_owned(),
        Window::Messages => "Messages — Postern".to_owned(),
        Window::Settings => "Settings — Postern".to_owned(),
        Window::Plans => "Prepared changes — Postern".to_owned(),
        Window::Tab(torn_off) => format!("{} — Postern", tab(torn_off)),
    }
}

/// What a tab says once its change is saved: the guide's own words.
pub const fn changed(tab: Tab) -> &'static str {
    match tab {
        Tab::UserInformation => "Your user information is now changed.",
        Tab::ChangePassword => "Your password is now changed.",
        Tab::SecuritySettings => "The security settings are now changed.",
        Tab::ManageAuthenticationKey => "The authentication keys are now changed.",
        Tab::CancelSubscription => "Your user information is deleted.",
    }
}

/// The name of the backend inside the application.
const EMBEDDED: &str = "On this computer";

/// A backend inside a sentence: `this computer`, `Harbor production`.
pub fn backend(name: &str) -> &str {
    if name == EMBEDDED { "this computer" } else { name }
}

/// `on this computer`, `at Harbor production`.
pub fn at_backend(name: &str) -> String {
    if name == EMBEDDED { "on this computer".to_owned() } else { format!("at {name}") }
}

/// What ends a sentence whose last word is `text`.
pub fn full_stop(text: &str) -> &'static str {
    if text.ends_with('.') { "" } else { "." }
}

/// `1 key`, `3 keys`.
pub fn count(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// The first letters of the first and last word of a name, for the tile beside it.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
