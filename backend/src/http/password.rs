//! Changing the password.

use super::Handle;
use super::account::own;
use crate::caller::Unlocked;
use crate::guess::{self, Door};
use crate::notice::{email_of, phone_of, tell};
use crate::password::{self, Context};
use crate::state::Backend;
use crate::store::AccountRow;
use contract::activity::Event;
use contract::message::Notice;
use contract::operation::ChangePassword;
use contract::rules::Findings;
use contract::{Problem, ProblemCode, Rule, Secret};

impl Handle for ChangePassword {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<(), Problem> {
        let Unlocked(caller) = caller;
        let settings = backend.settings();
        let mut tx = backend.store().read().await?;
        let account = own(&mut tx, caller.account()).await?;
        let earlier = tx.earlier_passwords(account.id).await?;
        drop(tx);

        let door = Door::Session(caller.session.id, account.id);
        guess::allowed(backend, &mut backend.store().glance().await?, &door).await?;
        let context = Context::of([&account.name, &account.email, &account.mobile_phone].map(String::as_str));
        let accepted = password::accept(self.body.new_password.expose(), least(backend, &account), &context);
        let of = Some(account.id);
        let right = backend.verify_password(of, &self.body.current_password, Some(&account.password)).await?;
        let findings = Findings::default()
            .add("current_password", if right { Ok(()) } else { Err(Rule::Wrong) })
            .add("new_password", accepted.as_ref().map_err(|rule| *rule));
        let refused = Problem::rejected(findings.done());
        let place = caller.session.place.as_deref();
        let mut tx = caller.begin(backend).await?;
        guess::allowed(backend, &mut tx, &door).await?;
        if right {
            drop(tx);
        } else {
            let now = backend.now();
            guess::failed(backend, &mut tx, &door).await?;
            tx.record(account.id, Event::StepUpRefused, place, now, settings.activity_max).await?;
            tx.commit().await?;
        }
        refused?;
        let new = &self.body.new_password;
        let last = std::iter::once(&account.password).chain(&earlier);
        for stored in last.take(settings.capabilities.password_history as usize) {
            if backend.verify_password(of, new, Some(stored)).await? {
                return Err(Problem::field(ProblemCode::Rejected, "new_password", Rule::UsedBefore));
            }
        }
        let long = stands_alone(backend, new);
        let hash = backend.hash_password(of, contract::rules::canonical_password(new.expose())).await?;

        let mut tx = caller.begin(backend).await?;
        let now = backend.now();
        // hashing took its time: the account must still be the one the checks were made for
        let still = own(&mut tx, account.id).await?;
        if !still.keeps_password_of(&account) {
            return Err(Problem::field(ProblemCode::Rejected, "current_password", Rule::Wrong));
        }
        if !long && !still.two_factor {
            let rule = Rule::TooShort { min: settings.capabilities.password_min_alone };
            return Err(Problem::field(ProblemCode::Rejected, "new_password", rule));
        }
        let kept = settings.capabilities.password_history.saturating_sub(1);
        tx.change_password(&still, &hash, long, kept, place, now).await?;
        tx.delete_other_sessions(account.id, caller.session.id).await?;
        guess::succeeded(&mut tx, &door).await?;
        tx.kill_numbers(account.id, now).await?;
        tx.kill_proofs(account.id).await?;
        tx.kill_challenges(account.id, now).await?;
        tx.record(account.id, Event::PasswordChanged, place, now, settings.activity_max).await?;
        let both = [email_of(&still), phone_of(&still)];
        tell(backend, &mut tx, &still, Notice::PasswordChanged, place, &both).await?;
        backend.commit_and_deliver(tx).await
    }
}

/// The least length of this account's next password.
fn least(backend: &Backend, account: &AccountRow) -> u32 {
    let capabilities = &backend.settings().capabilities;
    if account.two_factor {
        capabilities.password_min_with_two_factor
    } else {
        capabilities.password_min_alone
    }
}

fn stands_alone(backend: &Backend, new: &Secret<String>) -> bool {
    password::stands_alone(new.expose(), backend.settings().capabilities.password_min_alone)
}
