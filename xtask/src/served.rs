//! A backend that serves on a port of its own with a database of its own, for as long as it is needed.

use crate::{command, place};
use anyhow::{Context, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// Debian's programs of PostgreSQL, the newest version first.
fn postgres_programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let newest = versions.flatten().map(|version| version.path().join("bin")).max();
    newest.context("PostgreSQL is not installed")
}

/// A backend. Dropping it ends it, and its database with it.
pub struct Served {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// What serves.
    pub program: PathBuf,
    child: Child,
    cluster: Option<PathBuf>,
    folder: PathBuf,
}

impl Served {
    /// On a fresh SQLite database.
    pub fn on_sqlite(lines: &str) -> Result<Self> {
        let folder = fresh("sqlite")?;
        let url = format!("sqlite://{}", folder.join("accounts.db").display());
        Self::begin(folder, &url, lines, None)
    }

    /// On a fresh cluster of PostgreSQL that is reached through a socket of its own.
    pub fn on_postgres(lines: &str) -> Result<Self> {
        let folder = fresh("postgres")?;
        let cluster = folder.join("cluster");
        std::fs::create_dir(&cluster)?;
        if place::is_root() {
            command::run(command::program("chown").arg("postgres").arg(&cluster))?;
        }
        let data = cluster.join("data");
        let programs = postgres_programs()?;
        let mut made = as_postgres(&programs.join("initdb"));
        command::run(
            made.args(["--auth=trust", "--username=postern", "--encoding=UTF8", "--pgdata"]).arg(&data),
        )?;
        let mut started = as_postgres(&programs.join("pg_ctl"));
        let options = format!("-c listen_addresses= -c unix_socket_directories={}", cluster.display());
        started.arg("start").arg("--wait").arg("--pgdata").arg(&data).arg("--log").arg(cluster.join("log"));
        command::run(started.args(["--options", &options]).stdout(Stdio::null()))?;
        let url = format!("postgres://postern@localhost/postgres?host={}", cluster.display());
        Self::begin(folder, &url, lines, Some(data))
    }

    fn begin(folder: PathBuf, url: &str, lines: &str, cluster: Option<PathBuf>) -> Result<Self> {
        let program = place::target().join("debug/postern-backend");
        let key = folder.join("backend.key");
        let configuration = folder.join("backend.toml");
        let text = format!(
            "database.url = \"{url}\"\nkey.file = \"{}\"\nhttp.listen = \"127.0.0.1:0\"\n{lines}",
            key.display()
        );
        std::fs::write(&configuration, text)?;
        let mut serve = command::program(&program);
        serve.args(["serve", "--config"]).arg(&configuration).stdout(Stdio::piped());
        let mut child = serve.spawn().with_context(|| format!("{} cannot be started", program.display()))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        // made first, so that a backend that does not listen is ended too
        let served = Self { address: address.unwrap_or_default(), program, child, cluster, folder };
        if served.address.is_empty() {
            bail!("The backend does not listen: {line}");
        }
        Ok(served)
    }

    /// Its configuration file, for another command beside it.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("backend.toml")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let (Some(data), Ok(programs)) = (&self.cluster, postgres_programs()) {
            let mut stop = as_postgres(&programs.join("pg_ctl"));
            let _ =
                stop.args(["stop", "--mode=immediate", "--pgdata"]).arg(data).stdout(Stdio::null()).status();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// PostgreSQL refuses to run as root: Debian has a user for it.
fn as_postgres(program: &Path) -> std::process::Command {
    let mut plain = command::program(program);
    plain.current_dir("/");
    if !place::is_root() {
        return plain;
    }
    let mut other = command::program("runuser");
    other.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    other
}

/// An empty folder that everybody can look into.
fn fresh(name: &str) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("postern-{name}-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}
