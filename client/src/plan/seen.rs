//! The account as it is: what a step is held against. Read as it was last seen, or from the backend.

use super::file::{Plan, Security};
use super::mark::{self, FingerprintKey};
use crate::Desk;
use crate::desk::Held;
use postern_backend::canonical_email;
use postern_contract::account::Account;
use postern_contract::connection::Recalled;
use postern_contract::key::Key;
use postern_contract::operation::{GetAccount, GetSecurity, ListKeys};
use postern_contract::plan::StepSubject;
use postern_contract::{Problem, security};

/// The account, its security settings and its keys.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The account.
    pub account: Account,
    /// Its security settings.
    pub security: security::Security,
    /// Its keys.
    pub keys: Vec<Key>,
    /// As whom it was read: what is done about it is done as the same. None for a copy from an earlier time.
    pub held: Option<Held>,
    /// The key of the account's fingerprints, where this computer has it.
    pub key: Option<FingerprintKey>,
}

impl From<&Recalled> for Seen {
    fn from(recalled: &Recalled) -> Self {
        let Recalled { account, security, keys, .. } = recalled.clone();
        Self { account, security, keys, held: None, key: None }
    }
}

impl Seen {
    /// As the backend answers now, to be held against that plan.
    pub async fn at(desk: &Desk, plan: &Plan) -> Result<Self, Problem> {
        let held = Some(desk.required().await?);
        let (account, security, keys) = tokio::try_join!(
            desk.ask_as(held.clone(), &GetAccount { body: () }),
            desk.ask_as(held.clone(), &GetSecurity { body: () }),
            desk.ask_as(held.clone(), &ListKeys { body: () }),
        )?;
        // plans of format 1 and those without fingerprints of values need no key
        let needs_key =
            plan.base.as_ref().and_then(|base| base.fingerprints.as_ref()?.key.as_ref()).is_some();
        let key = if needs_key { desk.fingerprint_key().await } else { None };
        Ok(Self { account, security, keys: keys.keys, held, key })
    }

    /// The security settings as a plan writes them.
    pub fn settings(&self) -> Security {
        let method = self.security.two_factor.then(|| self.security.method.into());
        Security { two_factor: self.security.two_factor, method }
    }

    /// A field's value in the form that is compared; empty for none. Keys and the end have no value.
    pub fn value(&self, subject: &StepSubject) -> String {
        match subject {
            StepSubject::Name => self.account.name.clone(),
            StepSubject::Task => self.account.task.clone().unwrap_or_default(),
            StepSubject::Email => canonical_email(&self.account.email),
            StepSubject::MobilePhone => self.account.mobile_phone.clone(),
            StepSubject::TwoFactor => self.settings().as_str().to_owned(),
            StepSubject::AddKey(_) | StepSubject::DeleteKey(_) | StepSubject::Cancel => String::new(),
        }
    }

    /// A field as it is shown; none where there is nothing.
    pub fn shown(&self, subject: &StepSubject) -> Option<String> {
        match subject {
            StepSubject::Email => Some(self.account.email.clone()),
            StepSubject::MobilePhone => Some(self.account.mobile_phone_shown.clone()),
            StepSubject::AddKey(_) | StepSubject::DeleteKey(_) | StepSubject::Cancel => None,
            _ => Some(self.value(subject)).filter(|value| !value.is_empty()),
        }
    }

    /// The fingerprint of a key.
    pub fn mark_of(&self, key: &Key) -> String {
        mark::of(self.account.id, "key", &key.id.to_string())
    }

    /// The fingerprint of the account itself.
    pub fn own_mark(&self) -> String {
        mark::of(self.account.id, "account", "")
    }
}

/// A field's name in the file.
pub fn field(subject: &StepSubject) -> &'static str {
    match subject {
        StepSubject::Name => "name",
        StepSubject::Task => "task",
        StepSubject::Email => "email",
        StepSubject::MobilePhone => "mobile_phone",
        StepSubject::TwoFactor => "two_factor",
        StepSubject::AddKey(_) => "add_keys",
        StepSubject::DeleteKey(_) => "delete_keys",
        StepSubject::Cancel => "cancel",
    }
}
