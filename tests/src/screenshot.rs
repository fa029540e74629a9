//! Pictures of windows, for the tour and for stories that failed.

use crate::page::Page;
use anyhow::Result;
use std::path::Path;

/// Two frames drawn: before that, a picture may show what was there earlier.
const DRAWN: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";

/// Writes what the window shows.
pub async fn write(page: &Page, file: &Path) -> Result<()> {
    let session = page.face().await?;
    session.execute_async(DRAWN, vec![]).await?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, session.screenshot_as_png().await?)?;
    Ok(())
}
