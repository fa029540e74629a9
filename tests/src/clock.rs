//! A clock that a story moves, around a real process: `faketime` with a file that says how far it is off.

use crate::program::Surroundings;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Where Debian puts the library, on the machines it is built for.
const LIBRARIES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

/// How far the wall clock of a process is off. Durations stay true, so that nothing in it hangs.
#[derive(Debug, Clone)]
pub struct Clock {
    file: PathBuf,
}

impl Clock {
    /// A clock that is right, in a folder.
    pub fn new(folder: &Path) -> Result<Self> {
        let clock = Self { file: folder.join("clock") };
        clock.ahead(0)?;
        Ok(clock)
    }

    /// Sets it that many seconds ahead of the real one.
    pub fn ahead(&self, seconds: i64) -> Result<()> {
        // written beside and renamed, so that a process never reads half a line
        let new = self.file.with_extension("new");
        std::fs::write(&new, format!("{seconds:+}\n"))?;
        std::fs::rename(new, &self.file).map_err(Into::into)
    }

    /// What a process needs in its environment to go by this clock.
    pub fn variables(&self) -> Result<Vec<(&'static str, String)>> {
        let library = LIBRARIES.iter().find(|file| Path::new(file).is_file());
        let library = (*library.context("the Debian package faketime is missing")?).to_owned();
        Ok(vec![
            ("LD_PRELOAD", library),
            ("FAKETIME_TIMESTAMP_FILE", self.file.to_string_lossy().into_owned()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ])
    }

    /// The surroundings of a process that goes by this clock.
    pub fn around(&self, around: &Surroundings) -> Result<Surroundings> {
        let mut changed = around.clone();
        for (name, value) in self.variables()? {
            changed.set(name, value);
        }
        Ok(changed)
    }
}
