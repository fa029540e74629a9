//! What waits on this computer: plans that were begun and have not ended, and those that came along with an import.

use super::brought;
use super::journal::{Journal, Places};
use super::opened::Opened;
use postern_contract::Moment;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;
use uuid::Uuid;

/// A plan whose application was begun and has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnderWay {
    /// Which plan.
    #[schemars(with = "String")]
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

/// A plan that came along with an import and waits to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Offered {
    /// Where its file lies.
    pub path: PathBuf,
    /// The account it is for; none where the file is no plan that can be read.
    pub account: Option<String>,
    /// The backend it is for.
    pub backend: Option<String>,
    /// What for.
    pub reason: Option<String>,
}

/// Those that came along with an import and were neither applied nor put away, by the order of their names.
pub fn offered(places: &Places) -> Vec<Offered> {
    let offered = |path: PathBuf| {
        let opened = Opened::read(&path).ok();
        let plan = opened.as_ref().and_then(|opened| opened.plan().ok());
        let account = plan.map(|plan| plan.account.email.clone());
        let backend = plan.map(|plan| plan.account.backend.clone());
        let reason = plan.map(|plan| plan.plan.reason.clone());
        Offered { path, account, backend, reason }
    };
    brought::waiting(places).into_iter().map(offered).collect()
}

/// All of them whose journal can be read.
pub fn under_way(places: &Places) -> Vec<UnderWay> {
    let mut all = Vec::new();
    for plan in places.journals() {
        let Ok(journal) = Journal::read(places, plan) else { continue };
        let (Some((began_at, ..)), None) = (journal.began(), journal.finished()) else { continue };
        if let Some((file, account, backend)) = journal.named() {
            let (file, account, backend) = (file.to_owned(), account.to_owned(), backend.to_owned());
            all.push(UnderWay { plan, file, account, backend, began_at });
        }
    }
    all
}

/// The journals that cannot be read, as after damage to the disk or by a newer version. Their plans are not applied any further
/// while that is so; all others are.
pub fn unreadable(places: &Places) -> Vec<PathBuf> {
    let plans = places.journals().into_iter().filter(|plan| Journal::read(places, *plan).is_err());
    plans.map(|plan| places.journal(plan)).collect()
}
