//! A virtual screen with a window manager.

use crate::patience::until;
use crate::program::{Program, Surroundings};
use anyhow::{Context, Result};
use std::path::Path;
use tokio::sync::Mutex;

/// A screen; it goes when dropped.
#[derive(Debug)]
pub struct Screen {
    _programs: Vec<Program>,
}

/// Servers that look for a free number at the same moment can take it from each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

impl Screen {
    /// Opens one and puts its name into the surroundings.
    pub async fn open(around: &mut Surroundings) -> Result<Self> {
        let alone = ONE_AT_A_TIME.lock().await;
        let mut opened = None;
        // another process on this machine may still be quicker; then the next number is free
        for _ in 0..5 {
            opened = attempt(around).await?;
            if opened.is_some() {
                break;
            }
        }
        drop(alone);
        let (server, number) = opened.context("no screen could be opened")?;
        around.set("DISPLAY", format!(":{number}"));
        let manager = Program::start("openbox", Path::new("openbox"), &["--sm-disable"], around)?;
        Ok(Self { _programs: vec![manager, server] })
    }
}

/// A server and the number it chose by itself, or nothing where it found none.
async fn attempt(around: &Surroundings) -> Result<Option<(Program, String)>> {
    let before = around.log("xvfb").len();
    let arguments = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset", "-ac"];
    let mut server = Program::start("xvfb", Path::new("Xvfb"), &arguments, around)?;
    let number = until("the screen opens", async || {
        let log = around.log("xvfb");
        let said = log.get(before..).unwrap_or_default();
        let number = said.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::trim);
        let number =
            number.into_iter().find(|line| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit()));
        Ok(match number {
            Some(number) => Some(Some(number.to_owned())),
            None if server.runs()? => None,
            None => Some(None),
        })
    })
    .await?;
    Ok(number.map(|number| (server, number)))
}
