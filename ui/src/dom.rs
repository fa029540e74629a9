//! What pages and parts ask of the document: focus, dialogs, title, where a key press came from. Nothing happens on
//! native targets.

mod focus;

pub use focus::{Opener, appear, guard};

use postern_contract::configuration::Theme;
use sycamore::prelude::*;
use sycamore::web::create_client_effect;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, Node};

const IN_A_PAGE: bool = cfg!(target_arch = "wasm32");

fn document() -> Option<web_sys::Document> {
    if IN_A_PAGE { web_sys::window()?.document() } else { None }
}

fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus once what was just changed is drawn.
pub fn focus(id: &str) {
    if !IN_A_PAGE {
        return;
    }
    let id = id.to_owned();
    sycamore::web::queue_microtask(move || {
        if let Some(element) = element(&id) {
            let _ = element.focus();
        }
    });
}

/// Does it once what runs now is finished.
pub fn soon(then: impl FnOnce() + 'static) {
    if IN_A_PAGE {
        sycamore::web::queue_microtask(then);
    } else {
        then();
    }
}

/// Whether the focus is inside the element with that id.
pub fn holds_focus(id: &str) -> bool {
    let inside = || -> Option<bool> {
        let active = document()?.active_element()?;
        Some(element(id)?.contains(Some(&active)))
    };
    inside().unwrap_or(false)
}

/// Opens the dialog as a modal one once it is drawn (focus stays inside, what is behind cannot be used) and moves the
/// focus to `first`.
pub fn show_modal(id: &'static str, first: &'static str) {
    if !IN_A_PAGE {
        return;
    }
    sycamore::web::queue_microtask(move || {
        if let Some(dialog) = element(id).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok())
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
        if let Some(first) = element(first) {
            focus_element(&first);
        }
    });
}

/// Moves the focus at once.
pub fn focus_element(element: &HtmlElement) {
    let _ = element.focus();
}

/// Moves the focus to the first or last item of a list once it is drawn.
pub fn focus_item(id: &str, role: &'static str, last: bool) {
    if !IN_A_PAGE {
        return;
    }
    let id = id.to_owned();
    sycamore::web::queue_microtask(move || {
        let items = items(&id, role);
        if let Some(item) = if last { items.last() } else { items.first() } {
            focus_element(item);
        }
    });
}

/// Whether a `focusout` goes to somewhere outside of the element that listens.
pub fn focus_leaves(event: &web_sys::FocusEvent) -> bool {
    let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
    let from = event.current_target().and_then(|from| from.dyn_into::<Node>().ok());
    from.is_none_or(|from| !from.contains(to.as_ref()))
}

/// Keeps an input's text as the signals say, without touching it while they agree (a composition would be lost).
pub fn keep_value(node: NodeRef, value: impl Fn() -> String + 'static) {
    keep_text(node, Box::new(value));
}

/// Boxed, so that the page holds one copy for all inputs.
fn keep_text(node: NodeRef, value: Box<dyn Fn() -> String>) {
    create_client_effect(move || {
        let value = value();
        if let Some(input) = node.try_get().and_then(|node| node.dyn_into::<HtmlInputElement>().ok())
            && input.value() != value
        {
            input.set_value(&value);
        }
    });
}

/// Keeps a box or a radio button ticked as the signals say.
pub fn keep_ticked(node: NodeRef, ticked: impl Fn() -> bool + 'static) {
    create_client_effect(move || {
        let ticked = ticked();
        if let Some(input) = node.try_get().and_then(|node| node.dyn_into::<HtmlInputElement>().ok()) {
            input.set_checked(ticked);
        }
    });
}

/// What only a page that is rendered to text carries in its markup: in a window, what is typed lives in the input alone.
pub fn as_text(value: &str) -> Option<String> {
    if IN_A_PAGE { None } else { Some(value.to_owned()) }
}

/// The items of a list of controls: the descendants of `id` with that role, in order.
pub fn items(id: &str, role: &str) -> Vec<HtmlElement> {
    let found = || {
        let list = element(id)?.query_selector_all(&format!("[role={role}]")).ok()?;
        Some((0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect())
    };
    found().unwrap_or_default()
}

/// Which of `items` has the focus.
pub fn focused_of(items: &[HtmlElement]) -> Option<usize> {
    let active = document()?.active_element()?;
    items.iter().position(|item| **item == active)
}

/// Whether an `input` event is part of a composition, which goes on or is about to end.
pub fn composes(event: &web_sys::Event) -> bool {
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}

/// The text in the input an event came from.
pub fn typed(event: &web_sys::Event) -> String {
    event
        .current_target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value())
        .unwrap_or_default()
}

/// Whether the box an event came from is ticked.
pub fn ticked(event: &web_sys::Event) -> bool {
    event
        .current_target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        .is_some_and(|input| input.checked())
}

/// Names the window's page for assistive technology, and for the style sheet the colour of its backend and whether it is
/// light or dark.
pub fn dress(title: &str, backend_color: &str, theme: Theme) {
    if let Some(document) = document() {
        document.set_title(title);
        if let Some(root) = document.document_element() {
            let theme = match theme {
                Theme::System => "system",
                Theme::Light => "light",
                Theme::Dark => "dark",
            };
            let _ = root.set_attribute("data-theme", theme);
        }
        if let Some(body) = document.body() {
            let _ = body.set_attribute("data-backend", backend_color);
        }
    }
}

/// Calls back whenever the person leaves this window for another, until the current scope ends.
pub fn on_leaving_window(handler: impl FnMut() + 'static) {
    on_window("blur", handler);
}

/// Calls back whenever the person comes back to this window, until the current scope ends.
pub fn on_returning_to_window(handler: impl FnMut() + 'static) {
    on_window("focus", handler);
}

fn on_window(event: &'static str, handler: impl FnMut() + 'static) {
    if !IN_A_PAGE {
        return;
    }
    let Some(window) = web_sys::window() else { return };
    let handler = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(handler);
    let _ = window.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    sycamore::reactive::on_cleanup(move || {
        let _ = window.remove_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    });
}

/// Calls back for every such event of this window, before any handler of the page, for as long as the window is open.
pub fn on_every(event: &'static str, handler: impl FnMut(&web_sys::Event) + 'static) {
    let mut handler: Box<dyn FnMut(&web_sys::Event)> = Box::new(handler);
    if !IN_A_PAGE {
        return;
    }
    let Some(window) = web_sys::window() else { return };
    let handler =
        wasm_bindgen::closure::Closure::<dyn FnMut(web_sys::Event)>::new(move |event| handler(&event));
    let _ = window.add_event_listener_with_callback_and_bool(event, handler.as_ref().unchecked_ref(), true);
    handler.forget();
}

/// Tells the style sheet whether the keyboard was used last. The engine's own `:focus-visible` does not match after arrow
/// keys in a radio group.
pub fn set_modality(keyboard: bool) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-modality", if keyboard { "keyboard" } else { "pointer" });
    }
}

/// Presses the button with that shortcut: the one in the row or field that has the focus, or else the only one. Behind a
/// modal dialog there is none.
pub fn press_shortcut(chord: &str) -> bool {
    let found = || {
        let document = document()?;
        let root = match document.query_selector("dialog[open]").ok()? {
            Some(dialog) => dialog,
            None => document.document_element()?,
        };
        let list = root.query_selector_all(&format!("[aria-keyshortcuts='{chord}']")).ok()?;
        let buttons = (0..list.length()).filter_map(|at| list.item(at)?.dyn_into::<HtmlElement>().ok());
        let mut shown: Vec<HtmlElement> = buttons
            .filter(|button| button.offset_parent().is_some() && !button.matches(":disabled").unwrap_or(true))
            .collect();
        let active = document.active_element();
        let near = shown.iter().position(|button| {
            let row = button.closest("tr, li, .field").ok().flatten();
            row.is_some_and(|row| row.contains(active.as_deref()))
        });
        match (near, shown.len()) {
            (Some(near), _) => Some(shown.swap_remove(near)),
            (None, 1) => shown.pop(),
            (None, _) => None,
        }
    };
    let button = found();
    if let Some(button) = &button {
        button.click();
    }
    button.is_some()
}

/// Puts the symbols of icons.svg into the document once, hidden, so that `<use href="#icon-copy">` works everywhere.
pub fn inline_icons(symbols: &str) {
    let place = || -> Option<()> {
        let body = document()?.body()?;
        body.insert_adjacent_html("beforeend", symbols).ok()?;
        let svg: Element = body.last_element_child()?;
        svg.set_attribute("hidden", "").ok()
    };
    let _ = place();
}

/// After a panic nothing in the module may be called again: the page outside of it (boot.js) shows the way on.
pub fn on_panic_show_reload() {
    #[cfg(target_arch = "wasm32")]
    std::panic::set_hook(Box::new(|what| {
        console_error_panic_hook::hook(what);
        if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("postern-panic")) {
            let _ = window.dispatch_event(&event);
        }
    }));
}
