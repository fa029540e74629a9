//! Settings of the native web view: inline preedit for input methods, and a context menu that only edits text.

use tauri::{Runtime, WebviewWindow};

/// Configures the web view of a window.
///
/// Inline preedit: wry switches it off, and composed text then lives in a window of the input method, from which a click
/// elsewhere does not commit it. With preedit the page shows the composition, and leaving the field commits it.
///
/// Context menu: the browser's items (Reload, Back, Forward, Stop) would discard what is typed in a form.
#[cfg(target_os = "linux")]
pub fn configure<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{
        ContextMenuAction, ContextMenuExt, ContextMenuItemExt, InputMethodContextExt, WebViewExt,
    };

    /// What the menu may offer. `WebKit` proposes each where it applies, and disables it where it cannot act.
    const EDITING: [ContextMenuAction; 4] = [
        ContextMenuAction::Cut,
        ContextMenuAction::Copy,
        ContextMenuAction::Paste,
        ContextMenuAction::SelectAll,
    ];

    window.with_webview(|platform| {
        let view = platform.inner();
        if let Some(context) = view.input_method_context() {
            context.set_enable_preedit(true);
        } else {
            tracing::warn!("the web view has no input method context");
        }
        view.connect_context_menu(|_, menu, _, _| {
            for item in menu.items() {
                if !EDITING.contains(&item.stock_action()) {
                    menu.remove(&item);
                }
            }
            // an empty menu is not shown
            menu.n_items() == 0
        });
    })
}

/// Other systems show compositions inline.
#[cfg(not(target_os = "linux"))]
pub fn configure<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
