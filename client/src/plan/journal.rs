//! What was done of a plan, noted durably before and after each step, so that an application that was killed goes on where it
//! stopped. It holds no password, number, proof or secret, and of the account's values the address alone: which account is applied to
//! is asked for when nobody is signed in, and told in the receipt. It stays when the plan has ended, also by a cancellation: so a
//! plan that comes again is known for one that was applied.

use super::refusal;
use crate::durable::{self, LockFile};
use postern_contract::plan::Standing;
use postern_contract::{AccountId, KeyId, Moment, Problem, ProblemCode, SessionId, VerificationId};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Where journals and receipts rest.
#[derive(Debug, Clone)]
pub struct Places(PathBuf);

impl Places {
    /// Under this folder of the desktop's data.
    pub fn under(data: &Path) -> Self {
        Self(data.to_owned())
    }

    /// The journal of a plan.
    pub fn journal(&self, plan: Uuid) -> PathBuf {
        self.0.join("journals").join(format!("{plan}.jsonl"))
    }

    /// Every journal.
    pub fn journals(&self) -> Vec<Uuid> {
        let entries = std::fs::read_dir(self.0.join("journals")).into_iter().flatten().flatten();
        let name = |name: std::ffi::OsString| name.to_str()?.strip_suffix(".jsonl")?.parse().ok();
        let mut all: Vec<_> = entries.filter_map(|entry| name(entry.file_name())).collect();
        all.sort();
        all
    }

    /// Where prepared changes lie that came along with an import.
    pub fn brought(&self) -> PathBuf {
        super::brought::folder(&self.0)
    }

    /// The receipts.
    pub fn receipts(&self) -> PathBuf {
        self.0.join("receipts").join("receipts.jsonl")
    }

    /// What says which receipt is the last.
    pub fn head(&self) -> PathBuf {
        self.0.join("receipts").join("last.json")
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// Applying began.
    Began {
        /// When.
        at: Moment,
        /// SHA-256 of the plan's file.
        sha256: String,
        /// The plan's file, without its folder.
        file: String,
        /// The account.
        account: AccountId,
        /// The account's address as it was then.
        email: String,
        /// The backend.
        backend: String,
    },
    /// A number is about to be asked for.
    Asking {
        /// When.
        at: Moment,
        /// For which step.
        step: usize,
        /// What makes it this one request, however often it is sent.
        wish: String,
        /// In which session: in another one its number is not taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
    },
    /// A number was refused, or what it was traded for: the next is another one.
    Refused {
        /// When.
        at: Moment,
        /// For which step.
        step: usize,
    },
    /// A number was sent to a new address.
    Sent {
        /// When.
        at: Moment,
        /// For which step.
        step: usize,
        /// Under which it is confirmed.
        verification: VerificationId,
        /// In which session.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
    },
    /// A person chose what to do about a step that drifted.
    Chose {
        /// When.
        at: Moment,
        /// Which step.
        step: usize,
        /// Whether what the plan wants takes the place of what is there.
        mine: bool,
        /// The fingerprint of what was there: the choice counts for that alone.
        found: String,
    },
    /// A step is about to be done.
    Doing {
        /// When.
        at: Moment,
        /// Which step.
        step: usize,
        /// The id of the key that it makes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<KeyId>,
    },
    /// A step of this plan changed the account, which now has these versions; every field that is still to be changed is as it was
    /// when the plan was prepared.
    Known {
        /// When.
        at: Moment,
        /// The version of the account.
        account: String,
        /// The version of its security settings.
        security: String,
    },
    /// A step has ended.
    Ended {
        /// When.
        at: Moment,
        /// Which step.
        step: usize,
        /// How.
        standing: Standing,
    },
    /// A person put the plan away although it has not ended: it waits no more, unless it is applied again.
    PutAway {
        /// When.
        at: Moment,
    },
    /// All have, and the receipt is written.
    Finished {
        /// When.
        at: Moment,
        /// The receipt's number.
        receipt: u64,
    },
}

/// A plan's journal, as far as it was written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    entries: Vec<Entry>,
    /// Held while the plan is applied: no other program applies it meanwhile.
    _applying: Option<LockFile>,
}

impl Journal {
    /// Reads a journal; an empty one where nothing was begun.
    pub fn read(places: &Places, plan: Uuid) -> Result<Self, Problem> {
        let path = places.journal(plan);
        let lines = durable::lines(&path).map_err(|fault| durable::failed(&path, &fault))?;
        // a line that cannot be read may be of a newer version: what it says must not be done again
        let read = lines.iter().map(|line| serde_json::from_str(line)).collect::<Result<Vec<_>, _>>();
        let entries = read.map_err(|fault| durable::failed(&path, &std::io::Error::other(fault)))?;
        Ok(Self { path, entries, _applying: None })
    }

    /// The journal of a plan of which nothing was done.
    pub fn none(places: &Places, plan: Uuid) -> Self {
        Self { path: places.journal(plan), entries: Vec::new(), _applying: None }
    }

    /// The same for who applies the plan: `plan_refused` while another program does, which the finding says.
    pub fn take(places: &Places, plan: Uuid) -> Result<Self, Problem> {
        let path = places.journal(plan);
        let failed = |fault: &std::io::Error| durable::failed(&path, fault);
        let held = LockFile::take(&path.with_extension("applying")).map_err(|fault| failed(&fault))?;
        let held = held.ok_or_else(|| refusal::applied_elsewhere(&path))?;
        Ok(Self { _applying: Some(held), ..Self::read(places, plan)? })
    }

    /// Adds an entry, durably.
    pub fn note(&mut self, entry: Entry) -> Result<(), Problem> {
        let line = serde_json::to_string(&entry).map_err(|_| Problem::new(ProblemCode::Internal))?;
        durable::append(&self.path, &line).map_err(|fault| durable::failed(&self.path, &fault))?;
        self.entries.push(entry);
        Ok(())
    }

    /// When applying began, the file's hash, and the account.
    pub fn began(&self) -> Option<(Moment, &str, AccountId)> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Began { at, sha256, account, .. } => Some((*at, sha256.as_str(), *account)),
            _ => None,
        })
    }

    /// The file, account and backend as they were named.
    pub fn named(&self) -> Option<(&str, &str, &str)> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Began { file, email, backend, .. } => {
                Some((file.as_str(), email.as_str(), backend.as_str()))
            }
            _ => None,
        })
    }

    /// When the whole plan was done.
    pub fn finished(&self) -> Option<Moment> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Finished { at, .. } => Some(*at),
            _ => None,
        })
    }

    /// Whether applying was begun, has not ended, and waits for a person.
    pub fn waits(&self) -> bool {
        self.began().is_some()
            && self.finished().is_none()
            && !matches!(self.entries.last(), Some(Entry::PutAway { .. }))
    }

    /// How many steps have ended.
    pub fn ended_steps(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry, Entry::Ended { .. })).count()
    }

    /// How a step ended, and when.
    pub fn ended(&self, of: usize) -> Option<(Standing, Moment)> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Ended { at, step, standing } if *step == of => Some((standing.clone(), *at)),
            _ => None,
        })
    }

    /// When a step was last about to be done, where it has not ended: its outcome is not known.
    pub fn doing(&self, of: usize) -> Option<Moment> {
        self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Doing { at, step, .. } if *step == of => Some(*at),
            _ => None,
        })
    }

    /// The id of the key that a step makes.
    pub fn key(&self, of: usize) -> Option<KeyId> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Doing { step, key, .. } if *step == of => *key,
            _ => None,
        })
    }

    /// The keys that this plan makes.
    pub fn keys(&self) -> Vec<KeyId> {
        let key = |entry: &Entry| if let Entry::Doing { key, .. } = entry { *key } else { None };
        self.entries.iter().filter_map(key).collect()
    }

    /// The newest versions up to which nothing but this plan changed the account, and its security settings.
    pub fn known(&self) -> Option<(&str, &str)> {
        self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Known { account, security, .. } => Some((account.as_str(), security.as_str())),
            _ => None,
        })
    }

    /// Whether nothing but this plan changed the account up to this version.
    pub fn is_known_account(&self, version: &str) -> bool {
        self.entries.iter().any(|entry| matches!(entry, Entry::Known { account, .. } if account == version))
    }

    /// The same for its security settings.
    pub fn is_known_security(&self, version: &str) -> bool {
        self.entries.iter().any(|entry| matches!(entry, Entry::Known { security, .. } if security == version))
    }

    /// Under which the newest number for a step is confirmed, where it was sent in this session, and when it was.
    pub fn sent(&self, of: usize, here: SessionId) -> Option<(VerificationId, Moment)> {
        match self.last_of_number(of)? {
            Entry::Sent { at, verification, session, .. } if *session == Some(here) => {
                Some((*verification, *at))
            }
            _ => None,
        }
    }

    /// The request of this session for a number whose answer is not known.
    pub fn open_wish(&self, of: usize, here: SessionId) -> Option<&str> {
        match self.last_of_number(of)? {
            Entry::Asking { wish, session, .. } if *session == Some(here) => Some(wish),
            _ => None,
        }
    }

    /// Whether the newest number for a step was asked for in another session, and not refused.
    pub fn asked_elsewhere(&self, of: usize, here: SessionId) -> bool {
        match self.last_of_number(of) {
            Some(Entry::Sent { session, .. } | Entry::Asking { session, .. }) => *session != Some(here),
            _ => false,
        }
    }

    fn last_of_number(&self, of: usize) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| {
            matches!(entry, Entry::Sent { step, .. } | Entry::Asking { step, .. } | Entry::Refused { step, .. } if *step == of)
        })
    }

    /// What a person chose about a step, where it found the same then.
    pub fn choice(&self, of: usize, now: &str) -> Option<bool> {
        self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Chose { step, mine, found, .. } if *step == of && found == now => Some(*mine),
            _ => None,
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    // SEC-2: what is done to an account is nobody else's to read, the folder of a first use neither
    #[test]
    fn sec_2_a_journal_and_its_folders_are_this_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(&folder.path().join("data/postern"));
        let plan = Uuid::from_u128(7);
        let mut journal = Journal::take(&places, plan).unwrap();
        journal.note(Entry::Finished { at: Moment::from_millisecond(0), receipt: 1 }).unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let path = places.journal(plan);
        for made in path.ancestors().skip(1).take_while(|made| *made != folder.path()) {
            assert_eq!(mode(made), 0o700, "{}", made.display());
        }
        assert_eq!((mode(&path), mode(&path.with_extension("applying"))), (0o600, 0o600));
    }
}
