//! The application as an ordinary user runs it: no core dump, and no other program of the same user may look into its memory.
//! SEC-6

use crate::clipboard::Display;
use crate::mock;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The ordinary user where the test itself runs as root: the kernel keeps root out of nothing.
const NOBODY: u32 = 65534;

/// A program of an ordinary user; it ends when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Whether this very test runs as root.
fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&Path::new("/proc/self").metadata().expect("this process")) == 0
}

/// A program as the ordinary user, in that home.
fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// What the ordinary user is told who reads a file of that process.
fn reads(process: u32, file: &str, home: &Path) -> bool {
    let mut read = command(Path::new("/usr/bin/head"), home);
    read.args(["--bytes=1", &format!("/proc/{process}/{file}")]);
    read.status().expect("head is part of every system").success()
}

#[test]
fn sec_6_no_core_is_dumped_and_nobody_looks_into_memory() {
    let display = Display::open();
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    std::fs::set_permissions(home, PermissionsExt::from_mode(0o700)).expect("a mode");
    let program = home.join("postern-desktop");
    std::fs::copy(env!("CARGO_BIN_EXE_postern-desktop"), &program).expect("the application");
    if is_root() {
        chown(home, Some(NOBODY), Some(NOBODY)).expect("an owner");
        chown(&program, Some(NOBODY), Some(NOBODY)).expect("an owner");
    }

    let mut open = command(&program, home);
    open.env_clear().env("PATH", "/usr/bin:/bin").env("DISPLAY", &display.name).env("HOME", home);
    open.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").env("XDG_RUNTIME_DIR", home);
    let said = home.join("said");
    open.stderr(std::fs::File::create(&said).expect("a file"));
    let application = Running(open.spawn().expect("the application starts"));
    let process = application.0.id();
    mock::until_or(
        "its window is there",
        || shows_a_window(&display.name),
        || std::fs::read_to_string(&said).expect("what it said"),
    );

    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    for file in ["mem", "maps", "environ", "auxv"] {
        assert!(!reads(process, file, home), "the same user reads /proc/PID/{file}");
    }

    // the same look at a program that does not withhold its memory: it is open
    let mut other = command(Path::new("/usr/bin/tail"), home);
    let other = Running(other.args(["--follow", "/dev/null"]).spawn().expect("tail is part of every system"));
    mock::until("another program's memory is open", || reads(other.0.id(), "maps", home));
}

/// Whether the application's main window is on that display.
fn shows_a_window(display: &str) -> bool {
    let found = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--name", "^Postern$"])
        .env("DISPLAY", display)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    found.expect("xdotool is installed (apt-get install xdotool)").success()
}
