//! The second administrator's signature: a detached minisign signature beside the plan, over the file's bytes. A policy says
//! which acts want one and whose keys count. Nobody countersigns a plan for their own account: the account as it is read from
//! the backend says whose it is, since the plan's own words are anybody's. Nor does one whom the plan names as its author.

use super::file::Plan;
use super::opened::Opened;
use super::step;
use crate::durable;
use minisign::{PublicKey, PublicKeyBox, SecretKeyBox, SignatureBox};
use postern_backend::canonical_email;
use postern_contract::plan::CountersignedAct;
use postern_contract::{Moment, Problem, ProblemCode, Secret};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The ending of a signature's file, after the plan's whole name.
const ENDING: &str = "minisig";
/// The largest signature that is read, in bytes: twenty times what one has.
const SIGNATURE_MAX: u64 = 8 * 1024;

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
        let text = self.key.trim();
        if text.contains('\n') {
            return PublicKeyBox::from_string(text).ok()?.into_public_key().ok();
        }
        PublicKey::from_base64(text).ok()
    }

    /// Whether they are somebody else than who is named as having prepared the plan, and whose account it is for: as the
    /// plan says, and as the account says where its address was read.
    fn is_second(&self, plan: &Plan, owner: Option<&str>) -> bool {
        let email = canonical_email(&self.email);
        let same_name = self.name.trim().to_lowercase() == plan.plan.author.trim().to_lowercase();
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
        let text = short(&beside);
        let Some(signature) = text.and_then(|text| SignatureBox::from_string(&text).ok()) else {
            signatures.wrong.get_or_insert_default();
            continue;
        };
        let known = policy.people.iter().filter_map(|one| Some((one, one.key()?)));
        let Some((one, key)) = known.into_iter().find(|(_, key)| key.keynum() == signature.keynum()) else {
            continue;
        };
        if minisign::verify(&key, &signature, Cursor::new(bytes), true, false, false).is_err() {
            signatures.wrong = Some(key_id(signature.keynum()));
            continue;
        }
        if !signatures.good.contains(one) {
            signatures.good.push(one.clone());
        }
    }
    signatures
}

/// Whether a secret key has a password. `plan_refused` for what is none.
pub fn wants_password(key: &str) -> Result<bool, Problem> {
    let boxed = SecretKeyBox::from_string(key).map_err(|_| Problem::new(ProblemCode::PlanRefused))?;
    Ok(boxed.into_unencrypted_secret_key().is_err())
}

/// Signs the plan as it was opened, whatever stands in its file by now, as a second administrator; answers the signature's
/// file. The key's password is none for a key without one. The file must be a plan; whether the signature counts is for the policy of whoever applies it.
pub fn sign(
    opened: &Opened,
    key: &str,
    password: Option<&Secret<String>>,
    now: Moment,
) -> Result<PathBuf, Problem> {
    let refused = || Problem::new(ProblemCode::PlanRefused);
    let file = opened.path();
    let plan = opened.plan().map_err(|findings| refused().findings(findings.to_vec()))?;
    let boxed = SecretKeyBox::from_string(key).map_err(|_| refused())?;
    let secret = match password {
        Some(password) => boxed.into_secret_key(Some(password.expose().clone())),
        None => boxed.into_unencrypted_secret_key(),
    };
    let secret = secret.map_err(|_| Problem::new(ProblemCode::CredentialsRefused))?;
    let trusted = format!("timestamp:{}\tplan:{}", now.as_millisecond() / 1000, plan.plan.id);
    let signature = minisign::sign(
        None,
        &secret,
        Cursor::new(opened.bytes()),
        Some(&trusted),
        Some("countersignature of a plan of Postern"),
    )
    .map_err(|_| refused())?;
    let id = key_id(secret.keynum());
    let mut path = named(file, ENDING);
    // a signature of somebody else stays
    let own = |path: &Path| {
        short(path)
            .and_then(|text| SignatureBox::from_string(&text).ok())
            .is_some_and(|there| there.keynum() == secret.keynum())
    };
    if path.exists() && !own(&path) {
        path = named(file, &format!("{id}.{ENDING}"));
    }
    durable::put(&path, signature.into_string().as_bytes())
        .map_err(|fault| durable::failed(&path, &fault))?;
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

fn short(path: &Path) -> Option<String> {
    String::from_utf8(durable::whole(path, SIGNATURE_MAX).ok()?).ok()
}

fn named(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// A key's id as minisign writes it: 16 hexadecimal digits.
fn key_id(keynum: &[u8]) -> String {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(keynum) {
        *to = *from;
    }
    format!("{:016X}", u64::from_le_bytes(bytes))
}
