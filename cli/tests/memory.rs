//! The command line withholds its memory before anything else: it is asked for passwords too. SEC-6
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod command;

use command::{Home, PROGRAM, text};

#[test]
fn sec_6_no_core_is_dumped_and_nobody_may_attach() {
    let home = Home::new();
    let traced = home
        .command("strace")
        .args(["-f", "-e", "trace=prctl,prlimit64,setrlimit,openat", PROGRAM, "completions", "bash"])
        .output()
        .expect("strace is installed (apt-get install strace)");
    let calls = text(&traced.stderr);
    assert!(traced.status.success(), "{calls}");
    let at = |wanted: &str| calls.lines().position(|line| line.contains(wanted));
    let closed = at("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0").unwrap_or_else(|| panic!("{calls}"));
    let limit = calls
        .lines()
        .position(|line| line.contains("RLIMIT_CORE") && line.contains("rlim_cur=0, rlim_max=0"))
        .unwrap_or_else(|| panic!("{calls}"));
    assert!(limit < closed, "{calls}");
    // what the loader and the standard library open stands before; nothing of ours does
    let ours = calls.lines().take(limit).find(|line| line.contains("postern") && line.contains("openat"));
    assert_eq!(ours, None);
}
