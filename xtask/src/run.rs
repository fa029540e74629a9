//! Opens Postern.

use crate::{build, command, install, page, place};
use anyhow::{Result, bail};

/// `cargo xtask run`.
pub fn run(arguments: &[String]) -> Result<()> {
    if !place::has_display() {
        bail!(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be opened.\n\
             Building and testing still work. To see the whole main job on a virtual display, with a screenshot of\n\
             each step in ./tour, run:\n  cargo xtask tour"
        );
    }
    install::for_building()?;
    page::build(false)?;
    let built = build::programs(false)?;
    command::run(command::program(built.app).args(arguments))
}
