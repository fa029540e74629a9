//! The account backend as a process of its own, as if on another machine.

use crate::clock::Clock;
use crate::machine::Machine;
use crate::patience::until;
use crate::program::{Program, Surroundings};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// A running backend.
#[derive(Debug)]
pub struct Backend {
    program: Option<Program>,
    executable: PathBuf,
    /// Its configuration but for the address.
    configuration: String,
    /// The folder of the database, where the configuration file is written.
    folder: PathBuf,
    around: Surroundings,
    /// `ADDRESS:PORT`, the same after a restart.
    pub address: String,
}

impl Backend {
    /// Starts it on a database, listening at any port of an address, with more lines of configuration
    /// (`section.key = value`), by a clock.
    pub async fn start(
        machine: &Machine,
        around: &Surroundings,
        database: &Path,
        address: &str,
        more: &[String],
        clock: Option<&Clock>,
    ) -> Result<Self> {
        let around = match clock {
            Some(clock) => clock.around(around)?,
            None => around.clone(),
        };
        let mut backend = Self {
            program: None,
            executable: machine.backend.clone(),
            configuration: format!("database.url = \"sqlite://{}\"\n{}", database.display(), more.join("\n")),
            folder: database.parent().context("a database lies in a folder")?.to_owned(),
            around,
            address: format!("{address}:0"),
        };
        backend.again().await?;
        Ok(backend)
    }

    /// Starts it at the address it had.
    pub async fn again(&mut self) -> Result<()> {
        let before = self.around.log("backend").len();
        let file = self.folder.join("backend.toml");
        std::fs::write(&file, format!("http.listen = \"{}\"\n{}", self.address, self.configuration))?;
        let file = file.to_str().context("a path of UTF-8")?;
        let arguments = ["serve", "--config", file];
        self.program = Some(Program::start("backend", &self.executable, &arguments, &self.around)?);
        let around = &self.around;
        self.address = until("the backend listens", async || {
            let log = around.log("backend");
            let said = log.get(before..).and_then(|new| new.split_once("listening on http"));
            let address = said.and_then(|(_, rest)| rest.split_once("://"));
            Ok(address.and_then(|(_, rest)| rest.split_whitespace().next()).map(str::to_owned))
        })
        .await
        .with_context(|| around.log("backend"))?;
        Ok(())
    }

    /// Stops it as a failing machine would.
    pub fn stop(&mut self) {
        self.program = None;
    }

    /// What a client is given.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
