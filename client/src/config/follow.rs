//! Reads the configuration again when a file of it changes, or one with certificates that it names. Several changes in a row are one: a file is looked at when nothing has
//! moved for a fifth of a second, so that one that is being written is not read half.

use super::configured::Configured;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long nothing must have moved.
const QUIET: Duration = Duration::from_millis(200);

/// The configuration is followed until this is dropped.
#[derive(Debug)]
pub struct Following {
    _watcher: Arc<Mutex<Watched>>,
}

#[derive(Debug)]
struct Watched {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

impl Configured {
    /// Follows the files from now on.
    pub fn follow(&self) -> notify::Result<Following> {
        let (tell, told) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // reading a file is no change of it
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = tell.send(());
            }
        })?;
        let state = Watched { watcher, folders: BTreeSet::new() };
        let state = Arc::new(Mutex::new(state));
        look(&state, self);
        let (theirs, configured) = (Arc::downgrade(&state), self.clone());
        std::thread::Builder::new()
            .name("configuration".to_owned())
            .spawn(move || {
                while settled(&told) {
                    let Some(held) = theirs.upgrade() else { return };
                    // a folder that came meanwhile is watched before it is read, so that nothing falls between
                    look(&held, &configured);
                    configured.reload();
                    // what was read may name certificates where nothing was watched
                    if lock(&held).folders != wanted(&configured) {
                        look(&held, &configured);
                        configured.reload();
                    }
                }
            })
            .map_err(notify::Error::io)?;
        Ok(Following { _watcher: state })
    }
}

/// Waits for a change and the quiet after it; false once nobody can tell any more.
fn settled(told: &Receiver<()>) -> bool {
    if told.recv().is_err() {
        return false;
    }
    loop {
        match told.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// The folders of everything that is read; of those that are not there the nearest one around them.
fn wanted(configured: &Configured) -> BTreeSet<PathBuf> {
    let places = configured.places();
    let machine = places.machine.as_ref();
    let files = [
        machine.map(|machine| machine.policy.as_path()),
        machine.and_then(|machine| machine.file.parent()),
        Some(places.user_policy.as_path()),
        places.user_file.parent(),
        places.preferences.machine.as_deref().and_then(Path::parent),
        places.preferences.user.as_deref().and_then(Path::parent),
    ];
    let now = configured.now();
    let certificates = now.backends().iter().flat_map(|backend| &backend.ca).filter_map(|file| file.parent());
    files.into_iter().flatten().chain(certificates).filter_map(there).collect()
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches the wanted folders.
fn look(watched: &Mutex<Watched>, configured: &Configured) {
    let wanted = wanted(configured);
    let mut watched = lock(watched);
    let Watched { watcher, folders } = &mut *watched;
    for gone in folders.difference(&wanted) {
        let _ = watcher.unwatch(gone);
    }
    // one that was removed and made again is another folder under the same name
    for folder in &wanted {
        let _ = watcher.unwatch(folder);
        if let Err(fault) = watcher.watch(folder, RecursiveMode::NonRecursive) {
            tracing::warn!(%fault, "a configuration folder cannot be watched");
        }
    }
    *folders = wanted;
}

fn there(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.is_dir()).map(Path::to_owned)
}
