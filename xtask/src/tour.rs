//! The product, shown: the stories that walk the main job and what is prepared offline run once light and once dark and
//! leave numbered screenshots, in a folder for each.

use crate::{build, command, install, page, place, test};
use anyhow::Result;

/// What is shown: all stories whose names begin so.
const STORIES: [&str; 4] = [
    "the_main_job",
    "a_policy_fixes_a_setting",
    "a_signed_bundle_is_imported",
    "changes_are_prepared_offline",
];

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
        let mut story = test::stories(&STORIES.map(str::to_owned));
        command::run(story.env("POSTERN_TOUR", &pictures).env("POSTERN_TOUR_SCHEME", scheme))?;
    }
    println!("tour: {}", folder.display());
    Ok(())
}
