//! Reads every file that has a say, in their order, and says what cannot be used. A policy that is broken goes on as it last
//! was; a policy that was removed is over. One that was never good here may ask for anything: what a policy can refuse is
//! refused.

use super::around;
use super::file::File;
use super::finding;
use super::kept::{Kept, KeptFile};
use super::layer::{Layer, Rank};
use super::places::Places;
use super::policy_entries::IgnoredFile;
use super::policy_file::PolicyFile;
use super::{preferences, trusted};
use crate::hex;
use postern_backend::config::finding::Notes;
use postern_backend::config::reading;
use postern_contract::configuration::{Finding, Gravity};
use postern_contract::moment::Moment;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gathered {
    /// The strongest first.
    pub layers: Vec<Layer>,
    pub findings: Vec<Finding>,
    /// Since when the last good state of a policy counts, where one does.
    pub kept_since: Option<Moment>,
    /// Files in the policy folders that do not count as they are.
    pub ignored: Vec<IgnoredFile>,
    /// Whether a policy is there of which nothing can be read, and nothing is kept: what it asks is not known.
    pub unknown_policy: bool,
    /// Names the state of the user's file.
    pub version: String,
}

/// Reads everything.
pub(super) fn gather(places: &Places, now: Moment) -> Gathered {
    let mut all = Gathered::default();
    for is_machine in [true, false] {
        all.policies(places, is_machine, now);
    }
    if let Some(machine) = &places.machine {
        all.file(Rank::SystemFile, &machine.file);
    }
    all.version = version(around::bytes(&places.user_file).ok().as_deref());
    all.file(Rank::UserFile, &places.user_file);
    all.ignored.sort_by(|one, other| one.file.cmp(&other.file));
    // stable: of two policy files the one whose name comes later counts, and stands first
    all.layers.sort_by_key(|layer| layer.rank);
    all
}

/// Names the state of a file: the SHA-256 of what it holds, in hexadecimal digits; `none` where there is no file.
pub(crate) fn version(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| "none".to_owned(), |bytes| hex::encode(&Sha256::digest(bytes)))
}

/// What stands in a policy folder, or in what stands for one elsewhere.
type Listed = Vec<(PathBuf, io::Result<Vec<u8>>)>;

impl Gathered {
    fn file(&mut self, rank: Rank, path: &Path) {
        if std::fs::symlink_metadata(path).is_err_and(|fault| fault.kind() == io::ErrorKind::NotFound) {
            return;
        }
        let (read, sheet) = around::read::<File>(path);
        if let Some(read) = read {
            self.layers.push(Layer::of_file(rank, path, read, &sheet));
        }
        self.findings.extend(finding::of(sheet.findings()));
    }

    fn policies(&mut self, places: &Places, is_machine: bool, now: Moment) {
        let machine = places.machine.as_ref();
        let (folder, preferences, name) = if is_machine {
            let folder = machine.map(|machine| machine.policy.as_path());
            (folder, &places.preferences.machine, "machine-policy.json")
        } else {
            (Some(places.user_policy.as_path()), &places.preferences.user, "user-policy.json")
        };
        let remembered = places.state.join(name);
        let mut kept = Kept::load(&remembered);
        let before = kept.clone();
        let owner = machine.filter(|_| is_machine).map(|machine| machine.owner);
        match list(folder, owner, preferences.as_deref(), &mut self.ignored) {
            Ok(listed) => {
                kept.unreadable_since = None;
                self.each(listed, owner, is_machine, &mut kept, now);
            }
            Err(found) => {
                kept.unreadable_since.get_or_insert(now);
                let folder = PathBuf::from(&found.file);
                self.ignore(&folder, &found.found);
                self.findings.push(found);
                if kept.files.is_empty() {
                    self.unknown(&folder);
                }
                for (file, last) in &kept.files {
                    self.last_good(Path::new(file), &last.text, is_machine);
                }
            }
        }
        self.kept_since = [self.kept_since, kept.since()].into_iter().flatten().min();
        if kept != before
            && let Err(fault) = kept.save(&remembered)
        {
            self.findings.push(finding::whole(
                Gravity::Warning,
                &remembered,
                format!("the last good policy cannot be kept there ({fault})"),
                "a file that can be written, so that a policy that breaks goes on as it was",
                "make the folder writable for you",
            ));
        }
    }

    fn each(&mut self, listed: Listed, owner: Option<u32>, is_machine: bool, kept: &mut Kept, now: Moment) {
        let mut still = BTreeMap::new();
        for (path, bytes) in listed {
            let key = path.display().to_string();
            let last = kept.files.remove(&key);
            if let Some((layers, text)) = self.policy(&path, bytes, owner, is_machine) {
                still.insert(key, KeptFile { text, broken_since: None });
                self.layers.extend(layers);
            } else if let Some(last) = last {
                self.ignore(
                    &path,
                    "it cannot be used as it is, so it counts as it last was; see its findings",
                );
                self.last_good(&path, &last.text, is_machine);
                let broken_since = Some(last.broken_since.unwrap_or(now));
                still.insert(key, KeptFile { broken_since, ..last });
            } else {
                self.ignore(&path, "it cannot be used, and no good state of it is known; see its findings");
                self.unknown(&path);
            }
        }
        kept.files = still;
    }

    fn ignore(&mut self, file: &Path, reason: &str) {
        self.ignored.push(IgnoredFile { file: file.to_owned(), reason: reason.to_owned() });
    }

    /// A policy that was never good here: it may ask for anything.
    fn unknown(&mut self, path: &Path) {
        self.unknown_policy = true;
        self.findings.push(finding::whole(
            Gravity::Error,
            path,
            "a policy that cannot be used, and none from before is kept: what it asks is not known, so nothing is imported, and \
             no prepared changes are applied that a policy can want countersigned"
                .to_owned(),
            "a policy that can be read and is good",
            "mend it as is said beside this; everything else goes on",
        ));
    }

    /// A policy file that is good; what is wrong with one that is not is noted.
    fn policy(
        &mut self,
        path: &Path,
        bytes: io::Result<Vec<u8>>,
        owner: Option<u32>,
        is_machine: bool,
    ) -> Option<([Layer; 2], String)> {
        let trusted = owner.and_then(|owner| trusted::fault(path, owner));
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(fault) => {
                let sheet = reading::Sheet::unreadable(path, &fault);
                self.findings.extend(finding::of(sheet.findings()));
                return None;
            }
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (read, mut sheet) = around::of_bytes::<PolicyFile>(path, bytes);
        if read.as_ref().is_some_and(|read| *read == PolicyFile::default()) {
            let mut notes = Notes::default();
            notes.error(
                "",
                "a policy that says nothing, as one that is only half written does",
                "at least one key",
                "write the policy, or remove the file to end it",
            );
            sheet.note(notes);
        }
        let good = read.filter(|_| trusted.is_none() && !sheet.refused());
        let layers = good.map(|read| Layer::of_policy(is_machine, path, read, &sheet));
        self.findings.extend(trusted);
        self.findings.extend(finding::of(sheet.findings()));
        Some((layers?, text))
    }

    /// A policy as it last was: what lies around it, such as its certificates, is not looked at again.
    fn last_good(&mut self, path: &Path, text: &str, is_machine: bool) {
        let (read, sheet) = reading::read::<PolicyFile>(path, text);
        if let Some(read) = read {
            self.layers.extend(Layer::of_policy(is_machine, path, read, &sheet));
        }
    }
}

/// The policies there, the one that counts most first: that whose name comes last. None where there is no folder.
fn list(
    folder: Option<&Path>,
    owner: Option<u32>,
    preferences: Option<&Path>,
    ignored: &mut Vec<IgnoredFile>,
) -> Result<Listed, Finding> {
    let mut all = folder.map_or_else(|| Ok(Listed::new()), |folder| listed(folder, owner, ignored))?;
    all.extend(preferences.and_then(preferences::kept_in));
    all.sort_by(|one, other| other.0.cmp(&one.0));
    Ok(all)
}

fn listed(folder: &Path, owner: Option<u32>, ignored: &mut Vec<IgnoredFile>) -> Result<Listed, Finding> {
    let unreadable = |fault: io::Error| {
        finding::whole(
            Gravity::Error,
            folder,
            format!("a policy folder that cannot be read ({fault})"),
            "a folder that this user may read, or none",
            "make it readable, or remove it to end its policies",
        )
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Listed::new()),
        Err(fault) => return Err(unreadable(fault)),
    };
    if let Some(found) = owner.and_then(|owner| trusted::fault(folder, owner)) {
        return Err(found);
    }
    let mut listed = Listed::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let reason = if hidden {
            Some("its name begins with a dot")
        } else if path.extension().is_none_or(|ending| ending != "toml") {
            Some("its name does not end in .toml")
        } else {
            None
        };
        if let Some(reason) = reason {
            ignored.push(IgnoredFile { file: path, reason: reason.to_owned() });
            continue;
        }
        match around::bytes(&path) {
            // removed since the folder was listed
            Err(fault) if fault.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {}
            bytes => listed.push((path, bytes)),
        }
    }
    Ok(listed)
}
