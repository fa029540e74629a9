//! The real secret store of a world, and a look at it from outside.

use crate::bus::owned;
use crate::patience::until;
use crate::program::{Program, Surroundings};
use anyhow::Result;
use std::path::Path;

/// The password of every world's keyring.
pub const PASSWORD: &str = "a keyring of its own";

/// The secret store's state when the application starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// Unlocked, as after signing in to a desktop.
    Unlocked,
    /// There, and locked.
    Locked,
    /// A bus, and nobody on it who keeps secrets.
    Absent,
    /// Not even a bus.
    NoBus,
}

/// The daemon that keeps the secrets.
#[derive(Debug)]
pub struct Daemon {
    program: Program,
}

impl Daemon {
    /// Starts it unlocked; the keyring is made where there is none.
    pub async fn unlocked(around: &Surroundings) -> Result<Self> {
        let arguments = ["--foreground", "--components=secrets", "--unlock"];
        let program = Program::start_telling(
            "keyring",
            Path::new("gnome-keyring-daemon"),
            &arguments,
            around,
            PASSWORD,
        )?;
        owned("org.freedesktop.secrets", around).await?;
        Ok(Self { program })
    }

    /// Starts it locked, with a keyring that is there.
    pub async fn locked(around: &Surroundings) -> Result<Self> {
        let first = Self::unlocked(around).await?;
        // a keyring is written when it first holds something
        store_note(around).await?;
        drop(first);
        let arguments = ["--foreground", "--components=secrets"];
        let program = Program::start("keyring", Path::new("gnome-keyring-daemon"), &arguments, around)?;
        owned("org.freedesktop.secrets", around).await?;
        Ok(Self { program })
    }

    /// Stops answering without going away: a hung store.
    pub fn hang(&self) -> Result<()> {
        self.program.signal("STOP")
    }

    /// Answers again.
    pub fn resume(&self) -> Result<()> {
        self.program.signal("CONT")
    }
}

/// Puts something into the keyring that is not the application's.
async fn store_note(around: &Surroundings) -> Result<()> {
    let mut child = around
        .command("secret-tool")
        .args(["store", "--label=a note", "kind", "note"])
        .stdin(std::process::Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        tokio::io::AsyncWriteExt::write_all(&mut stdin, b"not the application's").await?;
    }
    child.wait().await?;
    Ok(())
}

/// Everything the application keeps in the store, as another program on the desktop sees it.
pub async fn entries(around: &Surroundings) -> Result<String> {
    let found = around
        .command("secret-tool")
        .args(["search", "--all", "--unlock", "service", "postern"])
        .output()
        .await?;
    Ok(format!("{}{}", String::from_utf8_lossy(&found.stdout), String::from_utf8_lossy(&found.stderr)))
}

/// Every secret the application keeps in the store: tokens, keys, what its backend seals with.
pub async fn secrets(around: &Surroundings) -> Result<Vec<String>> {
    let entries = entries(around).await?;
    let kept = entries.lines().filter_map(|line| line.strip_prefix("secret = "));
    Ok(kept.map(secret_of).collect())
}

/// The secret itself, without what an entry says beside it.
fn secret_of(entry: &str) -> String {
    let said: serde_json::Value = serde_json::from_str(entry).unwrap_or_default();
    let secret = ["token", "secret"].into_iter().find_map(|name| said.get(name)?.as_str());
    secret.unwrap_or(entry).to_owned()
}

/// Answers the desktop's own prompt for the keyring's password, as a person does: at the keyboard.
pub async fn unlock_at_the_prompt(around: &Surroundings) -> Result<()> {
    until("the prompt is open", async || {
        let found =
            around.command("xdotool").args(["search", "--onlyvisible", "--name", "Unlock"]).output().await?;
        Ok((!found.stdout.is_empty()).then_some(()))
    })
    .await?;
    // the prompt may take the keyboard a moment after it is drawn: what was typed too early is typed again
    until("the prompt is answered", async || {
        around.command("xdotool").args(["key", "ctrl+a"]).status().await?;
        around.command("xdotool").args(["type", "--delay", "5", PASSWORD]).status().await?;
        around.command("xdotool").args(["key", "Return"]).status().await?;
        let found =
            around.command("xdotool").args(["search", "--onlyvisible", "--name", "Unlock"]).output().await?;
        Ok(found.stdout.is_empty().then_some(()))
    })
    .await
}
