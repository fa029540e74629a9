//! Where the programs under test and their tools are. The one place that reads the environment.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

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
        let tools = || -> Option<PathBuf> {
            let set =
                std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
            let cache = set.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
            Some(cache.join("postern/tools"))
        };
        let machine = Self {
            app: profile.join("postern-desktop"),
            backend: profile.join("postern-backend"),
            cli: profile.join("postern"),
            driver: tools().context("HOME is not set")?.join("bin/tauri-driver"),
            tour: std::env::var_os("POSTERN_TOUR").map(PathBuf::from),
            dark: std::env::var_os("POSTERN_TOUR_SCHEME").is_some_and(|scheme| scheme == "dark"),
            remains: profile.join("stories"),
        };
        for file in [&machine.app, &machine.backend, &machine.cli, &machine.driver] {
            ensure!(file.is_file(), "{} is missing: `cargo xtask test stories` makes it", file.display());
        }
        Ok(machine)
    }
}
