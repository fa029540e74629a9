//! The second administrator's signature: a detached minisign signature beside the plan, over the file's bytes. A policy says
//! which acts want one and whose keys count. Nobody countersigns a plan for their own account: the account as it is read from
//! the backend says whose it is, since the plan's own words are anybody's. Nor does one whom the plan names as its author.

use super::file::Plan;
use super::opened::Opened;
use super::step;
use crate::bundle::signature::{FILE_MAX, PublicKey, SecretKey, Signature};
use crate::durable;
use postern_backend::canonical_email;
use postern_contract::plan::CountersignedAct;
use postern_contract::{Moment, Problem, ProblemCode, rules};
use std::path::{Path, PathBuf};

/// The ending of a signature's file, after the plan's whole name.
const ENDING: &str = "minisig";

/// What the policy wants signed, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Plans with one of these acts want a countersignature.
    pub acts: Vec<CountersignedAct>,
    /// Whose counts.
    pub people: Vec<Countersigner>,
}

/// An administrator whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersigner {
    /// What they are called.
    pub name: String,
    /// With which address they sign in.
    pub email: String,
    /// Their minisign public key, as its file holds it or its last line alone.
    pub key: String,
}

impl From<&crate::config::Policy> for Policy {
    fn from(policy: &crate::config::Policy) -> Self {
        let people = policy.countersigners.iter().map(|one| Countersigner {
            name: one.name.clone(),
            email: one.email.clone(),
            key: one.key.clone(),
        });
        Self { acts: policy.countersigned.clone(), people: people.collect() }
    }
}

impl Countersigner {
    fn key(&self) -> Option<PublicKey> {
        PublicKey::read(&self.key).ok()
    }

    /// Whether they are somebody else than who is named as having prepared the plan, and whose account it is for: as the
    /// plan says, and as the account says where its address was read.
    fn is_second(&self, plan: &Plan, owner: Option<&str>) -> bool {
        let email = canonical_email(&self.email);
        let same_name = rules::same_line(&self.name, &plan.plan.author);
        !same_name
            && owner.is_none_or(|owner| email != canonical_email(owner))
            && email != canonical_email(&plan.account.email)
            && email != canonical_email(&plan.plan.author)
    }
}

impl Policy {
    /// Whether the plan wants a countersignature.
    pub fn wants(&self, plan: &Plan) -> bool {
        step::acts(plan).iter().any(|act| self.acts.contains(act))
    }

    /// The names of those who may countersign the plan; `owner` is the account's address, where it was read.
    pub fn may_sign(&self, plan: &Plan, owner: Option<&str>) -> Vec<String> {
        let second = self.people.iter().filter(|one| one.is_second(plan, owner));
        second.map(|one| one.name.clone()).collect()
    }
}

/// The signatures beside a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Whose are good, each once.
    pub good: Vec<Countersigner>,
    /// The id of a known key whose signature does not fit the plan; empty for a file that is no signature.
    pub wrong: Option<String>,
}

impl Signatures {
    /// The names of those whose are good, as the policy has them.
    pub fn names(&self) -> Vec<String> {
        self.good.iter().map(|one| one.name.clone()).collect()
    }

    /// Whether one of them is a second administrator's; `owner` is the account's address, where it was read.
    pub fn second(&self, plan: &Plan, owner: Option<&str>) -> bool {
        self.good.iter().any(|one| one.is_second(plan, owner))
    }
}

/// Looks at the signatures beside the plan. Those of keys that the policy does not name count for nothing.
pub fn look(file: &Path, bytes: &[u8], policy: &Policy) -> Signatures {
    let mut signatures = Signatures::default();
    for beside in beside(file) {
        let Some(signature) = read(&beside) else {
            signatures.wrong.get_or_insert_default();
            continue;
        };
        let known = policy.people.iter().filter_map(|one| Some((one, one.key()?)));
        let Some((one, key)) = known.into_iter().find(|(_, key)| key.id() == signature.key_id()) else {
            continue;
        };
        if !signature.holds(&key, bytes) {
            signatures.wrong = Some(signature.key_id());
            continue;
        }
        if !signatures.good.contains(one) {
            signatures.good.push(one.clone());
        }
    }
    signatures
}

/// Signs the plan as it was opened, whatever stands in its file by now, as a second administrator; answers the signature's
/// file. The file must be a plan; whether the signature counts is for the policy of whoever applies it.
pub fn sign(opened: &Opened, key: &SecretKey, now: Moment) -> Result<PathBuf, Problem> {
    let refused = || Problem::new(ProblemCode::PlanRefused);
    let file = opened.path();
    let plan = opened.plan().map_err(|findings| refused().findings(findings.to_vec()))?;
    let trusted = format!("timestamp:{}\tplan:{}", now.as_millisecond() / 1000, plan.plan.id);
    let signature = key.sign(opened.bytes(), &trusted).map_err(|_| Problem::new(ProblemCode::Internal))?;
    let id = signature.key_id();
    let mut path = named(file, ENDING);
    // a signature of somebody else stays
    if path.exists() && read(&path).is_none_or(|there| there.key_id() != id) {
        path = named(file, &format!("{id}.{ENDING}"));
    }
    durable::put(&path, signature.file().as_bytes()).map_err(|fault| durable::failed(&path, &fault))?;
    Ok(path)
}

/// The files beside a plan that are named as its signatures, in the order of their names.
pub fn beside(file: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is = |other: &str| {
        other
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.strip_suffix(ENDING))
            .is_some_and(|middle| {
                middle.is_empty() || (middle.ends_with('.') && !middle[..middle.len() - 1].contains('.'))
            })
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(is))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// The name under which a signature beside a plan travels: `PLAN.minisig`, or `PLAN.KEYID.minisig` with the id of its key. None
/// where the bytes are no signature.
pub fn travels_as(plan: &str, path: &Path, bytes: &[u8]) -> Option<String> {
    let signature = std::str::from_utf8(bytes).ok().and_then(Signature::read)?;
    let usual = format!("{plan}.{ENDING}");
    let is_usual = path.file_name().is_some_and(|name| name.to_str() == Some(&usual));
    Some(if is_usual { usual } else { format!("{plan}.{}.{ENDING}", signature.key_id()) })
}

fn read(path: &Path) -> Option<Signature> {
    Signature::read(std::str::from_utf8(&durable::whole(path, FILE_MAX as u64).ok()?).ok()?)
}

fn named(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
