//! Placement of windows: the size and position of the last run, kept by the window-state plugin, and the first size scaled
//! by the desktop's text size. A window is never larger than its screen and never off it.

use crate::windows;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_window_state::StateFlags;

/// The file in the state folder that the plugin writes when the application ends.
const FILE: &str = "windows.json";
/// What a title bar takes of the height of a screen, in logical pixels. A frame is known only once a window is shown.
const TITLE_BAR: f64 = 40.0;

/// A rectangle in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// Where a window opens, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// The width of its page.
    pub width: f64,
    /// The height of its page.
    pub height: f64,
    /// Its upper left corner; none where the desktop chooses.
    pub at: Option<(f64, f64)>,
    /// Whether it fills the screen.
    pub maximized: bool,
}

/// A window of the last run, as the plugin writes it, in physical pixels.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Kept {
    width: u32,
    height: u32,
    x: i32,
    y: i32,
    prev_x: i32,
    prev_y: i32,
    maximized: bool,
}

/// What the desktop's text size is, in hundredths of the usual one, and where the windows of the last run were.
#[derive(Debug)]
pub struct Placement {
    text_percent: AtomicU32,
    file: PathBuf,
}

impl Placement {
    /// With the windows that are kept in this folder, which is made where it is missing: the plugin does not make it.
    pub fn new(state: &Path) -> Self {
        if let Err(error) = postern_client::durable::make_folder(state) {
            tracing::warn!(%error, "the places of windows cannot be kept");
        }
        Self { text_percent: AtomicU32::new(100), file: state.join(FILE) }
    }

    /// The plugin that keeps the windows. It restores none of them: what it restores may be off the screen, and is
    /// moved after it was shown.
    pub fn plugin<R: Runtime>(&self) -> TauriPlugin<R> {
        let plugin = tauri_plugin_window_state::Builder::new()
            .with_filename(self.file.to_string_lossy())
            .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED);
        windows::all().fold(plugin, |plugin, window| plugin.skip_initial_state(&window.label())).build()
    }

    /// Follows the desktop's text size. Must be called where the windows are.
    #[cfg(target_os = "linux")]
    pub fn follow_text_size<R: Runtime>(app: &AppHandle<R>) {
        use gtk::gdk::Screen;
        let Some(screen) = Screen::default() else { return };
        let app = app.clone();
        let read = move |screen: &Screen| {
            // dots per inch; 96 is the usual size, and a negative number stands for none
            let percent = (screen.resolution() / 0.96).clamp(100.0, 400.0);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to what fits"
            )]
            app.state::<Self>().text_percent.store(percent.round() as u32, Ordering::Relaxed);
        };
        read(&screen);
        screen.connect_resolution_notify(read);
    }

    /// Where the window with that label opens, whose usual size is `width` by `height` logical pixels.
    pub fn of<R: Runtime>(app: &AppHandle<R>, label: &str, width: f64, height: f64) -> Placed {
        let usual = Placed { width, height, at: None, maximized: false };
        let Some(placement) = app.try_state::<Self>() else { return usual };
        let scale = f64::from(placement.text_percent.load(Ordering::Relaxed)) / 100.0;
        let usual = Placed { width: width * scale, height: height * scale, ..usual };
        let screens: Vec<(Area, f64)> = app
            .available_monitors()
            .unwrap_or_default()
            .iter()
            .map(|monitor| {
                let area = monitor.work_area();
                let area = Area {
                    x: area.position.x.into(),
                    y: area.position.y.into(),
                    width: area.size.width.into(),
                    height: area.size.height.into(),
                };
                (area, monitor.scale_factor())
            })
            .collect();
        placed(usual, placement.kept(label), &screens)
    }

    /// Where it was at the end of the last run. A file that cannot be read places nothing.
    fn kept(&self, label: &str) -> Option<Kept> {
        let file = std::fs::read(&self.file).ok()?;
        let all: HashMap<String, serde_json::Value> = serde_json::from_slice(&file).ok()?;
        let kept: Kept = serde_json::from_value(all.get(label)?.clone()).ok()?;
        (kept.width > 0 && kept.height > 0).then_some(kept)
    }
}

/// Fits a window into one of the screens: the one it was on, else the first.
fn placed(usual: Placed, kept: Option<Kept>, screens: &[(Area, f64)]) -> Placed {
    let Some(first) = screens.first() else { return usual };
    let Some(kept) = kept else {
        let (area, scale) = *first;
        return Placed {
            width: usual.width.min(area.width / scale),
            height: usual.height.min(area.height / scale - TITLE_BAR),
            ..usual
        };
    };
    // a maximized window is kept at the corner of its screen; where it was before is where it goes back to
    let (x, y) = if kept.maximized { (kept.prev_x, kept.prev_y) } else { (kept.x, kept.y) };
    let (x, y, width, height) = (f64::from(x), f64::from(y), f64::from(kept.width), f64::from(kept.height));
    let overlap = |area: &Area| {
        let side = |from: f64, size: f64, low: f64, extent: f64| {
            ((from + size).min(low + extent) - from.max(low)).max(0.0)
        };
        side(x, width, area.x, area.width) * side(y, height, area.y, area.height)
    };
    let on = screens.iter().max_by(|one, other| overlap(&one.0).total_cmp(&overlap(&other.0)));
    let (area, scale) = *on.filter(|(area, _)| overlap(area) > 0.0).unwrap_or(first);
    let title = TITLE_BAR * scale;
    let (width, height) = (width.min(area.width), height.min(area.height - title));
    let x = x.clamp(area.x, area.x + area.width - width);
    let y = y.clamp(area.y, area.y + area.height - height - title);
    Placed {
        width: width / scale,
        height: height / scale,
        at: Some((x / scale, y / scale)),
        maximized: kept.maximized,
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, Kept, Placed, placed};

    const SCREEN: (Area, f64) = (Area { x: 0.0, y: 0.0, width: 1280.0, height: 900.0 }, 1.0);
    const USUAL: Placed = Placed { width: 960.0, height: 680.0, at: None, maximized: false };

    const fn kept(x: i32, y: i32, width: u32, height: u32) -> Kept {
        Kept { width, height, x, y, prev_x: 0, prev_y: 0, maximized: false }
    }

    #[test]
    fn d22_a_window_opens_where_it_was() {
        let at = placed(USUAL, Some(kept(120, 80, 700, 600)), &[SCREEN]);
        assert_eq!(at, Placed { width: 700.0, height: 600.0, at: Some((120.0, 80.0)), maximized: false });
    }

    #[test]
    fn d22_a_window_is_never_off_the_screen() {
        let inside = |at: Placed, (area, scale): (Area, f64)| {
            let (x, y) = at.at.expect("a place");
            let right = (x + at.width) * scale <= area.x + area.width;
            right
                && x * scale >= area.x
                && y * scale >= area.y
                && (y + at.height) * scale <= area.y + area.height
        };
        for (x, y) in [(-900, 10), (1200, 10), (10, 850), (10, -300), (5000, 5000), (i32::MIN, i32::MAX)] {
            for (width, height) in [(700, 600), (4000, 3000)] {
                let at = placed(USUAL, Some(kept(x, y, width, height)), &[SCREEN]);
                assert!(inside(at, SCREEN), "{x} {y} {width} {height}: {at:?}");
            }
        }
        // a second screen of another density that is there no more, and one that still is
        let second = (Area { x: 1280.0, y: 0.0, width: 2560.0, height: 1600.0 }, 2.0);
        assert!(inside(placed(USUAL, Some(kept(1400, 100, 1400, 1200)), &[SCREEN]), SCREEN));
        assert!(inside(placed(USUAL, Some(kept(1400, 100, 1400, 1200)), &[SCREEN, second]), second));
    }

    #[test]
    fn d22_a_first_window_fits_the_screen() {
        let large = Placed { width: 1920.0, height: 1360.0, ..USUAL };
        assert_eq!(placed(large, None, &[SCREEN]), Placed { width: 1280.0, height: 860.0, ..USUAL });
        assert_eq!(placed(USUAL, None, &[SCREEN]), USUAL);
    }

    #[test]
    fn d22_a_maximized_window_goes_back_to_where_it_was_before() {
        let was = Kept { maximized: true, prev_x: 40, prev_y: 50, ..kept(0, 0, 700, 600) };
        let at = placed(USUAL, Some(was), &[SCREEN]);
        assert_eq!((at.at, at.maximized), (Some((40.0, 50.0)), true));
    }
}
