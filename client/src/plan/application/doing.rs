//! One step: look at the account, decide, note, do, note. What somebody else has done meanwhile is found here, and so is what
//! this plan itself has done in a run that ended before it could note it.

use super::super::file::Security;
use super::super::journal::Entry;
use super::super::refusal;
use super::super::seen::Seen;
use super::super::standing::{doomed_keys, found, hold, is_reached, shown};
use super::super::step::{Step, Wanted};
use super::{Application, Wait};
use crate::desk::Held;
use postern_contract::account::{AccountChange, ProvenAddress};
use postern_contract::operation::{ChangeAccount, ChangeSecurity};
use postern_contract::plan::{Standing, StepSubject};
use postern_contract::security::SecurityChange;
use postern_contract::shell::CancelInput;
use postern_contract::{AccountId, ETag, KeyId, Problem, ProblemCode, Rule};
use uuid::Builder;

impl Application {
    /// Does a step, or says what is waited for. A step ends as done only after the account was read in the wanted state.
    pub(super) async fn step(&mut self, at: usize) -> Result<Option<Wait>, Problem> {
        let Some(step) = self.steps.get(at).cloned() else { return Ok(None) };
        if self.canceled && step.wanted == Wanted::Canceled {
            // the backend said so; noting it failed
            self.end(at, Standing::Done)?;
            return Ok(None);
        }
        let pending = self.journal.doing(at).is_some();
        let seen = self.seen().await?;
        let (standing, drift) = hold(&self.plan, &step, &seen, &self.journal);
        if let Some(place) = self.shown.get_mut(at) {
            *place = shown(&step, Some(&seen), (standing.clone(), drift));
        }
        let made = self.journal.key(at).is_some_and(|id| seen.keys.iter().any(|key| key.id == id));
        match standing {
            _ if made => self.end(at, Standing::Done)?,
            Standing::Same if !pending => self.end(at, Standing::Same)?,
            Standing::Same | Standing::AlreadyDone if pending => {
                self.note_known(&step, &seen)?;
                self.end(at, Standing::Done)?;
            }
            Standing::AlreadyDone => self.end(at, Standing::AlreadyDone)?,
            Standing::Drifted => {
                let found = found(&step, &seen);
                match self.journal.choice(at, &found) {
                    Some(true) => return self.act(at, &step, &seen).await,
                    Some(false) => self.end(at, Standing::Skipped)?,
                    None => return Ok(Some(Wait::Drift { at, found })),
                }
            }
            _ => return self.act(at, &step, &seen).await,
        }
        Ok(None)
    }

    /// The account as it is, which must be the one that the plan was begun on.
    async fn seen(&self) -> Result<Seen, Problem> {
        let seen = Seen::at(&self.with.desk, &self.plan).await?;
        if self.journal.began().is_some_and(|(_, _, account)| account != seen.account.id) {
            // another account was signed in meanwhile
            return Err(Problem::new(ProblemCode::PlanRefused));
        }
        Ok(seen)
    }

    async fn act(&mut self, at: usize, step: &Step, seen: &Seen) -> Result<Option<Wait>, Problem> {
        self.allowed(Some(seen))?;
        // what was looked at and what is changed is one account's
        let held = seen.held.clone().ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))?;
        let mut gone = Vec::new();
        match &step.wanted {
            Wanted::Value(value) => {
                if let Some(wait) = self.change(at, step, value, seen).await? {
                    return Ok(Some(wait));
                }
            }
            Wanted::Security(security) => self.secure(at, *security, seen).await?,
            Wanted::Gone(doomed) => {
                gone = doomed_keys(doomed, seen).keys().iter().map(|key| key.id).collect();
                if gone.len() > 1 {
                    // which of them was meant is for a person to find out
                    let rule = Rule::Duplicate;
                    return Err(Problem::field(ProblemCode::Rejected, "delete_keys", rule));
                }
                self.note_doing(at, None)?;
                for id in &gone {
                    self.delete(held.clone(), *id).await?;
                }
            }
            Wanted::Made(label) => {
                let id = match self.journal.key(at) {
                    Some(id) => id,
                    None => fresh_id()?,
                };
                self.note_doing(at, Some(id))?;
                self.with.desk.add_key_under(&held, id, label).await?;
            }
            Wanted::Canceled => {
                self.note_doing(at, None)?;
                self.with.desk.cancel_subscription_as(held, CancelInput { agree: true }).await?;
                // the account cannot be read any more: the answer of the backend is what was seen of its end
                self.canceled = true;
            }
        }
        self.verify(at, step, &gone).await?;
        self.end(at, Standing::Done)?;
        Ok(None)
    }

    /// Reads the account again after a change, which must have led to what the step wants: an answer alone does not prove it.
    async fn verify(&mut self, at: usize, step: &Step, gone: &[KeyId]) -> Result<(), Problem> {
        if self.canceled {
            return Ok(());
        }
        let seen = self.seen().await?;
        let is = match &step.wanted {
            Wanted::Value(_) | Wanted::Security(_) => is_reached(step, &seen),
            Wanted::Gone(_) => !seen.keys.iter().any(|key| gone.contains(&key.id)),
            Wanted::Made(_) => {
                self.journal.key(at).is_some_and(|id| seen.keys.iter().any(|key| key.id == id))
            }
            Wanted::Canceled => false,
        };
        if !is {
            // changed by another client since, or not changed at all: it is looked at again
            return Err(Problem::new(ProblemCode::PreconditionFailed));
        }
        self.note_known(step, &seen)
    }

    /// Notes the versions of the account after a change of this plan, where that change was the only one since the version that is
    /// known: without fingerprints the later steps are held against them.
    fn note_known(&mut self, step: &Step, seen: &Seen) -> Result<(), Problem> {
        let Some(base) = &self.plan.base else { return Ok(()) };
        if base.fingerprints.as_ref().is_some_and(|of| of.key.is_none() || seen.key.is_some()) {
            return Ok(());
        }
        let (account, security) = self.journal.known().unwrap_or((&base.account, &base.security));
        let changes_account = matches!(step.wanted, Wanted::Value(_));
        // proving another address changes what the second factor is sent to
        let changes_security = matches!(step.wanted, Wanted::Security(_)) || step.proven_by().is_some();
        if !follows(account, &seen.account.etag, changes_account)
            || !follows(security, &seen.security.etag, changes_security)
        {
            return Ok(());
        }
        let (account, security) = (seen.account.etag.as_str(), seen.security.etag.as_str());
        let entry =
            Entry::Known { at: self.now(), account: account.to_owned(), security: security.to_owned() };
        self.journal.note(entry)
    }

    /// Changes one field of the user information, or says what is waited for.
    async fn change(
        &mut self,
        at: usize,
        step: &Step,
        value: &str,
        seen: &Seen,
    ) -> Result<Option<Wait>, Problem> {
        let mut body = AccountChange::default();
        if let Some(channel) = step.proven_by() {
            let Some(proof) = self.proofs.get(&at).cloned() else {
                return self.number_for(at, channel).await.map(Some);
            };
            let proven = ProvenAddress { address: value.to_owned(), proof: proof.proof };
            match step.subject {
                StepSubject::Email => body.email = Some(proven),
                _ => body.mobile_phone = Some(proven),
            }
        } else if step.subject == StepSubject::Name {
            body.name = Some(value.to_owned());
        } else {
            body.task = Some(value.to_owned());
        }
        self.note_doing(at, None)?;
        let held = seen.held.clone().ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))?;
        let change = ChangeAccount { if_match: seen.account.etag.clone(), body };
        let changed = self.with.desk.change_as(held, &change).await;
        if let Err(problem) = changed {
            if problem.code == ProblemCode::ProofRefused {
                self.proofs.remove(&at);
                let when = self.now();
                self.journal.note(Entry::Refused { at: when, step: at })?;
            }
            return Err(problem);
        }
        self.proofs.remove(&at);
        Ok(None)
    }

    async fn secure(&mut self, at: usize, wanted: Security, seen: &Seen) -> Result<(), Problem> {
        let method = wanted.method.map_or(seen.security.method, Into::into);
        let body = SecurityChange { two_factor: wanted.two_factor, method };
        self.note_doing(at, None)?;
        let change = ChangeSecurity { if_match: seen.security.etag.clone(), body };
        self.with.desk.ask_as(seen.held.clone(), &change).await?;
        Ok(())
    }

    /// Deletes a key. One that is gone by now is as wanted.
    async fn delete(&self, held: Held, id: KeyId) -> Result<(), Problem> {
        match self.with.desk.delete_key_as(held, id).await {
            Err(problem) if problem.code == ProblemCode::NotFound => Ok(()),
            done => done,
        }
    }

    fn note_doing(&mut self, at: usize, key: Option<KeyId>) -> Result<(), Problem> {
        let when = self.now();
        self.journal.note(Entry::Doing { at: when, step: at, key })
    }

    /// Whether a cancellation was sent that can no longer be looked up.
    pub(super) fn may_be_over(&self, at: usize, problem: &Problem) -> bool {
        let is_end = self.steps.get(at).is_some_and(|step| step.wanted == Wanted::Canceled);
        is_end && self.journal.doing(at).is_some() && problem.code == ProblemCode::Unauthenticated
    }

    /// Whether the plan may still change something: its time may be over by now, and the policy another. What is wrong comes as
    /// a finding.
    pub(super) fn allowed(&self, seen: Option<&Seen>) -> Result<(), Problem> {
        let owner = seen.map(|seen| seen.account.email.as_str());
        let (signatures, policy) = (self.opened.signatures(&self.with.policy), &self.with.policy);
        let why = refusal::of_itself(&self.plan, &self.journal, &signatures, policy, owner, self.with.now());
        // one that was begun is taken up although its time is over, so that it can be ended; nothing is changed any more
        let why = why.or_else(|| refusal::of_time(&self.plan, self.with.now()));
        why.map_or(Ok(()), |why| Err(refusal::told(&self.opened.name(), &why)))
    }

    /// How a step stands that a person leaves after trouble. One that was sent may have been done although its answer was lost:
    /// the account says, where it can be looked at.
    pub(super) async fn left(&self, at: usize, problem: &Problem) -> Standing {
        // the code says what happened; what the account holds is not kept
        let failed = Standing::Failed(Box::new(Problem::new(problem.code)));
        let Some(step) = self.steps.get(at).filter(|_| self.journal.doing(at).is_some()) else {
            return failed;
        };
        let Ok(seen) = Seen::at(&self.with.desk, &self.plan).await else { return Standing::NotKnown };
        if self.account().ok() != Some(seen.account.id) {
            return Standing::NotKnown;
        }
        let made = self.journal.key(at).is_some_and(|id| seen.keys.iter().any(|key| key.id == id));
        match hold(&self.plan, step, &seen, &self.journal).0 {
            _ if made => Standing::Done,
            Standing::Same | Standing::AlreadyDone => Standing::Done,
            _ => failed,
        }
    }

    /// Whose account it is applied to.
    pub(super) fn account(&self) -> Result<AccountId, Problem> {
        let began = self.journal.began().map(|(_, _, account)| account);
        began.ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))
    }
}

/// Whether a version is the one that is known, or the next one where a change of this plan made it.
fn follows(known: &str, now: &ETag, is_changed: bool) -> bool {
    if known == now.as_str() {
        return true;
    }
    let version = |tag: &str| serde_json::from_value::<ETag>(tag.into()).ok()?.version();
    is_changed && version(known).zip(now.version()).is_some_and(|(known, now)| known + 1 == now)
}

fn fresh_id() -> Result<KeyId, Problem> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Problem::new(ProblemCode::Internal))?;
    Ok(KeyId(Builder::from_random_bytes(random).into_uuid()))
}
