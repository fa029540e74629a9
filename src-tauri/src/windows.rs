//! The windows: their titles, sizes and what none of them may do. A page serves several kinds of window and reads which
//! one it is in from the window's label. No window can be navigated away, open another one by itself, download, or ask
//! for a camera or a place.

use contract::shell::{Tab, Window};
use contract::{Problem, ProblemCode};
use postern_contract as contract;
use std::sync::{Mutex, PoisonError};
use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::placement::Placement;
use crate::{arrivals, drag, web_view};

/// The size of a window in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Size {
    width: f64,
    height: f64,
}

const fn size(width: f64, height: f64) -> Size {
    Size { width, height }
}

/// The first size of a window, and the smallest it can be made.
const fn sizes(window: Window) -> (Size, Size) {
    match window {
        Window::Main | Window::ManageAccount | Window::Plans => (size(960.0, 680.0), size(480.0, 560.0)),
        Window::Settings => (size(720.0, 640.0), size(480.0, 480.0)),
        Window::Tab(_) => (size(720.0, 600.0), size(480.0, 480.0)),
        Window::Messages => (size(520.0, 640.0), size(360.0, 400.0)),
    }
}

/// Every window there can be.
pub fn all() -> impl Iterator<Item = Window> {
    [Window::Main, Window::ManageAccount, Window::Messages, Window::Settings, Window::Plans]
        .into_iter()
        .chain(Tab::ALL.map(Window::Tab))
}

/// The title the desktop shows. It names the page and never the person.
pub const fn title(window: Window) -> &'static str {
    match window {
        Window::Main => "Postern",
        Window::ManageAccount => "Manage account — Postern",
        Window::Messages => "Messages — Postern",
        Window::Settings => "Settings — Postern",
        Window::Plans => "Prepared changes — Postern",
        Window::Tab(Tab::UserInformation) => "User information — Postern",
        Window::Tab(Tab::ChangePassword) => "Change password — Postern",
        Window::Tab(Tab::SecuritySettings) => "Security settings — Postern",
        Window::Tab(Tab::ManageAuthenticationKey) => "Manage authentication key — Postern",
        Window::Tab(Tab::CancelSubscription) => "Cancel subscription — Postern",
    }
}

/// The page that holds what the window shows: each page is a program of its own in `ui`.
const fn page(window: Window) -> &'static str {
    match window {
        Window::Main | Window::Messages => "index.html",
        Window::ManageAccount | Window::Tab(_) => "account.html",
        Window::Settings | Window::Plans => "prepared.html",
    }
}

/// The tab at which the window Manage account opens.
#[derive(Debug)]
pub struct FirstTab(Mutex<Tab>);

impl Default for FirstTab {
    fn default() -> Self {
        Self(Mutex::new(Tab::UserInformation))
    }
}

impl FirstTab {
    /// The tab that was last asked for.
    pub fn get(&self) -> Tab {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the tab that is asked for.
    pub fn set(&self, tab: Tab) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tab;
    }
}

/// Whether a window was made or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is new.
    New,
    /// It was open and is raised.
    Raised,
}

/// Opens a window, or raises it where it is open.
pub fn open<R: Runtime>(app: &AppHandle<R>, window: Window) -> Result<Opened, Problem> {
    if let Some(open) = app.get_webview_window(&window.label()) {
        raise(&open);
        return Ok(Opened::Raised);
    }
    match build(app, window) {
        Ok(()) => Ok(Opened::New),
        // two calls at once: the other one was first
        Err(tauri::Error::WebviewLabelAlreadyExists(_) | tauri::Error::WindowLabelAlreadyExists(_)) => {
            Ok(Opened::Raised)
        }
        Err(error) => {
            tracing::error!(label = window.label(), %error, "a window cannot be opened");
            Err(ProblemCode::WindowRefused.into())
        }
    }
}

/// Makes a window.
pub fn build<R: Runtime>(app: &AppHandle<R>, window: Window) -> tauri::Result<()> {
    let (first, least) = sizes(window);
    let placed = Placement::of(app, &window.label(), first.width, first.height);
    let mut builder = WebviewWindowBuilder::new(app, window.label(), WebviewUrl::App(page(window).into()))
        .title(title(window))
        .inner_size(placed.width, placed.height)
        .min_inner_size(least.width, least.height)
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .maximized(placed.maximized);
    if let Some((x, y)) = placed.at {
        builder = builder.position(x, y);
    }
    let window = builder.build()?;
    web_view::configure(&window)?;
    let handle = app.clone();
    drag::accept(&window, move |files| arrivals::dropped(&handle, files))
}

/// Whether an address is the application's own page: the only place a window ever shows.
pub fn is_own_page(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    let own = if cfg!(any(windows, target_os = "android")) {
        matches!(url.scheme(), "http" | "https") && host == "tauri.localhost"
    } else {
        url.scheme() == "tauri" && host == "localhost"
    };
    own && bare
}

/// Brings a window to the front.
fn raise<R: Runtime>(window: &WebviewWindow<R>) {
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = step {
            tracing::warn!(label = window.label(), %error, "a window cannot be raised");
        }
    }
}

/// Brings that window to the front, where it is open.
pub fn raise_open<R: Runtime>(app: &AppHandle<R>, window: Window) {
    if let Some(open) = app.get_webview_window(&window.label()) {
        raise(&open);
    }
}

/// Brings the main window to the front: what a second start does.
pub fn raise_main<R: Runtime>(app: &AppHandle<R>) {
    raise_open(app, Window::Main);
}

/// Closes a window without asking.
pub fn close<R: Runtime>(app: &AppHandle<R>, window: Window) {
    if let Some(open) = app.get_webview_window(&window.label())
        && let Err(error) = open.destroy()
    {
        tracing::warn!(label = window.label(), %error, "a window cannot be closed");
    }
}

/// Closes every window but main: what they showed is over.
pub fn close_all_but_main<R: Runtime>(app: &AppHandle<R>) {
    all().filter(|window| *window != Window::Main).for_each(|window| close(app, window));
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    #[test]
    #[cfg(not(windows))]
    fn only_the_own_page_is_shown() {
        // NAV-1
        for own in ["tauri://localhost", "tauri://localhost/index.html#/keys"] {
            assert!(is_own_page(&own.parse().unwrap()), "{own}");
        }
        for foreign in [
            "https://example.com/",
            "http://tauri.localhost/",
            "http://tauri.localhost.evil/",
            "http://localhost/",
            "tauri://localhost.evil/",
            "tauri://localhost:1/",
            "tauri://person@localhost/",
            "tauri://evil/",
            "file:///etc/passwd",
            "smb://localhost/share",
            "data:text/html,<p>hello",
            "javascript:alert(1)",
            "about:blank",
            "blob:tauri://localhost/1",
        ] {
            assert!(!is_own_page(&foreign.parse().unwrap()), "{foreign}");
        }
    }
}
