//! Everything the backend keeps of an account, for its owner.

use super::account::own;
use super::{Handle, account, security, session};
use crate::caller::{Unlocked, moment};
use crate::state::Backend;
use contract::Problem;
use contract::activity::Event;
use contract::export::Export;
use contract::operation::ExportAccount;

impl Handle for ExportAccount {
    type Caller = Unlocked;
    async fn handle(self, caller: Unlocked, backend: &Backend) -> Result<Export, Problem> {
        let Unlocked(caller) = caller;
        let (now, most) = (backend.now(), backend.settings().activity_max);
        backend.seen().settle().await;
        let mut tx = caller.begin(backend).await?;
        let place = caller.session.place.as_deref();
        tx.record(caller.account(), Event::DataExported, place, now, most).await?;
        let row = own(&mut tx, caller.account()).await?;
        let export = Export {
            exported_at: moment(now),
            account: account::face(&row),
            security: security::face(&row),
            keys: tx.keys(row.id).await?,
            sessions: session::places(backend, &mut tx, &caller).await?,
            desktops: tx.desktops(row.id).await?,
            activity: tx
                .activity(row.id, None, most.saturating_mul(2))
                .await?
                .into_iter()
                .map(|(_, entry)| entry)
                .collect(),
        };
        tx.commit().await?;
        Ok(export)
    }
}
