//! Where a program can be cut off: the calls that change the disk, as `strace` tells them of a whole run, and a kill before
//! the one that one chooses.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

/// What changes a disk, but for the bytes themselves: those are written after a file was cut to its length, before it is
/// brought to the disk.
const CALLS: &str = "ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir";

/// A call before which a run is killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Its name.
    pub call: String,
    /// Which of that name, from 1: so `strace` counts.
    pub nth: u32,
}

/// What stands before the program so that its calls are told in `trace`, and it is killed at the cut.
pub fn strace(trace: &Path, cut: Option<&Cut>) -> Vec<OsString> {
    let mut words = ["-f", "-qq", "-y", "-e", &format!("trace={CALLS}")].map(OsString::from).to_vec();
    if let Some(Cut { call, nth }) = cut {
        words.extend(["-e".into(), format!("inject={call}:signal=SIGKILL:when={nth}").into()]);
    }
    words.extend(["-o".into(), trace.into()]);
    words
}

/// Every place where a run that was told can be cut off, in its order. Of the thread that does the work: another one's calls
/// are counted by themselves.
pub fn cuts(told: &str) -> Vec<Cut> {
    let mut threads: BTreeMap<&str, Vec<Cut>> = BTreeMap::new();
    for line in told.lines() {
        let Some((thread, rest)) = line.split_once(char::is_whitespace) else { continue };
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        if CALLS.split(',').any(|known| known == call) {
            let all = threads.entry(thread).or_default();
            let before = all.iter().filter(|cut| cut.call == call).count();
            all.push(Cut { call: call.to_owned(), nth: u32::try_from(before).unwrap() + 1 });
        }
    }
    threads.into_values().max_by_key(Vec::len).unwrap_or_default()
}
