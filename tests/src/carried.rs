//! Files that are carried to a desktop: configuration, policy, bundles and plans, and the command line that makes them.

use crate::program::Program;
use crate::world::World;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Output;

/// A command of the command line that has ended.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// What it printed as its result.
    pub out: String,
    /// What it said beside that.
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

impl World {
    /// The person's configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.home().join("config/postern/config.toml")
    }

    /// Writes the person's configuration file.
    pub fn configure(&self, toml: &str) -> Result<()> {
        write(&self.configuration(), toml)
    }

    /// Writes a policy for this person.
    pub fn set_policy(&self, toml: &str) -> Result<()> {
        write(&self.home().join("config/postern/policy.d/10-harbor.toml"), toml)
    }

    /// A file on a stick that was carried here.
    pub fn stick(&self, name: &str) -> Result<PathBuf> {
        let folder = self.home().join("stick");
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(name))
    }

    /// Runs the command line on this desktop, and waits until it has ended.
    pub async fn cli(&self, arguments: &[&str], input: &str) -> Result<Said> {
        use tokio::io::AsyncWriteExt;
        let mut command = self.around.command(self.cli_program());
        command.args(arguments).stdin(std::process::Stdio::piped());
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().context("the command line cannot be started")?;
        if let Some(mut stdin) = child.stdin.take() {
            // a command that reads nothing may have ended already
            drop(stdin.write_all(input.as_bytes()).await);
        }
        Ok(child.wait_with_output().await?.into())
    }

    /// Opens a file or a link with the application that is running, as the desktop does: by starting it once more.
    pub fn hand_over(&self, what: &str) -> Result<Program> {
        Program::start("second", self.app_program(), &[what], &self.around)
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
    std::fs::write(file, text).map_err(Into::into)
}
