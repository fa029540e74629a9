//! What waits on this computer: plans that were begun and have not ended, and those that came along with an import.

use super::brought;
use super::journal::{Journal, Places};
use super::opened::Opened;
use super::step;
use postern_contract::configuration::PlanState;
use postern_contract::{Moment, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};
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
    /// How many of its steps have ended.
    pub ended: usize,
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
    /// Not to be applied after.
    pub expires_at: Option<Moment>,
    /// How far it has come, or that its time is over; none where nothing was done with it and it can be applied.
    pub state: Option<PlanState>,
    /// What forbids to apply it.
    pub findings: Vec<postern_contract::configuration::Finding>,
}

/// Those that came along with an import and were neither applied nor put away, by the order of their names.
pub fn offered(places: &Places, now: Moment) -> Result<Vec<Offered>, Problem> {
    let offered = |path: PathBuf| {
        let opened = Opened::read(&path).ok();
        let findings = opened.as_ref().map(|opened| opened.findings_here(places)).unwrap_or_default();
        let plan = opened.as_ref().and_then(Opened::readable);
        let account = plan.map(|plan| plan.account.email.clone());
        let backend = plan.map(|plan| plan.account.backend.clone());
        let reason = plan.map(|plan| plan.plan.reason.clone());
        let expires_at = plan.and_then(|plan| plan.plan.expires_at);
        let state = opened.as_ref().and_then(|opened| state_of(opened, places, now));
        Offered { path, account, backend, reason, expires_at, state, findings }
    };
    Ok(brought::waiting(places)?.into_iter().map(offered).collect())
}

/// How far a plan's file has come on this computer, or that its time is over; none where nothing was done with it.
pub fn state(places: &Places, path: &Path, now: Moment) -> Option<PlanState> {
    state_of(&Opened::read(path).ok()?, places, now)
}

fn state_of(opened: &Opened, places: &Places, now: Moment) -> Option<PlanState> {
    let plan = opened.readable()?;
    let journal = Journal::read(places, plan.plan.id).ok()?;
    if journal.began().is_some_and(|(_, sha256, _)| sha256 == opened.sha256()) {
        if journal.finished().is_some() {
            return Some(PlanState::Applied);
        }
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let steps = step::of(plan).len();
        return Some(PlanState::Begun { done: number(journal.ended_steps()), of: number(steps) });
    }
    plan.plan.expires_at.filter(|to| now > *to).map(PlanState::Expired)
}

/// All of them whose journal can be read.
pub fn under_way(places: &Places) -> Vec<UnderWay> {
    let mut all = Vec::new();
    for plan in places.journals() {
        let Ok(journal) = Journal::read(places, plan) else { continue };
        let (Some((began_at, ..)), true) = (journal.began(), journal.waits()) else { continue };
        if let Some((file, account, backend)) = journal.named() {
            let (file, account, backend) = (file.to_owned(), account.to_owned(), backend.to_owned());
            all.push(UnderWay { plan, file, account, backend, began_at, ended: journal.ended_steps() });
        }
    }
    all
}

/// Whether applying a plan was begun on this computer.
pub fn is_begun(places: &Places, plan: Uuid) -> Result<bool, Problem> {
    Ok(Journal::read(places, plan)?.began().is_some())
}

/// The journals that cannot be read, as after damage to the disk or by a newer version. Their plans are not applied any further
/// while that is so; all others are.
pub fn unreadable(places: &Places) -> Vec<PathBuf> {
    let plans = places.journals().into_iter().filter(|plan| Journal::read(places, *plan).is_err());
    plans.map(|plan| places.journal(plan)).collect()
}
