//! An isolated room: a story told in a network namespace of its own, with its desktop, its driver and all else in it. What leads
//! out of it is a [`Cable`] and nothing else.
//!
//! The test starts itself once more inside, since a process that runs cannot take all its threads along. Sockets of the
//! display and the bus are files, so the room has its own folder for those too.

use crate::cable::Cable;
use crate::machine;
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::{Command, Stdio};

/// Where the system's resolver reads who answers for names.
const RESOLVER: &str = "/etc/resolv.conf";

/// Tells a story in a room of its own. `name` is the test's, with its modules.
pub fn tell(name: &str, story: impl AsyncFnOnce(&mut Cable) -> Result<()>) -> Result<()> {
    if machine::room().as_deref() == Some(name) {
        return inside(story);
    }
    let told = enter(name)?.args(["--exact", name, "--nocapture"]).output()?;
    let said = format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    ensure!(told.status.success() && said.contains("1 passed"), "in the room:\n{said}");
    Ok(())
}

/// This very program, to be started in a room.
pub fn enter(name: &str) -> Result<Command> {
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--net", "--mount", "--", "setpriv", "--pdeathsig", "KILL", "--"])
        .arg(std::env::current_exe()?)
        .env(machine::ROOM, name)
        .stdin(Stdio::null());
    Ok(command)
}

/// Furnishes the room that this process is in, and tells the story.
pub fn inside(story: impl AsyncFnOnce(&mut Cable) -> Result<()>) -> Result<()> {
    run(&["mount", "-t", "tmpfs", "tmpfs", "/tmp"])?;
    run(&["ip", "link", "set", "lo", "up"])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut cable = Cable::lay().await?;
        let resolver = cable.resolver()?;
        run(&["mount", "--bind", path(&resolver)?, RESOLVER])?;
        story(&mut cable).await
    })
}

/// Runs a command of the system and fails where it fails.
pub(crate) fn run(words: &[&str]) -> Result<String> {
    let (program, arguments) = words.split_first().context("a command has a name")?;
    let done = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let done = done.with_context(|| format!("{program} cannot be started"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{} failed: {said}", words.join(" "));
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// A path as a word of a command.
pub(crate) fn path(path: &Path) -> Result<&str> {
    path.to_str().context("a path of UTF-8")
}
