//! Files dragged onto a window. Tauri's own handler is switched off in every window, since it would tell the page the
//! paths; this one hears the drop beside the page and tells the page nothing but that a file waits.

use std::path::PathBuf;
use tauri::{Runtime, WebviewWindow};

/// The most files of one drop that are looked at.
const FILES_MAX: usize = 32;

/// Hears files that are dropped onto a window.
#[cfg(target_os = "linux")]
pub fn accept<R: Runtime>(
    window: &WebviewWindow<R>,
    dropped: impl Fn(Vec<PathBuf>) + 'static + Send,
) -> tauri::Result<()> {
    use crate::handed::file_of;
    use gtk::prelude::WidgetExt;
    use std::cell::RefCell;
    use std::rc::Rc;

    window.with_webview(move |platform| {
        let view = platform.inner();
        // what hovers over the window: known before it is dropped, and gone when it leaves
        let hovering: Rc<RefCell<Vec<PathBuf>>> = Rc::default();
        let heard = Rc::clone(&hovering);
        view.connect_drag_data_received(move |_, _, _, _, data, _, _| {
            let paths: Vec<PathBuf> =
                data.uris().iter().take(FILES_MAX).filter_map(|uri| file_of(uri)).collect();
            if !paths.is_empty() {
                heard.replace(paths);
            }
        });
        let left = Rc::clone(&hovering);
        view.connect_drag_leave(move |_, _, _| {
            // a drop is told as leaving first and dropping right after: what hovers is kept until then
            let left = Rc::clone(&left);
            gtk::glib::idle_add_local_once(move || left.borrow_mut().clear());
        });
        view.connect_drag_drop(move |_, context, _, _, time| {
            let paths = hovering.take();
            if paths.is_empty() {
                return false;
            }
            context.drop_finish(true, time);
            dropped(paths);
            // the page does not see this drop
            true
        });
    })
}

/// On other systems files come by the dialog, the command line and the drop folder.
#[cfg(not(target_os = "linux"))]
pub fn accept<R: Runtime>(
    _window: &WebviewWindow<R>,
    _dropped: impl Fn(Vec<PathBuf>) + 'static + Send,
) -> tauri::Result<()> {
    Ok(())
}
