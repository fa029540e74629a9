//! Authentication keys.

use super::Handle;
use super::account::own;
use crate::caller::{SignedIn, Unlocked};
use crate::notice::{email_of, tell};
use crate::state::Backend;
use crate::store::{Registered, Tx};
use contract::activity::Event;
use contract::key::{Key, Keys};
use contract::message::Notice;
use contract::operation::{AddKey, DeleteKey, ListKeys};
use contract::{Problem, ProblemCode, rules};

impl Handle for ListKeys {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<Keys, Problem> {
        backend.seen().settle().await;
        Ok(Keys { keys: backend.store().glance().await?.keys(caller.account()).await? })
    }
}

impl Handle for AddKey {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<Key, Problem> {
        let label = rules::label(&self.body.label)
            .map_err(|rule| Problem::field(ProblemCode::Rejected, "label", rule))?;
        let mut tx = caller.0.begin(backend).await?;
        let most = backend.settings().capabilities.keys_max;
        let (of, now) = (caller.0.account(), backend.now());
        match tx.register_key(of, self.id, &label, &self.body, most, now).await? {
            Registered::Already(key) => Ok(key),
            Registered::Taken => Err(ProblemCode::KeyIdTaken.into()),
            Registered::Full => Err(ProblemCode::KeyLimitReached.into()),
            Registered::Added(key) => {
                note(backend, tx, &caller, Event::KeyAdded, Notice::KeyAdded).await?;
                Ok(key)
            }
        }
    }
}

impl Handle for DeleteKey {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<(), Problem> {
        let mut tx = caller.0.begin(backend).await?;
        if !tx.delete_key(caller.0.account(), self.id).await? {
            return Err(ProblemCode::NotFound.into());
        }
        note(backend, tx, &caller, Event::KeyDeleted, Notice::KeyDeleted).await
    }
}

/// Writes it into the trail, tells the owner, and makes it all durable.
async fn note(
    backend: &Backend,
    mut tx: Tx,
    caller: &Unlocked,
    event: Event,
    notice: Notice,
) -> Result<(), Problem> {
    let account = own(&mut tx, caller.0.account()).await?;
    let place = caller.0.session.place.as_deref();
    tx.record(account.id, event, place, backend.now(), backend.settings().activity_max).await?;
    tell(backend, &mut tx, &account, notice, place, &[email_of(&account)]).await?;
    backend.commit_and_deliver(tx).await
}
