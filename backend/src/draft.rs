//! A new account as it was described, read by the same rules whoever describes it: the person at sign-up or an operator.

use crate::address::Address;
use crate::error::internal;
use crate::password::{self, Context};
use crate::random::uuid;
use crate::state::Backend;
use crate::store::NewAccountRow;
use contract::rules::{self, Findings};
use contract::verification::Channel;
use contract::{AccountId, Problem, ProblemCode, Rule, Secret};
use zeroize::Zeroizing;

/// What a new account is to hold, as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The owner's name.
    pub name: &'a str,
    /// The owner's email address.
    pub email: &'a str,
    /// The owner's mobile phone, nationally or internationally.
    pub mobile_phone: &'a str,
    /// What the owner does.
    pub task: Option<&'a str>,
    /// The first password.
    pub password: &'a Secret<String>,
}

/// A new account that obeys every rule, before its password is hashed.
#[derive(Debug)]
pub(crate) struct Described {
    pub name: String,
    pub email: Address,
    pub mobile_phone: Address,
    task: Option<String>,
    /// The password in its canonical form.
    password: Zeroizing<String>,
    password_is_long: bool,
}

/// What is described, or everything that is wrong with it.
pub(crate) fn described(backend: &Backend, draft: Draft<'_>) -> Result<Described, Problem> {
    let capabilities = &backend.settings().capabilities;
    let rejected = |field: &'static str| move |rule: Rule| Problem::field(ProblemCode::Rejected, field, rule);
    let name = rules::display_name(draft.name).map_err(rejected("name"))?;
    let region = &capabilities.default_region;
    let email = Address::read(Channel::Email, draft.email, region);
    let phone = Address::read(Channel::TextMessage, draft.mobile_phone, region);
    let context = Context::of([&name, draft.email, draft.mobile_phone]);
    let accepted = password::accept(draft.password.expose(), capabilities.password_min_alone, &context);
    let findings = Findings::default()
        .add("email.address", email.as_ref().map_err(|rule| *rule))
        .add("mobile_phone.address", phone.as_ref().map_err(|rule| *rule))
        .add("password", accepted.as_ref().map_err(|rule| *rule));
    Problem::rejected(findings.done())?;
    let (Ok(email), Ok(mobile_phone), Ok(password)) = (email, phone, accepted) else {
        return Err(internal("a finding was lost"));
    };
    let task = draft.task.map(rules::task).transpose().map_err(rejected("task"))?.flatten();
    let password_is_long = password::stands_alone(draft.password.expose(), capabilities.password_min_alone);
    Ok(Described { name, email, mobile_phone, task, password, password_is_long })
}

impl Described {
    /// The row of it, with its password hashed.
    pub(crate) async fn hashed(self, backend: &Backend) -> Result<NewAccountRow, Problem> {
        let capabilities = &backend.settings().capabilities;
        Ok(NewAccountRow {
            id: AccountId(uuid(backend.random())?),
            name: self.name,
            email: self.email.shown,
            email_canonical: self.email.canonical,
            mobile_phone: self.mobile_phone.canonical,
            task: self.task,
            password_is_long: self.password_is_long,
            password: backend.hash_password(None, self.password).await?,
            method: capabilities.methods.first().copied().unwrap_or(Channel::Email),
            now: backend.now(),
        })
    }
}
