//! The application without a screen: Tauri's mock runtime, the real configuration, capabilities and commands, and a desk
//! whose backend is a port that nobody listens on.

use postern_client::{Desk, Options};
use postern_desktop::clipboard::{CLEARED_AFTER, Copies, Desktop};
use serde_json::Value;
use std::process::Command;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

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
pub fn desk_without_a_backend() -> Desk {
    let options = Options::read(["postern-desktop", "--backend", "http://127.0.0.1:9"]).expect("options");
    tauri::async_runtime::block_on(Desk::open(options)).expect("a desk")
}

/// The application around a desk, with the desktop's clipboard.
pub fn app(desk: Desk) -> App<MockRuntime> {
    app_with(desk, |handle| Copies::new(Box::new(Desktop(handle.clone())), CLEARED_AFTER))
}

/// The application around a desk and a clipboard.
pub fn app_with(desk: Desk, copies: impl FnOnce(&AppHandle<MockRuntime>) -> Copies) -> App<MockRuntime> {
    let app =
        postern_desktop::furnish(mock_builder()).build(postern_desktop::context()).expect("an application");
    postern_desktop::seat(app.handle(), desk, copies(app.handle()));
    app
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
