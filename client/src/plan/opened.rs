//! A plan that was opened: read once, held against the account as often as somebody looks. What was looked at is what is
//! applied, whatever becomes of the file meanwhile.

use super::countersign::{self, Policy, Signatures};
use super::file::{Plan, SIZE_MAX, told};
use super::journal::{Journal, Places};
use super::receipts::Receipts;
use super::seen::Seen;
use super::step::{self, Step};
use super::{duplicates, refusal, review, standing};
use crate::{Desk, durable, hex};
use postern_backend::Clock;
use postern_contract::configuration::{Finding, Gravity, OfferId};
use postern_contract::plan::{PlanRefusal, PlanStep, PlanView, Receipt, Standing, StepSubject};
use postern_contract::{Moment, Problem, ProblemCode};
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a plan is looked at with.
#[derive(Clone)]
pub struct With {
    /// The account's desk.
    pub desk: Desk,
    /// What the policy wants signed, as of now.
    pub policy: Policy,
    /// Where journals and receipts rest.
    pub places: Places,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl With {
    /// The time by the clock here, or the latest that the backend said where that is later: setting a clock back makes no plan
    /// younger.
    pub(super) fn now(&self) -> Moment {
        let here = self.clock.now();
        self.desk.date().map_or(here, |date| date.max(here))
    }
}

impl fmt::Debug for With {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With").field("desk", &self.desk).field("places", &self.places).finish_non_exhaustive()
    }
}

/// A plan's file.
#[derive(Debug, Clone)]
pub struct Opened {
    path: PathBuf,
    bytes: Vec<u8>,
    plan: Option<Plan>,
    findings: Vec<Finding>,
}

impl Opened {
    /// Reads the file. What is wrong with a plan comes as findings; `file_failed` where there is nothing to read.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let bytes = durable::whole(path, SIZE_MAX).map_err(|fault| durable::failed(path, &fault))?;
        Ok(Self::of(path, bytes))
    }

    /// The same of bytes that were read.
    pub fn of(path: &Path, bytes: Vec<u8>) -> Self {
        let name = PathBuf::from(path.file_name().unwrap_or_default());
        let whole = |found: &str, expected: &str, fix: &str| Finding {
            gravity: Gravity::Error,
            file: name.display().to_string(),
            line: 0,
            column: 0,
            key: String::new(),
            found: found.to_owned(),
            expected: expected.to_owned(),
            fix: fix.to_owned(),
        };
        let (plan, findings) = if bytes.len() as u64 > SIZE_MAX {
            let expected = "a plan of at most 256 KiB";
            (None, vec![whole("a larger file", expected, "choose the right file")])
        } else if let Ok(text) = std::str::from_utf8(&bytes) {
            let (plan, findings) = Plan::read(&name, text);
            (plan, told(findings))
        } else {
            let expected = "a plan in TOML, encoded as UTF-8";
            (None, vec![whole("bytes that are no UTF-8", expected, "save it as UTF-8 text")])
        };
        Self { path: path.to_owned(), bytes, plan, findings }
    }

    /// The same, with what forbids it because of another file of its id on this computer.
    pub fn read_here(path: &Path, places: &Places) -> Result<Self, Problem> {
        let mut opened = Self::read(path)?;
        for finding in duplicates::here(&opened, places) {
            opened.add(finding);
        }
        Ok(opened)
    }

    /// Each of several files, with what forbids it because of another file of its id, among them or on this computer.
    pub fn read_all(paths: &[PathBuf], places: &Places) -> Vec<Result<Self, Problem>> {
        let (mut read, mut failed) = (Vec::new(), Vec::new());
        for (at, path) in paths.iter().enumerate() {
            match Self::read_here(path, places) {
                Ok(opened) => read.push((at, opened)),
                Err(problem) => failed.push((at, problem)),
            }
        }
        let (at, mut opened): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        duplicates::among(&mut opened);
        let mut all: Vec<_> = at.into_iter().zip(opened.into_iter().map(Ok)).collect();
        all.extend(failed.into_iter().map(|(at, problem)| (at, Err(problem))));
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, one)| one).collect()
    }

    /// Notes what else is wrong with it.
    pub(super) fn add(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// The plan, or what is wrong with it.
    pub fn plan(&self) -> Result<&Plan, &[Finding]> {
        self.plan.as_ref().filter(|_| !is_refused(&self.findings)).ok_or(&self.findings)
    }

    /// The plan as it was read, also where a finding forbids to apply it.
    pub(super) fn readable(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// What is to be mended, or should be.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The file's bytes as they were read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// SHA-256 of the file.
    pub(super) fn sha256(&self) -> String {
        hex::encode(&Sha256::digest(&self.bytes))
    }

    /// Whether a signature stands beside it.
    pub fn is_signed(&self) -> bool {
        !countersign::beside(&self.path).is_empty()
    }

    /// The signatures beside it, under that policy.
    pub fn signatures(&self, policy: &Policy) -> Signatures {
        let look = |_| countersign::look(&self.path, &self.bytes, policy);
        self.plan.as_ref().map(look).unwrap_or_default()
    }

    /// Why it cannot be applied, as far as that is known without the backend.
    pub fn refused_at_sight(
        &self,
        places: &Places,
        policy: &Policy,
        now: Moment,
    ) -> Result<Option<PlanRefusal>, Problem> {
        let Ok(plan) = self.plan() else { return Ok(Some(PlanRefusal::Findings)) };
        let journal = Journal::read(places, plan.plan.id)?;
        if duplicates::begun(self, &journal).is_some() {
            return Ok(Some(PlanRefusal::Findings));
        }
        Ok(refusal::of_itself(plan, &journal, &self.signatures(policy), policy, None, now))
    }

    /// Whether all is done but the cancellation, which was sent and whose answer was lost: nobody may be able to sign in.
    pub fn is_ending(&self, places: &Places) -> Result<bool, Problem> {
        let Some(plan) = &self.plan else { return Ok(false) };
        Ok(is_ending(plan, &Journal::read(places, plan.plan.id)?))
    }

    /// Whether every step has ended and the receipt alone is missing: writing it needs neither the account nor the backend.
    pub fn is_done(&self, places: &Places) -> Result<bool, Problem> {
        let Some(plan) = &self.plan else { return Ok(false) };
        Ok(is_done(plan, &Journal::read(places, plan.plan.id)?))
    }

    /// The receipt, where it was applied here.
    pub fn receipt(&self, places: &Places) -> Result<Option<Receipt>, Problem> {
        let Some(plan) = &self.plan else { return Ok(None) };
        Receipts::at(places).of(plan.plan.id)
    }

    /// With which addresses the account may sign in, the likeliest first: a run that was interrupted may have changed it.
    pub fn signs_in_as(&self, places: &Places) -> Result<Vec<String>, Problem> {
        let Some(plan) = &self.plan else { return Ok(Vec::new()) };
        let journal = Journal::read(places, plan.plan.id)?;
        let mut addresses = vec![plan.account.email.clone()];
        let steps = step::of(plan);
        let Some(at) = steps.iter().position(|step| step.subject == StepSubject::Email) else {
            return Ok(addresses);
        };
        let new = steps.get(at).and_then(Step::address);
        match (new, journal.ended(at), journal.doing(at)) {
            (Some(new), Some((Standing::Done | Standing::AlreadyDone, _)), _) => addresses.insert(0, new),
            (Some(new), None, Some(_)) => addresses.push(new),
            _ => {}
        }
        Ok(addresses)
    }

    /// The plan as a window shows it, held against the account where that can be read. `offer` names it there.
    pub async fn view(&self, offer: OfferId, with: &With) -> Result<PlanView, Problem> {
        let Some(plan) = &self.plan else { return Ok(self.unreadable(offer)) };
        let mut journal = Journal::read(&with.places, plan.plan.id)?;
        let mut findings = self.findings.clone();
        if let Some(other) = duplicates::begun(self, &journal) {
            // what the journal tells was done of the other file
            journal = Journal::none(&with.places, plan.plan.id);
            findings.extend((!findings.contains(&other)).then_some(other));
        }
        let (refused, seen) = self.held(plan, &journal, with).await;
        let steps = step::of(plan);
        let steps = steps.iter().enumerate().map(|(at, step)| shown(plan, at, step, seen.as_ref(), &journal));
        let ours = plan.account.backend == with.desk.origin();
        Ok(PlanView {
            offer,
            file: self.name(),
            author: plan.plan.author.clone(),
            reason: plan.plan.reason.clone(),
            account: plan.account.email.clone(),
            backend: if ours { with.desk.face().name } else { plan.account.backend.clone() },
            prepared_at: Some(plan.plan.prepared_at),
            not_before: plan.plan.not_before,
            expires_at: plan.plan.expires_at,
            steps: steps.collect(),
            needs: review::needs(plan, &with.policy, seen.as_ref()),
            signed_by: self.signatures(&with.policy).names(),
            refused: if is_refused(&findings) { Some(PlanRefusal::Findings) } else { refused },
            findings,
            interrupted: journal.began().is_some() && journal.finished().is_none(),
        })
    }

    /// Why it cannot be applied, if it cannot, and the account, if that could be read and is the plan's.
    pub(super) async fn held(
        &self,
        plan: &Plan,
        journal: &Journal,
        with: &With,
    ) -> (Option<PlanRefusal>, Option<Seen>) {
        let signatures = self.signatures(&with.policy);
        let of_itself = |owner: Option<&str>| {
            refusal::of_itself(plan, journal, &signatures, &with.policy, owner, with.now())
        };
        let is_other = self.plan().is_err() || duplicates::begun(self, journal).is_some();
        let mut refused = is_other.then_some(PlanRefusal::Findings).or_else(|| of_itself(None));
        refused = refused.or_else(|| refusal::of_backend(plan, &with.desk.origin()));
        if refused.is_none() && is_done(plan, journal) {
            return (None, None);
        }
        if matches!(refused, Some(PlanRefusal::OtherBackend(_) | PlanRefusal::AppliedAlready(_))) {
            return (refused, None);
        }
        match Seen::at(&with.desk, plan).await {
            Ok(seen) => match refusal::of_account(plan, journal, &seen) {
                Some(other) => (refused.or(Some(other)), None),
                // whose account it is says the account, not the plan
                None => (refused.or_else(|| of_itself(Some(&seen.account.email))), Some(seen)),
            },
            // where the end itself was sent and its answer lost, nobody can sign in to look
            Err(_) if refused.is_none() && is_ending(plan, journal) => (None, None),
            Err(problem) => (refused.or_else(|| Some(refusal::of_problem(&problem))), None),
        }
    }

    /// What is wrong with the file, and what forbids it because of another file of its id on this computer.
    pub fn findings_here(&self, places: &Places) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        for other in duplicates::here(self, places) {
            findings.extend((!findings.contains(&other)).then_some(other));
        }
        findings
    }

    fn unreadable(&self, offer: OfferId) -> PlanView {
        PlanView {
            offer,
            file: self.name(),
            author: String::new(),
            reason: String::new(),
            account: String::new(),
            backend: String::new(),
            prepared_at: None,
            not_before: None,
            expires_at: None,
            steps: Vec::new(),
            needs: Vec::new(),
            signed_by: Vec::new(),
            findings: self.findings.clone(),
            refused: Some(PlanRefusal::Findings),
            interrupted: false,
        }
    }
}

fn is_refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.gravity == Gravity::Error)
}

/// Whether every step has ended, and the receipt was not noted.
pub(super) fn is_done(plan: &Plan, journal: &Journal) -> bool {
    journal.finished().is_none() && (0..step::of(plan).len()).all(|at| journal.ended(at).is_some())
}

/// Whether all is done but the cancellation, which was sent.
fn is_ending(plan: &Plan, journal: &Journal) -> bool {
    let open: Vec<_> = (0..step::of(plan).len()).filter(|at| journal.ended(*at).is_none()).collect();
    plan.subscription.cancel && matches!(open[..], [last] if journal.doing(last).is_some())
}

/// A step as it stands: as the journal says where it has ended, else as the account says.
pub(super) fn shown(plan: &Plan, at: usize, step: &Step, seen: Option<&Seen>, journal: &Journal) -> PlanStep {
    let held = match (journal.ended(at), seen) {
        (Some((standing, _)), _) => (standing, None),
        (None, Some(seen)) => standing::hold(plan, step, seen, journal),
        (None, None) => (Standing::ToDo, None),
    };
    standing::shown(step, seen, held)
}

/// Writes a new plan where a person chose, over nothing but a file they chose to replace.
pub fn write(path: &Path, plan: &Plan) -> Result<(), Problem> {
    durable::overwrite(path, text(plan)?.as_bytes()).map_err(|fault| durable::failed(path, &fault))
}

/// The text of a plan's file: what is written is what is read back.
pub fn text(plan: &Plan) -> Result<String, Problem> {
    let text = plan.to_text();
    if Plan::read(Path::new(""), &text).0.as_ref() == Some(plan) {
        Ok(text)
    } else {
        Err(Problem::new(ProblemCode::Internal))
    }
}
