//! An account that is there already: made once per run, through the windows like any other, then copied.

use crate::program::Surroundings;
use crate::steps::{self, MINA};
use crate::world::{World, empty};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

/// The data folder of a desktop with an account: the database and the keyring.
static SEED: OnceCell<PathBuf> = OnceCell::const_new();

/// Copies the account into a desktop that has not been used yet.
pub async fn plant(around: &Surroundings) -> Result<()> {
    // the story that makes it is as deep as any other; boxed, so that worlds and seeds may contain each other
    let seed = SEED.get_or_try_init(|| Box::pin(grow())).await.context("no account could be made")?;
    let data = around.variables.get("XDG_DATA_HOME").context("a desktop has a data folder")?;
    copy(seed, Path::new(data)).await
}

async fn grow() -> Result<PathBuf> {
    let mut world = World::make(empty()).await?;
    world.open().await?;
    let grown: Result<PathBuf> = async {
        steps::create_account(&world, &MINA).await?;
        world.shut().await?;
        world.shut_store();
        let folder = world.fresh_remains("seed")?;
        copy(&world.home().join("data"), &folder).await?;
        Ok(folder)
    }
    .await;
    match grown {
        Ok(folder) => Ok(folder),
        Err(error) => Err(error.context(world.remains().await)),
    }
}

async fn copy(from: &Path, to: &Path) -> Result<()> {
    let inside = from.join(".");
    let copied = tokio::process::Command::new("cp").arg("--archive").arg(inside).arg(to).status().await?;
    ensure!(copied.success(), "{} cannot be copied to {}", from.display(), to.display());
    Ok(())
}
