//! In an isolated room: the desk in a network namespace of its own, with every call that could leave this computer watched
//! by strace. It starts quickly, says that it is offline, and speaks to nobody but the configured backend.
#![allow(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod person;
mod shared;

use person::{create_account, send, sign_in};
use postern_client::Desk;
use postern_contract::ProblemCode;
use postern_contract::operation::GetAccount;
use shared::{AT_ONCE, Shared, options_for, patient};
use std::process::Command;
use tokio::time::timeout;

const INSIDE: &str = "POSTERN_TEST_INSIDE";
/// What is configured in the room without a network: an address that is nobody's (RFC 5737).
const CONFIGURED: &str = "192.0.2.7";

/// Runs `body` in a namespace where `prepare` (words of a shell) was done, and returns every address that anything in it
/// tried to reach, with its port.
fn isolated(name: &str, prepare: &str, body: impl AsyncFnOnce()) -> Option<Vec<(String, String)>> {
    if std::env::var_os(INSIDE).is_some_and(|inside| inside == name) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(body());
        return None;
    }
    let home = tempfile::tempdir().unwrap();
    let calls = home.path().join("calls");
    let done = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none", "-o"])
        .arg(&calls)
        .args(["unshare", "-rn", "sh", "-c", &format!("{prepare} exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, name)
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && told.contains("1 passed"), "inside the room:\n{told}");
    let calls = std::fs::read_to_string(calls).unwrap();
    assert!(calls.contains("AF_UNIX"), "the calls were watched: {calls}");
    Some(calls.lines().filter_map(reached).collect())
}

/// Address and port of a call that could leave this computer.
fn reached(call: &str) -> Option<(String, String)> {
    let family = call.split("sa_family=").nth(1)?;
    if !family.starts_with("AF_INET") {
        return None;
    }
    let port = call.split("port=htons(").nth(1)?.split(')').next()?.to_owned();
    let quoted =
        call.split("sin_addr=inet_addr(\"").nth(1).or_else(|| call.split("inet_pton(AF_INET6, \"").nth(1));
    Some((quoted?.split('"').next()?.to_owned(), port))
}

#[test]
fn net_4_without_a_network_it_starts_at_once_and_says_so() {
    let name = "net_4_without_a_network_it_starts_at_once_and_says_so";
    let reached = isolated(name, "", async || {
        let folder = tempfile::tempdir().unwrap();
        let options = patient(options_for(&format!("https://{CONFIGURED}"), folder.path()));
        let desk = Desk::open(options).await.unwrap();
        let opening = timeout(AT_ONCE, desk.start()).await.unwrap();
        assert_eq!(opening.connection.trouble, Some(ProblemCode::Offline));
        assert!(opening.connection.since.is_some());
        // and goes on saying so while it looks whether that is over
        assert_eq!(desk.try_connection().await.trouble, Some(ProblemCode::Offline));
        desk.close().await;
    });
    for (address, port) in reached.into_iter().flatten() {
        assert_eq!((address.as_str(), port.as_str()), (CONFIGURED, "443"), "a foreign host");
    }
}

#[test]
fn net_4_it_speaks_to_nobody_but_the_configured_backend() {
    let name = "net_4_it_speaks_to_nobody_but_the_configured_backend";
    let reached = isolated(name, "ip link set lo up;", async || {
        let folder = tempfile::tempdir().unwrap();
        let shared = Shared::serve(folder.path()).await;
        let desk = Desk::open(shared.options("127.0.0.1")).await.unwrap();
        desk.use_memory_only().await;
        create_account(&desk, async || shared.backend.messages().await.unwrap()).await;
        sign_in(&desk).await.unwrap();
        send(&desk, GetAccount { body: () }).await.unwrap();
        desk.list_keys().await.unwrap();
        assert!(desk.start().await.session.is_some());
        desk.sign_out().await.unwrap();
        desk.close().await;
    });
    let reached = reached.into_iter().flatten().collect::<Vec<_>>();
    let foreign: Vec<_> = reached.iter().filter(|(address, _)| address != "127.0.0.1").collect();
    assert!(foreign.is_empty(), "foreign hosts: {foreign:?}");
    // inside the room there is nothing to look at
    assert!(std::env::var_os(INSIDE).is_some() || !reached.is_empty(), "the backend was reached");
}
