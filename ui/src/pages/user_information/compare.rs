//! The draft beside the account as somebody else saved it.

use super::Draft;
use crate::bridge;
use crate::pages::manage_account::{Conflict, Version};
use crate::words;
use postern_contract::account::Account;

/// Compares `draft` and `theirs` with the account that both began from.
pub fn compare(before: &Account, draft: Draft, theirs: Account) -> Conflict<Account> {
    let task = |account: &Account| account.task.clone().unwrap_or_default();
    let [email, phone] = [draft.email, draft.phone].map(|proving| proving.address.now());
    let (phones, tasks) =
        ([&before.mobile_phone_shown, &theirs.mobile_phone_shown], [task(before), task(&theirs)]);
    let versions = vec![
        Version::new("email", "Email address", &before.email, &email, &theirs.email),
        Version::new("name", "Name", &before.name, &draft.name.now(), &theirs.name),
        Version::new("phone", "Mobile phone number", phones[0], &phone, phones[1]),
        Version::new("task", "Task", &tasks[0], &draft.task.now(), &tasks[1]),
    ];
    let at = bridge::local_time(theirs.changed_at);
    let said = words::account_changed_elsewhere(&at, theirs.changed_from.as_deref());
    Conflict::new(theirs, versions, said)
}
