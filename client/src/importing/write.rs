//! Everything an import writes, in the order that makes a kill harmless: all before `config.toml` counts, then the file,
//! then that it ended.

use super::incoming::{Body, Incoming};
use super::record::{self, Record};
use super::serials;
use crate::bundle::signature::Signature;
use crate::bundle::{FILE_BYTES_MAX, fingerprint, name};
use crate::config::Places;
use crate::durable::{self, Locked};
use crate::plan::brought;
use postern_backend::clock::{Clock, SystemClock};
use postern_contract::{Problem, ProblemCode};
use std::io;
use std::path::{Path, PathBuf};

/// Writes it. `held` is the user's file, `before` what it holds, `key` the signer whose serial is taken. Answers where the
/// prepared changes are.
pub fn everything(
    places: &Places,
    held: &Locked,
    before: Option<&[u8]>,
    incoming: &Incoming,
    key: Option<&str>,
) -> Result<Vec<PathBuf>, Problem> {
    let text = incoming.installed().ok_or(ProblemCode::FileRefused)?;
    let folder = places.user_file.parent().unwrap_or(Path::new("."));
    for (named, bytes) in incoming.brings.written() {
        let path = folder.join(named);
        same(&path, bytes).map_err(|fault| durable::failed(&path, &fault))?;
    }
    let plans = plans(&brought::folder(&places.data), incoming)?;
    let state = &places.state;
    let failed = |fault: io::Error| durable::failed(state, &fault);
    let signed = if let Body::Bundle(bundle) = &incoming.body { key.zip(Some(bundle)) } else { None };
    let taken = |ended| signed.map_or(Ok(()), |(key, bundle)| serials::take(state, key, bundle, ended));
    taken(false).map_err(failed)?;
    let record = Record::of(SystemClock.now(), before, text.as_bytes(), &incoming.fingerprint);
    record::begin(state, record, before).map_err(failed)?;
    held.replace(text.as_bytes()).map_err(|fault| durable::failed(&places.user_file, &fault))?;
    taken(true).and_then(|()| record::end(state)).map_err(failed)?;
    Ok(plans)
}

/// Whether all that came along with an import still stands where it was written.
pub fn stands(places: &Places, incoming: &Incoming) -> bool {
    let folder = places.user_file.parent().unwrap_or(Path::new("."));
    incoming
        .brings
        .written()
        .all(|(named, bytes)| read(&folder.join(named)).is_ok_and(|there| there == bytes))
}

/// The prepared changes: one of the same name with other contents stays, and the new one gets a name of its own.
fn plans(folder: &Path, incoming: &Incoming) -> Result<Vec<PathBuf>, Problem> {
    let mut all = Vec::new();
    for plan in incoming.plan_names() {
        let Some(bytes) = incoming.plans.get(&plan) else { continue };
        let mut path = folder.join(&plan);
        if read(&path).is_ok_and(|there| there != *bytes) {
            let sum = fingerprint(bytes);
            let stem = plan.strip_suffix(name::PLAN).unwrap_or(&plan);
            path = folder.join(format!("{stem}-{}{}", sum.get(..7).unwrap_or_default(), name::PLAN));
        }
        same(&path, bytes).map_err(|fault| durable::failed(&path, &fault))?;
        for (file, bytes) in &incoming.plans {
            let Some(ending) = file.strip_prefix(&plan).filter(|_| name::signed_plan(file) == Some(&plan))
            else {
                continue;
            };
            signature(&path, ending, bytes).map_err(|fault| durable::failed(&path, &fault))?;
        }
        all.push(path);
    }
    Ok(all)
}

/// Writes a signature beside a plan, under its own name or under that of its key. Other signatures that are there stay: a
/// bundle that brings the same plan again takes none away.
fn signature(plan: &Path, ending: &str, bytes: &[u8]) -> io::Result<()> {
    let read_as = |bytes: &[u8]| str::from_utf8(bytes).ok().and_then(Signature::read);
    let of_key = read_as(bytes).map(|signature| format!(".{}{}", signature.key_id(), name::SIGNED));
    for ending in [Some(ending), of_key.as_deref()].into_iter().flatten() {
        let mut path = plan.as_os_str().to_owned();
        path.push(ending);
        match read(Path::new(&path)) {
            Ok(there) if there == bytes => return Ok(()),
            Ok(there) if read_as(&there).is_some() => {}
            Ok(_) | Err(_) => return durable::put(Path::new(&path), bytes),
        }
    }
    Ok(())
}

/// Writes the file unless it holds just that.
fn same(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if read(path).is_ok_and(|there| there == bytes) { Ok(()) } else { durable::put(path, bytes) }
}

/// What stands there, where it is no longer than a file of a bundle.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    durable::whole(path, FILE_BYTES_MAX as u64)
}
