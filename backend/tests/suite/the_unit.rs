//! The systemd unit that is shipped: it says what the program does, and leaves it little of the machine.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/postern-backend.service");
/// What `systemd-analyze security` calls "OK" begins at 2.0; an ordinary unit without any of this has 9.6.
const EXPOSURE_MAX: f32 = 2.0;

/// What the tool says.
fn systemd_analyze(arguments: &[&str]) -> String {
    let said = Command::new("systemd-analyze").args(arguments).output();
    let said = said.expect("systemd-analyze: is Debian's systemd installed?");
    String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr)
}

#[test]
fn the_unit_leaves_the_program_little() {
    let unit = std::fs::read_to_string(UNIT).unwrap();
    for line in [
        "Type=notify",
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "MemoryDenyWriteExecute=yes",
        "SystemCallFilter=@system-service",
        "ExecReload=/bin/kill -HUP $MAINPID",
    ] {
        assert!(unit.lines().any(|found| found == line), "{line}");
    }
    let said = systemd_analyze(&["security", "--offline=true", UNIT]);
    let exposure = said.split("exposure level for postern-backend.service: ").nth(1).expect(&said);
    let exposure: f32 = exposure.split_whitespace().next().unwrap().parse().unwrap();
    assert!(exposure <= EXPOSURE_MAX, "{said}");
}

#[test]
fn the_unit_is_one_that_systemd_understands() {
    // where it is installed the program has another place
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("postern-backend.service");
    let unit = std::fs::read_to_string(UNIT).unwrap();
    let program = env!("CARGO_BIN_EXE_postern-backend");
    assert!(Path::new(program).is_file());
    std::fs::write(&here, unit.replace("/usr/bin/postern-backend", program)).unwrap();
    let said = systemd_analyze(&["verify", "--man=no", here.to_str().unwrap()]);
    let ours: Vec<_> = said.lines().filter(|line| line.contains("postern-backend")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}
