//! Where the programs under test and their tools are. The one place that reads the environment.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// Names the room that a process was started in.
pub const ROOM: &str = "POSTERN_ROOM";
/// Names the desktop that is measured, instead of the one beside the test.
pub const APP: &str = "POSTERN_APP";
/// Names the backend that it speaks to, likewise.
pub const BACKEND: &str = "POSTERN_BACKEND";

/// The room that this process is in.
pub fn room() -> Option<String> {
    std::env::var_os(ROOM)?.into_string().ok()
}

/// What the application is driven with.
pub struct Machine {
    /// The desktop application.
    pub app: PathBuf,
    /// The account backend.
    pub backend: PathBuf,
    /// The command line.
    pub cli: PathBuf,
    /// Lets WebDriver clients drive the application's windows.
    pub driver: PathBuf,
    /// Where the tour's pictures go, when it is a tour.
    pub tour: Option<PathBuf>,
    /// Whether the tour is in the dark scheme.
    pub dark: bool,
    /// Where failed stories leave what they saw.
    pub remains: PathBuf,
}

impl Machine {
    /// The programs that were built beside this test.
    pub fn here() -> Result<Self> {
        let deps = std::env::current_exe()?;
        let profile = deps.parent().and_then(Path::parent).context("a test lies in target/PROFILE/deps")?;
        let program =
            |set: &str, name: &str| std::env::var_os(set).map_or_else(|| profile.join(name), PathBuf::from);
        let tools = || -> Option<PathBuf> {
            let set =
                std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
            let cache = set.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
            Some(cache.join("postern/tools"))
        };
        let machine = Self {
            app: program(APP, "postern-desktop"),
            backend: program(BACKEND, "postern-backend"),
            cli: profile.join("postern"),
            driver: tools().context("HOME is not set")?.join("bin/tauri-driver"),
            tour: std::env::var_os("POSTERN_TOUR").map(PathBuf::from),
            dark: std::env::var_os("POSTERN_TOUR_SCHEME").is_some_and(|scheme| scheme == "dark"),
            // rooms are told beside each other, each in a process of its own
            remains: profile.join("stories").join(room().unwrap_or_default().replace("::", "-")),
        };
        for file in [&machine.app, &machine.backend, &machine.cli, &machine.driver] {
            ensure!(file.is_file(), "{} is missing: `cargo xtask test stories` makes it", file.display());
        }
        Ok(machine)
    }
}
