//! The security settings.

use super::Handle;
use super::account::own;
use crate::address::phone_masked;
use crate::caller::{SignedIn, Unlocked};
use crate::notice::{email_of, phone_of, tell};
use crate::state::Backend;
use crate::store::AccountRow;
use contract::activity::Event;
use contract::message::Notice;
use contract::operation::{ChangeSecurity, GetSecurity};
use contract::security::Security;
use contract::{Current, ETag, Problem, ProblemCode, Rule};

pub(super) fn face(row: &AccountRow) -> Security {
    Security {
        etag: ETag::of_version(row.security_version),
        two_factor: row.two_factor,
        method: row.method,
        email: row.email.clone(),
        mobile_phone_masked: phone_masked(&row.mobile_phone),
    }
}

impl Handle for GetSecurity {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, _: &Backend) -> Result<Security, Problem> {
        Ok(face(&caller.owner))
    }
}

impl Handle for ChangeSecurity {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<Security, Problem> {
        let Unlocked(caller) = caller;
        let wanted = self.body;
        let mut tx = caller.begin(backend).await?;
        let mut account = own(&mut tx, caller.account()).await?;
        if self.if_match.version() != Some(account.security_version) {
            return Err(
                Problem::new(ProblemCode::PreconditionFailed).current(Current::Security(face(&account)))
            );
        }
        let method_changes = account.method != wanted.method;
        // who has a method that is no longer offered keeps it until another is chosen, and may always disable it
        let chooses = method_changes || (wanted.two_factor && !account.two_factor);
        if chooses && !backend.settings().capabilities.methods.contains(&wanted.method) {
            return Err(Problem::field(ProblemCode::NotPermitted, "method", Rule::NotOffered));
        }
        let happened = match (account.two_factor, wanted.two_factor) {
            (false, true) => Some((Event::TwoFactorEnabled, Notice::TwoFactorEnabled)),
            (true, false) => Some((Event::TwoFactorDisabled, Notice::TwoFactorDisabled)),
            _ => None,
        };
        if happened.is_none() && !method_changes {
            return Ok(face(&account));
        }
        if !wanted.two_factor && account.two_factor && !account.password_is_long {
            return Err(ProblemCode::PasswordTooShortAlone.into());
        }
        (account.two_factor, account.method) = (wanted.two_factor, wanted.method);
        tx.update_security(account.id, account.two_factor, account.method).await?;
        account.security_version += 1;
        tx.delete_other_sessions(account.id, caller.session.id).await?;
        // whoever is half-way through signing in starts again under the new settings
        let (place, now) = (caller.session.place.as_deref(), backend.now());
        tx.kill_challenges(account.id, now).await?;
        let both = [email_of(&account), phone_of(&account)];
        let method =
            method_changes.then_some((Event::TwoFactorMethodChanged, Notice::TwoFactorMethodChanged));
        // the trail holds each event; the owner is told once of one change
        let told = happened.or(method).map(|(_, notice)| notice);
        for (event, _) in happened.into_iter().chain(method) {
            tx.record(account.id, event, place, now, backend.settings().activity_max).await?;
        }
        if let Some(notice) = told {
            tell(backend, &mut tx, &account, notice, place, &both).await?;
        }
        backend.commit_and_deliver(tx).await?;
        Ok(face(&account))
    }
}
