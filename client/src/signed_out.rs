//! Sessions that were signed out here and whose end the backend has not heard of, over the end of a run. No token is kept
//! for that: the hash of one lets its session be ended, and opens nothing.

use crate::durable::{self, Locked};
use crate::hex;
use crate::vault::entry::Origin;
use postern_contract::{Moment, Secret, rules};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The file in the data folder: one session on a line, oldest first.
pub const FILE: &str = "signed-out";
/// No session lives longer, whatever its backend is configured to.
const LONGEST: i64 = 24 * 60 * 60 * 1000;
/// How many are kept. With one more the oldest goes, and ends by itself.
const MOST: usize = 100;
/// The largest file that is read.
const LARGEST: u64 = 256 * 1024;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// At which backend.
    origin: String,
    token_sha256: String,
    /// When it is over by itself.
    until: Moment,
}

impl Entry {
    fn is(&self, origin: &Origin, token_sha256: &str) -> bool {
        self.token_sha256 == token_sha256 && self.origin == origin.to_string()
    }
}

/// The sessions whose end is still to be told.
#[derive(Debug)]
pub struct SignedOut {
    file: PathBuf,
    /// Those that could not be written; they are told in this run or not at all.
    unkept: Mutex<Vec<Entry>>,
}

/// What a backend stores of a session's token: its SHA-256.
pub fn fingerprint(token: &Secret<String>) -> String {
    hex::encode(&Sha256::digest(token.expose().as_bytes()))
}

impl SignedOut {
    /// Keeps its file in that folder. Everything here reads and writes it: call it off the runtime's threads.
    pub fn within(folder: &Path) -> Self {
        Self { file: folder.join(FILE), unkept: Mutex::default() }
    }

    /// Notes one. Where it cannot be written, it is known to this run.
    pub fn add(&self, origin: &Origin, token_sha256: String, now: Moment) {
        let until = Moment::from_millisecond(now.as_millisecond().saturating_add(LONGEST));
        let entry = Entry { origin: origin.to_string(), token_sha256, until };
        // noted before, it ends when was said then
        let note = |known: &mut Vec<Entry>| {
            if !known.iter().any(|known| known.is(origin, &entry.token_sha256)) {
                known.push(entry.clone());
            }
        };
        if let Err(cause) = self.change(now, note) {
            tracing::warn!(%cause, "a session that is signed out is told to its backend in this run or not at all");
            note(&mut self.unkept());
        }
    }

    /// The hashes of those at a backend, oldest first.
    pub fn at(&self, origin: &Origin, now: Moment) -> Vec<String> {
        let mut entries = self.read(now).unwrap_or_else(|cause| {
            tracing::warn!(%cause, "which sessions were signed out before cannot be read");
            Vec::new()
        });
        entries.extend(self.unkept().iter().cloned());
        let here = entries.into_iter().filter(|entry| entry.origin == origin.to_string());
        here.map(|entry| entry.token_sha256).collect()
    }

    /// The backend has heard of one.
    pub fn remove(&self, origin: &Origin, token_sha256: &str, now: Moment) {
        let others = |entry: &Entry| !entry.is(origin, token_sha256);
        self.unkept().retain(others);
        if !self.file.exists() {
            return;
        }
        if let Err(cause) = self.change(now, |kept| kept.retain(others)) {
            tracing::warn!(%cause, "a session that has ended will be told to its backend once more");
        }
    }

    /// Changes the file as a whole. One that would hold nothing goes.
    fn change(&self, now: Moment, change: impl FnOnce(&mut Vec<Entry>)) -> io::Result<()> {
        // another process may be at it
        let file = Locked::of(&self.file)?;
        let mut kept = self.read(now)?;
        change(&mut kept);
        let newest = &kept[kept.len().saturating_sub(MOST)..];
        if newest.is_empty() {
            return durable::remove(&self.file);
        }
        let lines: Vec<_> = newest.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        file.put((lines.join("\n") + "\n").as_bytes())
    }

    /// What the file holds, less what is over by itself. Lines that are something else hold nothing.
    fn read(&self, now: Moment) -> io::Result<Vec<Entry>> {
        let bytes = durable::optional(durable::read(&self.file, LARGEST))?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        Ok(entries
            .filter(|entry| entry.until > now && rules::fingerprint(&entry.token_sha256).is_ok())
            .collect())
    }

    fn unkept(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE, LONGEST, MOST, SignedOut, fingerprint};
    use crate::vault::entry::Origin;
    use postern_contract::{Moment, Secret, samples};

    fn hash(number: usize) -> String {
        fingerprint(&Secret::new(format!("token {number}")))
    }

    fn harbor() -> Origin {
        Origin::of(&"https://harbor.example".parse().unwrap())
    }

    fn later(by: i64) -> Moment {
        Moment::from_millisecond(samples::now().as_millisecond() + by)
    }

    #[test]
    fn ses_3_what_is_owed_is_kept_for_its_backend_until_it_is_told_or_over() {
        let folder = tempfile::tempdir().unwrap();
        let (pier, now) = (Origin::of(&"https://pier.example".parse().unwrap()), samples::now());
        let kept = SignedOut::within(folder.path());
        kept.add(&harbor(), hash(1), now);
        kept.add(&pier, hash(2), later(1));
        kept.add(&pier, hash(2), later(2));
        let again = SignedOut::within(folder.path());
        assert_eq!((again.at(&harbor(), now), again.at(&pier, now)), (vec![hash(1)], vec![hash(2)]));
        again.remove(&pier, &hash(1), now);
        assert_eq!(again.at(&harbor(), now), [hash(1)], "it is another backend's");
        again.remove(&harbor(), &hash(1), now);
        assert_eq!((again.at(&harbor(), now).len(), again.at(&pier, now).len()), (0, 1));

        assert_eq!(again.at(&pier, later(LONGEST)), [hash(2)]);
        assert!(again.at(&pier, later(LONGEST + 1)).is_empty());
        // what is over goes with the next change, and an empty file with it
        again.remove(&harbor(), &hash(1), later(LONGEST + 1));
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn ses_3_damage_costs_only_itself_and_the_file_does_not_grow() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, now) = (SignedOut::within(folder.path()), samples::now());
        let begun = format!("not a session\n{{\"origin\":\"{}\",\"token_sha256\":\"\"}}\n", harbor());
        std::fs::write(folder.path().join(FILE), begun).unwrap();
        for number in 0..=MOST {
            kept.add(&harbor(), hash(number), now);
        }
        let expected: Vec<_> = (1..=MOST).map(hash).collect();
        assert_eq!(kept.at(&harbor(), now), expected);
    }

    #[test]
    fn ses_3_what_cannot_be_written_is_known_to_this_run() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a file, not a folder");
        std::fs::write(&data, "").unwrap();
        let (kept, now) = (SignedOut::within(&data), samples::now());
        kept.add(&harbor(), hash(1), now);
        assert_eq!(kept.at(&harbor(), now), [hash(1)]);
        kept.remove(&harbor(), &hash(1), now);
        assert!(kept.at(&harbor(), now).is_empty());
    }
}
