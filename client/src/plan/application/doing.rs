//! One step: look at the account, decide, note, do, note. What somebody else has done meanwhile is found here, and so is what
//! this plan itself has done in a run that ended before it could note it.

use super::super::file::Security;
use super::super::journal::Entry;
use super::super::seen::Seen;
use super::super::standing::{doomed_keys, found, hold, shown};
use super::super::step::Wanted;
use super::{Application, Wait};
use postern_contract::account::{AccountChange, ProvenAddress};
use postern_contract::operation::{ChangeAccount, ChangeSecurity};
use postern_contract::plan::{Standing, StepSubject};
use postern_contract::security::SecurityChange;
use postern_contract::shell::{CancelInput, Ended};
use postern_contract::{KeyId, Problem, ProblemCode};
use uuid::Builder;

/// How long after a cancellation was sent the end of its session is taken for its effect: sent over a session that was in use
/// that moment, which ends by itself only after an hour without use.
const ITS_EFFECT_MILLISECONDS: i64 = 30 * 60 * 1000;

impl Application {
    /// Does a step, or says what is waited for.
    pub(super) async fn step(&mut self, at: usize) -> Result<Option<Wait>, Problem> {
        let Some(step) = self.steps.get(at).cloned() else { return Ok(None) };
        let pending = self.journal.doing(at).is_some();
        let seen = match Seen::at(&self.with.desk).await {
            Ok(seen) => seen,
            Err(problem) if self.is_canceled(at, &problem) => {
                self.end(at, Standing::Done)?;
                return Ok(None);
            }
            Err(problem) => return Err(problem),
        };
        if self.journal.began().is_some_and(|(_, _, account)| account != seen.account.id) {
            // somebody else has signed in meanwhile
            return Err(Problem::new(ProblemCode::PlanRefused));
        }
        let standing = hold(&self.plan, &step, &seen, &self.journal.keys());
        if let Some(place) = self.shown.get_mut(at) {
            *place = shown(&step, Some(&seen), standing.clone());
        }
        let made = self.journal.key(at).is_some_and(|id| seen.keys.iter().any(|key| key.id == id));
        match standing {
            _ if made => self.end(at, Standing::Done)?,
            Standing::Same if !pending => self.end(at, Standing::Same)?,
            Standing::Same | Standing::AlreadyDone if pending => self.end(at, Standing::Done)?,
            Standing::AlreadyDone => self.end(at, Standing::AlreadyDone)?,
            Standing::Failed(problem) => return Err(*problem),
            Standing::Drifted => {
                let found = found(&step, &seen);
                match self.journal.choice(at, &found) {
                    Some(true) => return self.act(at, &step.wanted, &seen).await,
                    Some(false) => self.end(at, Standing::Skipped)?,
                    None => return Ok(Some(Wait::Drift { at, found })),
                }
            }
            _ => return self.act(at, &step.wanted, &seen).await,
        }
        Ok(None)
    }

    async fn act(&mut self, at: usize, wanted: &Wanted, seen: &Seen) -> Result<Option<Wait>, Problem> {
        match wanted {
            Wanted::Value(value) => return self.change(at, value, seen).await,
            Wanted::Security(security) => self.secure(at, *security, seen).await?,
            Wanted::Gone(_) => {
                let step = self.steps.get(at).cloned();
                let ids: Vec<_> =
                    step.iter().flat_map(|step| doomed_keys(step, seen)).map(|key| key.id).collect();
                self.note_doing(at, None)?;
                for id in ids {
                    self.delete(id).await?;
                }
            }
            Wanted::Made(label) => {
                let id = match self.journal.key(at) {
                    Some(id) => id,
                    None => fresh_id()?,
                };
                self.note_doing(at, Some(id))?;
                self.with.desk.add_key_under(id, label).await?;
            }
            Wanted::Canceled => {
                self.note_doing(at, None)?;
                self.with.desk.cancel_subscription(CancelInput { agree: true }).await?;
            }
        }
        self.end(at, Standing::Done)?;
        Ok(None)
    }

    /// Changes one field of the user information.
    async fn change(&mut self, at: usize, value: &str, seen: &Seen) -> Result<Option<Wait>, Problem> {
        let Some(step) = self.steps.get(at).cloned() else { return Ok(None) };
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
        let changed = self.send(ChangeAccount { if_match: seen.account.etag.clone(), body }).await;
        if let Err(problem) = changed {
            if problem.code == ProblemCode::ProofRefused {
                self.proofs.remove(&at);
                let when = self.now();
                self.journal.note(Entry::Refused { at: when, step: at })?;
            }
            return Err(problem);
        }
        self.proofs.remove(&at);
        self.end(at, Standing::Done)?;
        Ok(None)
    }

    async fn secure(&mut self, at: usize, wanted: Security, seen: &Seen) -> Result<(), Problem> {
        let method = wanted.method.map_or(seen.security.method, Into::into);
        let body = SecurityChange { two_factor: wanted.two_factor, method };
        self.note_doing(at, None)?;
        self.send(ChangeSecurity { if_match: seen.security.etag.clone(), body }).await?;
        Ok(())
    }

    /// Deletes a key. One that is gone by now is as wanted.
    async fn delete(&self, id: KeyId) -> Result<(), Problem> {
        match self.with.desk.delete_key(id).await {
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

    /// Whether the session ended as the effect of the cancellation that was sent over it.
    fn is_canceled(&self, at: usize, problem: &Problem) -> bool {
        let lately = self.journal.doing(at).is_some_and(|sent| {
            self.now().as_millisecond() - sent.as_millisecond() < ITS_EFFECT_MILLISECONDS
        });
        let by_backend = matches!(self.with.desk.ended(), Some(Ended::ByBackend | Ended::Canceled));
        lately && by_backend && self.may_be_over(at, problem)
    }
}

fn fresh_id() -> Result<KeyId, Problem> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Problem::new(ProblemCode::Internal))?;
    Ok(KeyId(Builder::from_random_bytes(random).into_uuid()))
}
