//! The account's own audit trail.

use super::Handle;
use crate::caller::SignedIn;
use crate::state::Backend;
use contract::Problem;
use contract::activity::{Activity, Cursor};
use contract::operation::ListActivity;

/// Entries on one page.
const PAGE: u32 = 50;

impl Handle for ListActivity {
    type Caller = SignedIn;
    async fn handle(self, caller: SignedIn, backend: &Backend) -> Result<Activity, Problem> {
        let before = self.cursor.map(|Cursor(position)| position);
        // one more than a page holds shows whether there is another
        let mut rows = backend.store().glance().await?.activity(caller.account(), before, PAGE + 1).await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|(position, _)| Cursor(*position));
        Ok(Activity { entries: rows.into_iter().map(|(_, entry)| entry).collect(), next })
    }
}
