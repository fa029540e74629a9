//! Real key presses and clicks on the screen, as a keyboard and a mouse send them. WebDriver's own do not pass through input
//! methods, the window manager or the toolkit's menus in the same way.

use crate::find::Role;
use crate::page::Page;
use crate::patience::until;
use crate::world::World;
use anyhow::{Context, Result, ensure};
use postern_contract::shell::Window;
use serde_json::Value;
use thirtyfour::WebElement;

/// Where the middle of a control is, in pixels of the window.
const MIDDLE: &str = "
    const place = arguments[0].getBoundingClientRect();
    // text of another size zooms the page
    const ratio = window.outerWidth / window.innerWidth;
    return [(place.x + place.width / 2) * ratio, (place.y + place.height / 2) * ratio];";

/// A window under the keyboard and the mouse.
pub struct Input<'a> {
    world: &'a World,
    window: String,
}

/// A window on the screen, in pixels: without its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Geometry {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl<'a> Input<'a> {
    /// Raises a window and gives it the keyboard.
    pub async fn to(world: &'a World, window: Window) -> Result<Self> {
        let title = title(window);
        let found = until(&format!("the window “{title}” is on the screen"), async || {
            let asked = ["search", "--onlyvisible", "--name", &format!("^{title}$")];
            let found = world.around.command("xdotool").args(asked).output().await?;
            Ok(String::from_utf8_lossy(&found.stdout).lines().next().map(str::to_owned))
        })
        .await?;
        let input = Self { world, window: found };
        input.xdotool(&["windowactivate", "--sync", &input.window]).await?;
        Ok(input)
    }

    /// Presses keys by their X names, one after the other: `Return`, `ctrl+a`.
    pub async fn keys(&self, keys: &[&str]) -> Result<()> {
        self.xdotool(&[&["key", "--delay", "40"], keys].concat()).await.map(|_| ())
    }

    /// Asks the window to close by the keys of the window manager, once that has given it the keyboard.
    pub async fn close(&self) -> Result<()> {
        until("the window has the keyboard", async || {
            Ok((self.xdotool(&["getwindowfocus"]).await?.trim() == self.window).then_some(()))
        })
        .await?;
        self.keys(&["alt+F4"]).await
    }

    /// Types the keys of these letters.
    pub async fn types(&self, letters: &str) -> Result<()> {
        self.xdotool(&["type", "--delay", "40", letters]).await.map(|_| ())
    }

    /// Clicks a control with the left button.
    pub async fn click(&self, page: &Page, role: Role, name: &str) -> Result<()> {
        let control = page.find(role, name).await?;
        self.click_on(page, &control, "1").await
    }

    /// Clicks the middle of an element with a button of the mouse.
    pub async fn click_on(&self, page: &Page, element: &WebElement, button: &str) -> Result<()> {
        element.scroll_into_view().await?;
        let middle = page.ask(MIDDLE, vec![element.to_json()?]).await?;
        let at = |axis: usize| middle.get(axis).and_then(Value::as_f64).map(|at| format!("{at:.0}"));
        let (x, y) = at(0).zip(at(1)).context("where the control is")?;
        self.xdotool(&["mousemove", "--window", &self.window, &x, &y, "click", button]).await.map(|_| ())
    }

    /// Makes the window this large.
    pub async fn resize(&self, width: i32, height: i32) -> Result<()> {
        self.xdotool(&["windowsize", &self.window, &width.to_string(), &height.to_string()]).await?;
        until(&format!("the window is {width}×{height}"), async || {
            let now = self.geometry().await?;
            Ok(((now.width, now.height) == (width, height)).then_some(()))
        })
        .await
    }

    /// Moves the window.
    pub async fn place(&self, x: i32, y: i32) -> Result<()> {
        self.xdotool(&["windowmove", "--sync", &self.window, &x.to_string(), &y.to_string()])
            .await
            .map(|_| ())
    }

    /// Where the window is.
    pub async fn geometry(&self) -> Result<Geometry> {
        // xdotool's own answer counts the frame twice
        let asked = self.world.around.command("xwininfo").args(["-id", &self.window]).output().await?;
        let said = String::from_utf8_lossy(&asked.stdout);
        let value = |name: &str| {
            let line = said.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|value| value.trim().parse().ok()).with_context(|| format!("{name} in {said}"))
        };
        Ok(Geometry {
            x: value("Absolute upper-left X")?,
            y: value("Absolute upper-left Y")?,
            width: value("Width")?,
            height: value("Height")?,
        })
    }

    async fn xdotool(&self, arguments: &[&str]) -> Result<String> {
        let done = self.world.around.command("xdotool").args(arguments).output().await?;
        ensure!(done.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

/// The title of a window, as the desktop shows it.
pub fn title(window: Window) -> String {
    let page = match window {
        Window::Main => return "Postern".to_owned(),
        Window::ManageAccount => "Manage account",
        Window::Messages => "Messages",
        Window::Settings => "Settings",
        Window::Plans => "Prepared changes",
        Window::Tab(tab) => crate::steps::title(tab),
    };
    format!("{page} — Postern")
}
