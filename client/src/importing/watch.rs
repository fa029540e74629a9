//! The drop folder of device management: a file that is put there whole is offered, and nothing more. After an import it is
//! moved aside, into `imported`.

use super::incoming::kind;
use crate::bundle;
use notify::{RecursiveMode, Watcher as _};
use postern_contract::configuration::OfferKind;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

/// How long a folder must be quiet until it is looked at.
const QUIET: Duration = Duration::from_millis(250);
/// After as many quiet whiles, 5 seconds, a file that does not read as whole is offered all the same, so that somebody
/// learns what is wrong with it.
const WHILES: u32 = 20;

/// Files that were put into the drop folder, those that lie there at the start too. Dropped, it stops watching.
#[derive(Debug)]
pub struct Watch {
    files: mpsc::UnboundedReceiver<PathBuf>,
    _watcher: notify::RecommendedWatcher,
}

impl Watch {
    pub(super) fn begin(folder: &Path) -> io::Result<Self> {
        make(folder)?;
        let (told, events) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if is_change(&event) {
                // fails only once nobody looks any more
                let _ = told.send(());
            }
        })
        .map_err(io::Error::other)?;
        watcher.watch(folder, RecursiveMode::NonRecursive).map_err(io::Error::other)?;
        let (sender, files) = mpsc::unbounded_channel();
        let folder = folder.to_owned();
        std::thread::Builder::new()
            .name("drop folder".to_owned())
            .spawn(move || look(&folder, &events, &sender))?;
        Ok(Self { files, _watcher: watcher })
    }

    /// The next file that is there whole, as often as it is put there anew. None: watching has ended.
    pub async fn next(&mut self) -> Option<PathBuf> {
        self.files.recv().await
    }
}

/// Whether something may have changed. Looking into the folder is told too, and must not lead to looking again.
pub(super) fn is_change(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().is_ok_and(|event| !event.kind.is_access())
}

/// A file of the folder as it was last seen.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    length: u64,
    changed: Option<SystemTime>,
    quiet: u32,
    offered: bool,
}

fn look(folder: &Path, events: &Receiver<()>, sender: &mpsc::UnboundedSender<PathBuf>) {
    let mut seen = BTreeMap::new();
    scan(folder, &mut seen, sender);
    loop {
        let waiting = seen.values().any(|file| !file.offered);
        let event = if waiting {
            events.recv_timeout(QUIET)
        } else {
            events.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        match event {
            Err(RecvTimeoutError::Disconnected) => return,
            // it goes on: wait until it is quiet
            Ok(()) => while events.recv_timeout(QUIET).is_ok() {},
            Err(RecvTimeoutError::Timeout) => {}
        }
        scan(folder, &mut seen, sender);
    }
}

/// Looks once: what is as it was the last time, and whole, is offered.
fn scan(folder: &Path, seen: &mut BTreeMap<PathBuf, Seen>, sender: &mpsc::UnboundedSender<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let found = entries.filter(|path| kind(path).is_some());
    let mut now = BTreeMap::new();
    for path in found {
        // a link is left alone: it may lead anywhere
        let Some(about) = std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file) else {
            continue;
        };
        let mut file = Seen { length: about.len(), changed: about.modified().ok(), quiet: 0, offered: false };
        if let Some(before) = seen.get(&path).filter(|b| (b.length, b.changed) == (file.length, file.changed))
        {
            (file.quiet, file.offered) = (before.quiet + 1, before.offered);
        }
        if !file.offered && file.quiet > 0 && (file.quiet >= WHILES || is_whole(&path)) {
            file.offered = sender.send(path.clone()).is_ok();
        }
        now.insert(path, file);
    }
    *seen = now;
}

/// Whether it reads as a file that was written to its end.
fn is_whole(path: &Path) -> bool {
    let Ok(bytes) = bundle::file(path) else { return false };
    match kind(path) {
        Some(OfferKind::Bundle) => bundle::read(&bytes).is_ok(),
        Some(OfferKind::Configuration | OfferKind::Plan) => {
            str::from_utf8(&bytes).is_ok_and(|text| text.parse::<toml::Table>().is_ok())
        }
        None => false,
    }
}

/// A file of the drop folder that was imported goes to `imported` beneath it. That it cannot is no fault of the import: it
/// is offered again, and refused as imported already.
pub fn put_aside(folder: &Path, path: &Path) {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return };
    let same = |one: &Path| one.canonicalize().ok();
    if same(parent).is_none() || same(parent) != same(folder) {
        return;
    }
    let aside = folder.join("imported");
    let moved = make(&aside).and_then(|()| std::fs::rename(path, aside.join(name)));
    if let Err(fault) = moved {
        tracing::warn!(%fault, "a file that was imported stays in the drop folder");
    }
}

/// Makes a folder for this user alone.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
