//! The application without a screen: Tauri's mock runtime, the real configuration, capabilities and commands, and a desk
//! whose backend is a port that nobody listens on.

use postern_client::config::{Configured, Machine, Places, Preferences};
use postern_client::{Desk, Options};
use postern_desktop::Seat;
use postern_desktop::clipboard::{Copies, Desktop, Time};
use postern_desktop::dialogs::{Choice, Chooser, Dialogs};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

/// Where nobody listens: with it no test shows a prompt on, or reads from, the secret store of whoever runs it.
const NO_BUS: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");

/// Runs a test of this name again in a process of its own with this environment. There it answers true, and the test
/// goes on; here it answers false when that process has succeeded.
pub fn apart(test: &str, environment: &[(&str, &str)]) -> bool {
    const MARK: &str = "POSTERN_TEST_APART";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(MARK, "1")
        .envs([NO_BUS])
        .envs(environment.iter().copied())
        .output()
        .expect("this program again");
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).join("\n");
    assert!(output.status.success() && said.contains("1 passed"), "{test}: {said}");
    false
}

/// A desk that can reach nothing, so that no answer depends on the machine.
fn desk_without_a_backend(configured: &Configured) -> Desk {
    let words = ["postern-desktop", "--backend", "http://127.0.0.1:9"];
    let options = Options::of(words, configured).expect("options");
    tauri::async_runtime::block_on(Desk::open(options)).expect("a desk")
}

/// A person who chooses this in every dialog.
pub struct Person(pub Option<PathBuf>);

impl Chooser for Person {
    fn open(&self, _label: &str, _endings: &[&str]) -> Choice {
        let chosen = self.0.clone();
        Box::pin(async move { chosen })
    }

    fn save(&self, _label: &str, _name: &str) -> Choice {
        self.open("", &[])
    }
}

/// What an application without a screen works with: nobody's files, and a person who chooses nothing.
pub fn seat(folder: &Path, handle: &AppHandle<MockRuntime>) -> Seat {
    let configured = Configured::open(places(folder));
    Seat {
        desk: desk_without_a_backend(&configured),
        configured,
        copies: Copies::new(Box::new(Desktop(handle.clone())), after(Duration::from_secs(30))),
        dialogs: Dialogs::new(Box::new(Person(None))),
    }
}

/// Everything that is kept lies in one folder.
pub fn places(folder: &Path) -> Places {
    Places {
        machine: Some(Machine {
            policy: folder.join("machine/policy.d"),
            owner: std::os::unix::fs::MetadataExt::uid(&folder.metadata().expect("the folder")),
            file: folder.join("machine/config.toml"),
        }),
        user_policy: folder.join("user/policy.d"),
        user_file: folder.join("user/config.toml"),
        state: folder.join("state"),
        data: folder.join("data"),
        drop: folder.join("drop"),
        preferences: Preferences::default(),
    }
}

/// A time that stays the same.
pub fn after(time: Duration) -> Time {
    Box::new(move || time)
}

/// The application, and the folder it keeps everything in.
pub struct Alone {
    /// The application.
    pub app: App<MockRuntime>,
    /// Its folder.
    pub folder: TempDir,
}

impl std::ops::Deref for Alone {
    type Target = App<MockRuntime>;

    fn deref(&self) -> &Self::Target {
        &self.app
    }
}

/// The application.
pub fn app() -> Alone {
    make(|_| {}, |_| {})
}

/// The application on a machine where something is there already.
pub fn app_in(prepare: impl FnOnce(&Path)) -> Alone {
    make(prepare, |_| {})
}

/// The application with something else in a place.
pub fn app_with(change: impl FnOnce(&mut Seat)) -> Alone {
    make(|_| {}, change)
}

fn make(prepare: impl FnOnce(&Path), change: impl FnOnce(&mut Seat)) -> Alone {
    let folder = tempfile::tempdir().expect("a folder");
    prepare(folder.path());
    let app =
        postern_desktop::furnish(mock_builder()).build(postern_desktop::context()).expect("an application");
    let mut seat = seat(folder.path(), app.handle());
    change(&mut seat);
    postern_desktop::seat(app.handle(), seat);
    Alone { app, folder }
}

/// Waits until something is so.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    until_or(what, is_so, String::new);
}

/// Waits until something is so, and tells more where it never is.
#[allow(clippy::disallowed_methods, reason = "a test gives up after a time")]
pub fn until_or(what: &str, is_so: impl Fn() -> bool, more: impl Fn() -> String) {
    let since = std::time::Instant::now();
    while !is_so() {
        assert!(since.elapsed() < Duration::from_mins(1), "{what}: {}", more());
        std::thread::yield_now();
    }
}

/// The window of that label, made if it is not there.
pub fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    app.get_webview_window(label).unwrap_or_else(|| {
        WebviewWindowBuilder::new(app, label, WebviewUrl::App("index.html".into())).build().expect("a window")
    })
}

/// Calls a command as the application's own page does.
pub fn ask(window: &WebviewWindow<MockRuntime>, command: &str, arguments: &Value) -> Result<Value, Value> {
    ask_from(window, "tauri://localhost", command, arguments)
}

/// Calls a command as a page of that address.
pub fn ask_from(
    window: &WebviewWindow<MockRuntime>,
    page: &str,
    command: &str,
    arguments: &Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: page.parse().expect("an address"),
        body: InvokeBody::Json(arguments.clone()),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().expect("JSON"))
}
