//! A program that belongs to one world: it has that world's environment and ends with it, children included.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The environment of a world's programs, and the folder of their logs.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// All variables; nothing of the outer environment comes in.
    pub variables: BTreeMap<&'static str, OsString>,
    /// Where `NAME.log` files go.
    pub logs: PathBuf,
    /// What stands before each program's own words, where it runs at another place.
    pub before: Vec<String>,
}

impl Surroundings {
    /// Sets a variable.
    pub fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.insert(name, value.into());
    }

    /// These surroundings in another network namespace, which that file stands for.
    #[must_use]
    pub fn beyond(&self, namespace: &str) -> Self {
        let before = ["nsenter".to_owned(), format!("--net={namespace}"), "--".to_owned()];
        Self { before: before.into(), ..self.clone() }
    }

    /// A short-lived program with these surroundings.
    pub fn command(&self, program: impl AsRef<Path>) -> tokio::process::Command {
        let mut words = self.before.iter().map(OsStr::new).chain([program.as_ref().as_os_str()]);
        let mut command = tokio::process::Command::new(words.next().unwrap_or_default());
        command.args(words).env_clear().envs(&self.variables).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// What a program's log holds.
    pub fn log(&self, name: &str) -> String {
        std::fs::read(self.logs.join(format!("{name}.log")))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

/// A running program.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
}

impl Program {
    /// Starts it in a process group of its own, with its output in `NAME.log`. It also ends when this thread does, so
    /// that an interrupted run leaves nothing.
    pub fn start(name: &str, program: &Path, arguments: &[&str], around: &Surroundings) -> Result<Self> {
        Self::spawn(name, program, arguments, around, Stdio::null())
    }

    /// [`Program::start`], with this text on its standard input.
    pub fn start_telling(
        name: &str,
        program: &Path,
        arguments: &[&str],
        around: &Surroundings,
        text: &str,
    ) -> Result<Self> {
        let mut started = Self::spawn(name, program, arguments, around, Stdio::piped())?;
        if let Some(mut stdin) = started.child.stdin.take() {
            stdin.write_all(text.as_bytes())?;
        }
        Ok(started)
    }

    fn spawn(
        name: &str,
        program: &Path,
        arguments: &[&str],
        around: &Surroundings,
        input: Stdio,
    ) -> Result<Self> {
        let log = File::options().create(true).append(true).open(around.logs.join(format!("{name}.log")))?;
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "SIGKILL", "--"])
            .args(&around.before)
            .arg(program)
            .args(arguments)
            .env_clear()
            .envs(&around.variables)
            .stdin(input)
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        Ok(Self { name: name.to_owned(), child })
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its name in the logs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends a signal to it alone.
    pub fn signal(&self, signal: &str) -> Result<()> {
        send(signal, &self.child.id().to_string())
    }

    /// Asks it to end, and waits until it has.
    pub fn end(&mut self) -> Result<()> {
        self.signal("TERM")?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // the whole group: a driver's application, a bus's services
        drop(send("KILL", &format!("-{}", self.child.id())));
        drop(self.child.wait());
    }
}

/// Sends a signal to a process, or to a group where the number is negative.
pub fn send(signal: &str, process: &str) -> Result<()> {
    Command::new("kill")
        .args(["-s", signal, "--", process])
        .stderr(Stdio::null())
        .status()
        .context("kill cannot be started")?;
    Ok(())
}
