//! What counts, kept current: read when it is opened, again when a file changes, and told to whoever waits for it.

use super::effective::Effective;
use super::gather;
use super::places::Places;
use postern_backend::clock::{Clock, SystemClock};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The configuration of this desktop. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Configured(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    places: Places,
    now: watch::Sender<Arc<Effective>>,
    /// The backend that was chosen when it was opened: the one in use until the next start.
    in_use: String,
    /// Held while files are read, so that an older state never replaces a newer one.
    reading: Mutex<()>,
}

impl Configured {
    /// Reads everything. What cannot be used is left out and said in the findings.
    pub fn open(places: Places) -> Self {
        let first = Arc::new(read(&places));
        let in_use = first.backend().map(|backend| backend.name.clone()).unwrap_or_default();
        let (now, _) = watch::channel(first);
        Self(Arc::new(Inner { places, now, in_use, reading: Mutex::new(()) }))
    }

    /// What counts now.
    pub fn now(&self) -> Arc<Effective> {
        Arc::clone(&self.0.now.borrow())
    }

    /// Tells of each change.
    pub fn changes(&self) -> watch::Receiver<Arc<Effective>> {
        self.0.now.subscribe()
    }

    /// Reads everything again.
    pub fn reload(&self) {
        let _reading = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let new = read(&self.0.places);
        self.0.now.send_if_modified(|now| {
            let differs = **now != new;
            if differs {
                *now = Arc::new(new);
            }
            differs
        });
    }

    /// Where the files are.
    pub fn places(&self) -> &Places {
        &self.0.places
    }

    /// The name of the backend that was chosen at the start; empty for the one inside the application.
    pub(super) fn in_use(&self) -> &str {
        &self.0.in_use
    }
}

fn read(places: &Places) -> Effective {
    Effective::of(gather::gather(places, SystemClock.now()))
}
