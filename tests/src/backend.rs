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
    arguments: Vec<String>,
    around: Surroundings,
    /// `127.0.0.1:PORT`, the same after a restart.
    pub address: String,
}

impl Backend {
    /// Starts it on a database, with further options, by a clock.
    pub async fn start(
        machine: &Machine,
        around: &Surroundings,
        database: &Path,
        options: &[String],
        clock: Option<&Clock>,
    ) -> Result<Self> {
        let around = match clock {
            Some(clock) => clock.around(around)?,
            None => around.clone(),
        };
        let mut backend = Self {
            program: None,
            executable: machine.backend.clone(),
            arguments: vec!["--database".to_owned(), format!("sqlite://{}", database.display())],
            around,
            address: "127.0.0.1:0".to_owned(),
        };
        backend.arguments.extend_from_slice(options);
        backend.again().await?;
        Ok(backend)
    }

    /// Starts it at the address it had.
    pub async fn again(&mut self) -> Result<()> {
        let before = self.around.log("backend").len();
        let mut arguments = vec!["serve", "--listen", &self.address];
        arguments.extend(self.arguments.iter().map(String::as_str));
        self.program = Some(Program::start("backend", &self.executable, &arguments, &self.around)?);
        let around = &self.around;
        self.address = until("the backend listens", async || {
            let log = around.log("backend");
            let said = log.get(before..).and_then(|new| new.split_once("listening on http://"));
            Ok(said.and_then(|(_, rest)| rest.split_whitespace().next()).map(str::to_owned))
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
