//! A desktop session for one test: fresh folders, a bus, and the secret store in the state that the test is about. The
//! test binary runs itself again inside that session, so that what is tested meets the real bus and the real daemon.
#![allow(dead_code, reason = "each test binary uses its own part of the world")]

pub mod provider;

use std::path::Path;
use std::process::Command;

/// What must never be found in a file. Part of every secret that these tests make.
pub const CANARY: &str = "canary5f1e9d7c";
/// What opens the login keyring of these tests.
pub const KEYRING_PASSWORD: &str = "seven harbor lamps";

/// A bus that starts no program by itself: a test that has a provider says so.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;
const DAEMON: &str =
    "printf %s \"$KEYRING_PASSWORD\" | gnome-keyring-daemon --unlock --components=secrets >/dev/null;";
const PROVIDER: &str = "org.freedesktop.secrets";
const INSIDE: &str = "POSTERN_TEST_INSIDE";

/// The secret store of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// gnome-keyring, unlocked.
    Unlocked,
    /// The same on a display, with the desktop's own unlock prompt.
    WithPrompt,
    /// gnome-keyring as nobody has used it yet: without a collection.
    Unused,
    /// The same on a display, with the desktop's own prompt.
    UnusedWithPrompt,
    /// A bus on which nobody provides a secret store, until the test does.
    Absent,
    /// No bus.
    NoBus,
    /// The address of a bus that is not there.
    BadAddress,
}

/// Runs `body` inside a session with that store, then looks for the canary in everything that was written.
pub fn session<F: Future<Output = ()>>(name: &str, store: Store, body: impl FnOnce() -> F) {
    if std::env::var_os(INSIDE).is_some_and(|inside| inside == name) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            if !matches!(store, Store::Absent | Store::NoBus | Store::BadAddress) {
                until("the daemon is there", async || is_there().await).await;
            }
            body().await;
        });
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut command = start(store, home.path());
    let path = |name: &str| {
        let path = home.path().join(name);
        std::fs::create_dir(&path).unwrap();
        path
    };
    command
        .env("HOME", path("home"))
        .env("XDG_DATA_HOME", path("data"))
        .env("XDG_CONFIG_HOME", path("config"));
    command.env("XDG_CACHE_HOME", path("cache")).env(INSIDE, name).env_remove("DISPLAY");
    if store != Store::NoBus {
        command.env("XDG_RUNTIME_DIR", path("run"));
    }
    command.arg(std::env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    let done = command.output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && told.contains("1 passed"), "inside the session:\n{told}");
    assert!(!told.contains(CANARY), "LOG-1: a secret was printed:\n{told}");
    assert_eq!(
        files_with_the_canary(home.path()),
        Vec::<String>::new(),
        "SEC-2: a secret was written to a file"
    );
}

fn start(store: Store, home: &Path) -> Command {
    let daemon = match store {
        Store::Unlocked | Store::WithPrompt => DAEMON,
        Store::Unused | Store::UnusedWithPrompt => {
            "gnome-keyring-daemon --start --components=secrets >/dev/null;"
        }
        Store::Absent => "",
        Store::NoBus | Store::BadAddress => {
            let mut command = Command::new("env");
            command.args(["-u", "XDG_RUNTIME_DIR"]);
            match store {
                Store::NoBus => command.args(["-u", "DBUS_SESSION_BUS_ADDRESS"]),
                _ => command.arg("DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"),
            };
            return command;
        }
    };
    let mut command;
    if matches!(store, Store::WithPrompt | Store::UnusedWithPrompt) {
        command = Command::new("xvfb-run");
        command.args(["-a", "dbus-run-session"]);
    } else {
        let config = home.join("bus.conf");
        std::fs::write(&config, BUS).unwrap();
        command = Command::new("dbus-run-session");
        command.arg("--config-file").arg(config);
    }
    command.args(["--", "sh", "-c", &format!("{daemon} exec \"$0\" \"$@\"")]);
    command.env("KEYRING_PASSWORD", KEYRING_PASSWORD);
    command
}

fn files_with_the_canary(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(files_with_the_canary(&path));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_default();
            if bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// Runs a program of the session and returns what it printed; `None` where it failed.
pub fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program).args(arguments).output().unwrap();
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// Starts gnome-keyring, unlocked, in a session that has none.
pub async fn start_the_daemon() {
    run("sh", &["-c", DAEMON]).unwrap();
    until("the daemon is there", async || is_there().await).await;
}

/// Kills whoever provides the secret store.
pub async fn kill_the_daemon() {
    let bus = zbus::Connection::session().await.unwrap();
    let proxy = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    let process = proxy.get_connection_unix_process_id(PROVIDER.try_into().unwrap()).await.unwrap();
    run("kill", &["-9", &process.to_string()]).unwrap();
    until("the daemon is gone", async || !is_there().await).await;
}

async fn is_there() -> bool {
    let bus = zbus::Connection::session().await.unwrap();
    let proxy = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    proxy.name_has_owner(PROVIDER.try_into().unwrap()).await.unwrap()
}

/// Starts gnome-keyring again, as a desktop does before its owner types a password.
pub async fn start_the_daemon_locked() {
    run("sh", &["-c", "gnome-keyring-daemon --start --components=secrets >/dev/null"]).unwrap();
    until("the daemon is there", async || is_there().await).await;
}

/// Locks the login collection, as a desktop does when its owner leaves.
pub async fn lock() {
    lock_collection("/org/freedesktop/secrets/collection/login").await;
}

/// Locks a collection.
pub async fn lock_collection(path: &str) {
    let bus = zbus::Connection::session().await.unwrap();
    let path = zbus::zvariant::ObjectPath::try_from(path).unwrap();
    let interface = "org.freedesktop.Secret.Service";
    bus.call_method(Some(PROVIDER), "/org/freedesktop/secrets", Some(interface), "Lock", &(vec![path],))
        .await
        .unwrap();
}

/// Makes a collection with that password, unlocked, and returns its path. The interface is the one by which
/// gnome-keyring's own tools make one without a prompt.
pub async fn make_collection(label: &str, password: &str) -> String {
    use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
    let bus = zbus::Connection::session().await.unwrap();
    let service = "/org/freedesktop/secrets";
    let opened = bus
        .call_method(
            Some(PROVIDER),
            service,
            Some("org.freedesktop.Secret.Service"),
            "OpenSession",
            &("plain", Value::from("")),
        )
        .await
        .unwrap();
    let (_, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize().unwrap();
    let label = ("org.freedesktop.Secret.Collection.Label", Value::from(label));
    let properties = std::collections::HashMap::from([label]);
    let password = (session, Vec::<u8>::new(), password.as_bytes().to_vec(), "text/plain");
    let interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";
    let made = bus
        .call_method(
            Some(PROVIDER),
            service,
            Some(interface),
            "CreateWithMasterPassword",
            &(properties, password),
        )
        .await
        .unwrap();
    let path: OwnedObjectPath = made.body().deserialize().unwrap();
    path.to_string()
}

/// Waits until a condition holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(20));
    while !holds().await {
        assert!(tokio::time::Instant::now() < deadline, "{what}");
        beat.tick().await;
    }
}

/// Makes a collection the default one.
pub async fn make_default(path: &str) {
    let bus = zbus::Connection::session().await.unwrap();
    let path = zbus::zvariant::ObjectPath::try_from(path).unwrap();
    let interface = "org.freedesktop.Secret.Service";
    let alias = ("default", path);
    bus.call_method(Some(PROVIDER), "/org/freedesktop/secrets", Some(interface), "SetAlias", &alias)
        .await
        .unwrap();
}
