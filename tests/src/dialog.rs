//! The desktop's own file dialogs, answered as a person at the keyboard does: they are no page, so WebDriver cannot see them.

use crate::patience::until;
use crate::world::World;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Types a path into the dialog with that title and presses Return; waits until the dialog is gone.
pub async fn answer(world: &World, title: &str, path: &Path) -> Result<()> {
    let path = path.to_str().context("a path of UTF-8")?;
    let dialog = until(&format!("the dialog “{title}”"), async || shown(world, title).await).await?;
    xdotool(world, &["windowactivate", "--sync", &dialog]).await?;
    // what stands there goes; a slash then begins a whole path
    xdotool(world, &["key", "ctrl+a"]).await?;
    xdotool(world, &["type", "--delay", "5", path]).await?;
    xdotool(world, &["key", "Return"]).await?;
    until(&format!("the dialog “{title}” is gone"), async || {
        Ok(shown(world, title).await?.is_none().then_some(()))
    })
    .await
}

async fn shown(world: &World, title: &str) -> Result<Option<String>> {
    let found =
        world.around.command("xdotool").args(["search", "--onlyvisible", "--name", title]).output().await?;
    Ok(String::from_utf8_lossy(&found.stdout).lines().next_back().map(str::to_owned))
}

async fn xdotool(world: &World, arguments: &[&str]) -> Result<()> {
    let done = world.around.command("xdotool").args(arguments).output().await?;
    ensure!(done.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
