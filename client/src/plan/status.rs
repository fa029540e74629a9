//! What was begun on this computer and has not ended: plans that wait to be gone on with.

use super::journal::{Journal, Places};
use postern_contract::{Moment, Problem};
use serde::Serialize;
use uuid::Uuid;

/// A plan whose application was begun and has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnderWay {
    /// Which plan.
    pub plan: Uuid,
    /// Its file, without the folder.
    pub file: String,
    /// The account it is for.
    pub account: String,
    /// The backend it is for.
    pub backend: String,
    /// When it was begun.
    pub began_at: Moment,
}

/// All of them.
pub fn under_way(places: &Places) -> Result<Vec<UnderWay>, Problem> {
    let mut all = Vec::new();
    for plan in places.journals() {
        let journal = Journal::read(places, plan)?;
        let (Some((began_at, ..)), None) = (journal.began(), journal.finished()) else { continue };
        if let Some((file, account, backend)) = journal.named() {
            let (file, account, backend) = (file.to_owned(), account.to_owned(), backend.to_owned());
            all.push(UnderWay { plan, file, account, backend, began_at });
        }
    }
    Ok(all)
}
