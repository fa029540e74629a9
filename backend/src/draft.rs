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

/// The row of it, or everything that is wrong with it.
pub(crate) async fn drafted(backend: &Backend, draft: Draft<'_>) -> Result<NewAccountRow, Problem> {
    let capabilities = &backend.settings().capabilities;
    let rejected = |field: &'static str| move |rule: Rule| Problem::field(ProblemCode::Rejected, field, rule);
    let name = rules::display_name(draft.name).map_err(rejected("name"))?;
    let region = &capabilities.default_region;
    let email = Address::read(Channel::Email, draft.email, region);
    let phone = Address::read(Channel::TextMessage, draft.mobile_phone, region);
    let context = Context::of(&name, draft.email);
    let accepted = password::accept(draft.password.expose(), capabilities.password_min_alone, &context);
    let findings = Findings::default()
        .add("email.address", email.as_ref().map_err(|rule| *rule))
        .add("mobile_phone.address", phone.as_ref().map_err(|rule| *rule))
        .add("password", accepted.as_ref().map_err(|rule| *rule));
    Problem::rejected(findings.done())?;
    let (Ok(email), Ok(phone), Ok(canonical)) = (email, phone, accepted) else {
        return Err(internal("a finding was lost"));
    };
    Ok(NewAccountRow {
        id: AccountId(uuid(backend.random())?),
        name,
        email: email.shown,
        email_canonical: email.canonical,
        mobile_phone: phone.canonical,
        task: draft.task.map(rules::task).transpose().map_err(rejected("task"))?.flatten(),
        password_is_long: password::stands_alone(&canonical, capabilities.password_min_alone),
        password: backend.hash_password(canonical).await?,
        method: capabilities.methods.first().copied().unwrap_or(Channel::Email),
        now: backend.now(),
    })
}
