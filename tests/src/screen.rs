//! A virtual screen with a window manager.

use crate::patience::until;
use crate::program::{Program, Surroundings};
use anyhow::Result;
use std::path::Path;

/// A screen; it goes when dropped.
#[derive(Debug)]
pub struct Screen {
    _programs: Vec<Program>,
}

impl Screen {
    /// Opens one and puts its name into the surroundings.
    pub async fn open(around: &mut Surroundings) -> Result<Self> {
        // the server picks a free number by itself and says it, so that worlds side by side never meet
        let arguments =
            ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset", "-ac"];
        let server = Program::start("xvfb", Path::new("Xvfb"), &arguments, around)?;
        let number = until("the screen opens", async || {
            let log = around.log("xvfb");
            let said = log.split_once('\n').map(|(line, _)| line.trim().to_owned());
            Ok(said.filter(|line| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())))
        })
        .await?;
        around.set("DISPLAY", format!(":{number}"));
        let manager = Program::start("openbox", Path::new("openbox"), &["--sm-disable"], around)?;
        Ok(Self { _programs: vec![manager, server] })
    }
}
