//! Moves the wall clock of the program from outside, by Debian's `faketime`. Durations stay true, so that nothing hangs.
#![cfg(unix)]

use crate::stage::Program;
use std::path::{Path, PathBuf};

/// The wall clock of some programs.
pub struct Clock {
    folder: tempfile::TempDir,
    ahead: u64,
}

impl Clock {
    /// A clock that is right.
    pub fn new() -> Self {
        let mut clock = Self { folder: tempfile::tempdir().unwrap(), ahead: 0 };
        clock.advance(0);
        clock
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Written beside and renamed, so that nobody reads half a line.
    pub fn advance(&mut self, seconds: u32) {
        self.ahead += u64::from(seconds);
        let new = self.folder.path().join("new");
        std::fs::write(&new, format!("+{}\n", self.ahead)).unwrap();
        std::fs::rename(new, self.file()).unwrap();
    }

    /// A program that goes by it.
    pub fn start(&self, database: &Path) -> Program {
        let around = self.around();
        let around: Vec<&str> = around.iter().map(String::as_str).collect();
        Program::start_within(&around, database, &[], "warn")
    }

    /// What begins a program that goes by it.
    pub fn around(&self) -> Vec<String> {
        let libraries = ["x86_64", "aarch64"]
            .map(|machine| format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"));
        let library = libraries.iter().find(|file| Path::new(file).is_file()).expect("Debian's faketime");
        vec![
            "env".to_owned(),
            format!("LD_PRELOAD={library}"),
            format!("FAKETIME_TIMESTAMP_FILE={}", self.file().display()),
            "FAKETIME_NO_CACHE=1".to_owned(),
            "DONT_FAKE_MONOTONIC=1".to_owned(),
        ]
    }
}
