//! Memory of the server process: no core dump, and closed to other programs of the same user.
#![cfg(target_os = "linux")]

use crate::stage::configuration;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The ordinary user where the test itself runs as root: the kernel keeps root out of nothing.
const ORDINARY: u32 = 65_534;

/// A program of the ordinary user; it ends when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().unwrap().uid() == 0
}

fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(home).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if is_root() {
        command.uid(ORDINARY).gid(ORDINARY);
    }
    command
}

fn reads(process: u32, file: &str, home: &Path) -> bool {
    let mut read = command(Path::new("/usr/bin/head"), home);
    read.args(["--bytes=1", &format!("/proc/{process}/{file}")]).stdout(Stdio::null());
    read.status().unwrap().success()
}

// SEC-6
#[test]
fn a18_no_core_is_dumped_and_no_program_of_the_user_reads_memory() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let program = home.join("postern-backend");
    std::fs::copy(env!("CARGO_BIN_EXE_postern-backend"), &program).unwrap();
    let url = format!("sqlite://{}/accounts.db", home.display());
    let told = home.join("backend.toml");
    std::fs::copy(configuration(&url, &[]).path(), &told).unwrap();
    std::fs::set_permissions(home, PermissionsExt::from_mode(0o700)).unwrap();
    if is_root() {
        for path in [home, &program, &told] {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
    }
    let mut serve = command(&program, home);
    let mut server = Running(serve.args(["serve", "--config"]).arg(&told).spawn().unwrap());
    let mut said = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("listening on "), "{said}");

    let process = server.0.id();
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    for file in ["mem", "maps", "environ", "auxv"] {
        assert!(!reads(process, file, home), "the same user reads /proc/PID/{file}");
    }
    // the same look at a program that does not withhold its memory: it is open
    let mut other = command(Path::new("/usr/bin/cat"), home);
    let mut other = Running(other.stdin(Stdio::piped()).spawn().unwrap());
    let held = other.0.stdin.take();
    assert!(reads(other.0.id(), "status", home));
    drop(held);
}
