//! A real input method on a world's desktop: ibus with the Korean engine. Typing starts with plain keys; [`InputMethod::korean`]
//! switches to Hangul.

use crate::patience::until;
use crate::program::{Program, Surroundings};
use anyhow::{Result, ensure};
use std::path::Path;

/// The Korean engine begins with Hangul instead of Latin letters.
const SETTINGS: &str = "[org/freedesktop/ibus/engine/hangul]\ninitial-input-mode='hangul'\n";

/// The daemon; it goes when dropped.
#[derive(Debug)]
pub struct InputMethod {
    _daemon: Program,
}

impl InputMethod {
    /// Starts it, and has programs that are started from now on use it.
    pub async fn start(around: &mut Surroundings) -> Result<Self> {
        let mut own = around.clone();
        own.set("GSETTINGS_BACKEND", "keyfile");
        if let Some(config) = around.variables.get("XDG_CONFIG_HOME") {
            let folder = Path::new(config).join("glib-2.0/settings");
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("keyfile"), SETTINGS)?;
        }
        let daemon = Program::start("ibus", Path::new("ibus-daemon"), &["--panel", "disable"], &own)?;
        around.set("GTK_IM_MODULE", "ibus");
        Self::latin(around).await?;
        Ok(Self { _daemon: daemon })
    }

    /// From now on keys compose Hangul.
    pub async fn korean(around: &Surroundings) -> Result<()> {
        until("the Korean engine", async || Ok(Self::choose(around, "hangul").await.ok())).await
    }

    /// From now on keys type what stands on them.
    pub async fn latin(around: &Surroundings) -> Result<()> {
        until("the Latin engine", async || Ok(Self::choose(around, "xkb:us::eng").await.ok())).await
    }

    async fn choose(around: &Surroundings, engine: &str) -> Result<()> {
        around.command("ibus").args(["engine", engine]).output().await?;
        let chosen = around.command("ibus").arg("engine").output().await?;
        let chosen = String::from_utf8_lossy(&chosen.stdout);
        ensure!(chosen.trim() == engine, "the engine is {chosen} instead of {engine}");
        Ok(())
    }
}
