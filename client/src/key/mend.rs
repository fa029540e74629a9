//! Registering a key, and finishing what an interrupted run left behind. Registering is an idempotent `PUT` under an id
//! made here, so it can be tried again whatever became of the answer.

use super::entry::KeyEntry;
use crate::Desk;
use crate::desk::Held;
use crate::vault::entry::KeysOf;
use postern_contract::key::Key;
use postern_contract::operation::AddKey;
use postern_contract::shell::Mended;
use postern_contract::{KeyId, Problem, ProblemCode};

/// What is known of a key that is to be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was born a moment ago: the backend cannot know it.
    New,
    /// An earlier run stored it: the backend may know it.
    Left,
}

/// What an unsuccessful registering means for the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The key may be registered, or may still be: the secret stays.
    Open,
    /// The key does not work and never did: the secret goes.
    Dead,
}

impl Standing {
    fn fate(self, code: ProblemCode) -> Fate {
        match code {
            // the same id and hash again would have been answered as done, so the backend does not know the key
            ProblemCode::KeyLimitReached
            | ProblemCode::KeyIdTaken
            | ProblemCode::Rejected
            | ProblemCode::Malformed
            | ProblemCode::NotPermitted => Fate::Dead,
            // refused before the key was looked at: says nothing of an earlier time
            ProblemCode::StepUpRequired | ProblemCode::Unauthenticated | ProblemCode::TooManyRequests
                if self == Self::New =>
            {
                Fate::Dead
            }
            _ => Fate::Open,
        }
    }
}

impl Desk {
    /// Tells the backend of a key whose secret is stored, and marks it as registered.
    pub(super) async fn register(
        &self,
        held: &Held,
        id: KeyId,
        entry: &KeyEntry,
        standing: Standing,
    ) -> Result<Key, Problem> {
        let of = self.keys_of(held);
        let told = self.ask_as(Some(held.clone()), &AddKey { id, body: entry.registration()? }).await;
        match &told {
            Ok(_) => self.confirm(&of, id, entry).await,
            Err(problem) if standing.fate(problem.code) == Fate::Dead => self.bury(&of, id).await,
            Err(_) => {}
        }
        told
    }

    /// Finishes what an interrupted run left behind, and says what was done.
    pub(super) async fn mend(
        &self,
        held: &Held,
        entries: &[(KeyId, KeyEntry)],
        known: &mut Vec<Key>,
    ) -> Vec<Mended> {
        let of = self.keys_of(held);
        let mut mended = Vec::new();
        for (id, entry) in entries {
            let label = entry.label.clone();
            match (entry.registered, known.iter().any(|key| key.id == *id)) {
                (true, true) => {}
                (true, false) => {
                    self.bury(&of, *id).await;
                    mended.push(Mended::Removed { label });
                }
                (false, true) => {
                    self.confirm(&of, *id, entry).await;
                    mended.push(Mended::AlreadyThere { label });
                }
                (false, false) => match self.register(held, *id, entry, Standing::Left).await {
                    Ok(key) => {
                        known.push(key);
                        mended.push(Mended::Finished { label });
                    }
                    Err(problem) if Standing::Left.fate(problem.code) == Fate::Dead => {
                        mended.push(Mended::GivenUp { label, problem: problem.code });
                    }
                    Err(problem) if problem.code == ProblemCode::StepUpRequired => {
                        if self.waits(*id) {
                            mended.push(Mended::Waiting { label });
                        }
                    }
                    // whatever this was, the next listing tries again
                    Err(_) => {}
                },
            }
        }
        known.sort_by_key(|key| key.created_at);
        mended
    }

    /// Marks a key as registered. Where the store fails now, the next listing finds the key already there.
    async fn confirm(&self, of: &KeysOf, id: KeyId, entry: &KeyEntry) {
        let marked = match entry.confirmed().to_text() {
            Ok(text) => self.vault().write(&of.name(id), text).await,
            Err(problem) => Err(problem),
        };
        note(marked);
    }

    /// Removes a secret that does not work. Where the store fails now, the next listing removes it.
    async fn bury(&self, of: &KeysOf, id: KeyId) {
        note(self.vault().remove(&of.name(id)).await);
    }
}

fn note(done: Result<(), Problem>) {
    if let Err(problem) = done {
        tracing::warn!(code = problem.code.as_str(), "a key's entry in the secret store is out of date");
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Standing};
    use postern_contract::ProblemCode;

    #[test]
    fn a_secret_that_may_work_is_never_removed() {
        // KEY-2
        for code in [
            ProblemCode::BackendTimeout,
            ProblemCode::BackendUnreachable,
            ProblemCode::NotOurBackend,
            ProblemCode::Internal,
            // a backend out of time says so too, whatever it had done by then
            ProblemCode::Overloaded,
        ] {
            assert_eq!(Standing::New.fate(code), Fate::Open, "{code:?}");
            assert_eq!(Standing::Left.fate(code), Fate::Open, "{code:?}");
        }
        assert_eq!(Standing::New.fate(ProblemCode::StepUpRequired), Fate::Dead);
        assert_eq!(Standing::Left.fate(ProblemCode::StepUpRequired), Fate::Open);
        assert_eq!(Standing::Left.fate(ProblemCode::KeyLimitReached), Fate::Dead);
    }
}
