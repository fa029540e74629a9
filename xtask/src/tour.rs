//! The whole main job, shown: the story that walks it runs once light and once dark and leaves numbered screenshots.

use crate::{build, command, install, page, place, test};
use anyhow::Result;

/// `cargo xtask tour`.
pub fn tour() -> Result<()> {
    install::for_testing()?;
    page::build(false)?;
    build::programs(false)?;
    let folder = place::root().join("tour");
    for scheme in ["light", "dark"] {
        let pictures = folder.join(scheme);
        if pictures.exists() {
            std::fs::remove_dir_all(&pictures)?;
        }
        std::fs::create_dir_all(&pictures)?;
        let mut story = test::stories(&["the_main_job".to_owned()]);
        command::run(story.env("POSTERN_TOUR", &pictures).env("POSTERN_TOUR_SCHEME", scheme))?;
    }
    println!("tour: {}", folder.display());
    Ok(())
}
