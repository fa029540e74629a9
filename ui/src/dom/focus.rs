//! Focus management: the focus is never left on the document's body.
//!
//! Pages say where it goes: [`focus`](super::focus) from an act, [`appear`] for what is drawn because of one, [`Opener`] for
//! what opened a dialog. Where a page says nothing and the control that had the focus is gone, hidden or disabled, the
//! guard moves it to the control that took its place, or to the heading or first control beside it. A person who clicked
//! beside all controls is left alone.

use super::{IN_A_PAGE, document, element, focus_element};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, MutationObserver, MutationObserverInit, NodeList};

const CONTROLS: &str = "button, input, select, textarea, summary, a[href]";
const HEADINGS: &str = "h1, h2, h3";

thread_local! {
    /// What had the focus last, or was clicked last where the engine moves no focus on a click.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
    /// What the guard chose: a page that knows better may still move it on.
    static PLACED: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// A control and what stands around it, from the inside out: once it is gone the document no longer knows.
#[derive(Clone)]
struct Held {
    control: HtmlElement,
    around: Vec<Element>,
}

/// Starts the guard of this window.
pub fn guard() {
    let Some(document) = document().filter(|_| IN_A_PAGE) else { return };
    let held = Closure::<dyn FnMut(web_sys::Event)>::new(|event: web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let control = target.and_then(|target| target.closest(&format!("{CONTROLS}, [tabindex]")).ok()?);
        if let Some(control) = control.and_then(|control| control.dyn_into().ok()) {
            hold(control);
        }
    });
    for event in ["focusin", "click"] {
        let _ =
            document.add_event_listener_with_callback_and_bool(event, held.as_ref().unchecked_ref(), true);
    }
    held.forget();
    let changed = Closure::<dyn FnMut()>::new(|| super::soon(find_lost));
    if let (Ok(observer), Some(body)) =
        (MutationObserver::new(changed.as_ref().unchecked_ref()), document.body())
    {
        let watched = MutationObserverInit::new();
        watched.set_child_list(true);
        watched.set_subtree(true);
        watched.set_attribute_filter(&js_sys::Array::of3(
            &"hidden".into(),
            &"disabled".into(),
            &"open".into(),
        ));
        let _ = observer.observe_with_options(&body, &watched);
    }
    changed.forget();
}

fn hold(control: HtmlElement) {
    let mut around = Vec::new();
    let mut outer = control.parent_element();
    while let Some(element) = outer {
        outer = element.parent_element();
        around.push(element);
    }
    HELD.with_borrow_mut(|held| *held = Some(Held { control, around }));
}

/// Moves the focus to what was just drawn, unless the person has gone on elsewhere meanwhile.
pub fn appear(id: &str) {
    if !IN_A_PAGE {
        return;
    }
    let id = id.to_owned();
    super::soon(move || {
        let placed = PLACED.with_borrow(Clone::clone);
        let free = active().is_none_or(|active| placed.as_ref() == Some(&active));
        if let Some(appeared) = element(&id).filter(|_| free) {
            land(&appeared);
        }
    });
}

/// What a dialog was opened from.
#[derive(Clone, Default)]
pub struct Opener(Option<HtmlElement>);

impl Opener {
    /// The control that has the focus, or that was clicked last.
    pub fn now() -> Self {
        Self(active().or_else(|| HELD.with_borrow(|held| held.as_ref().map(|held| held.control.clone()))))
    }

    /// Moves the focus back there once what was just changed is drawn. One that is gone is left to the guard.
    pub fn give_back(self) {
        if let Some(opener) = self.0 {
            super::soon(move || {
                let opener = if opener.is_connected() { Some(opener) } else { element(&opener.id()) };
                if let Some(opener) = opener.filter(usable) {
                    focus_element(&opener);
                }
            });
        }
    }
}

/// What has the focus, if anything that can be seen does.
fn active() -> Option<HtmlElement> {
    let document = document()?;
    let active = document.active_element()?.dyn_into::<HtmlElement>().ok()?;
    let on_nothing = document.body().is_some_and(|body| body == active);
    (!on_nothing && usable(&active)).then_some(active)
}

fn usable(element: &HtmlElement) -> bool {
    let drawn = element.offset_width() > 0 || element.offset_height() > 0;
    element.is_connected() && drawn && !element.matches(":disabled").unwrap_or(true)
}

/// Finds a place for a focus that was lost, and for the first one of a window.
fn find_lost() {
    if active().is_some() {
        return;
    }
    let held = HELD.with_borrow(Clone::clone);
    let place = match held {
        None => document().and_then(|document| first(document.query_selector_all("h1"))),
        // still there: the person clicked beside it
        Some(held) if usable(&held.control) => None,
        Some(held) => replaced(&held.control).or_else(|| held.around.iter().find_map(beside)),
    };
    if let Some(place) = place {
        land(&place);
        PLACED.with_borrow_mut(|placed| *placed = Some(place));
    }
}

/// The control of the same id that was drawn in its place.
fn replaced(gone: &HtmlElement) -> Option<HtmlElement> {
    let id = gone.id();
    element(&id).filter(|found| !id.is_empty() && usable(found))
}

/// The first heading in what is left around it, else the first control.
fn beside(around: &Element) -> Option<HtmlElement> {
    if !around.is_connected() {
        return None;
    }
    first(around.query_selector_all(HEADINGS)).or_else(|| first(around.query_selector_all(CONTROLS)))
}

fn first(found: Result<NodeList, wasm_bindgen::JsValue>) -> Option<HtmlElement> {
    let found = found.ok()?;
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).find(usable)
}

/// Focuses a control, or a heading, which takes the focus by script alone.
fn land(place: &HtmlElement) {
    if !place.matches(CONTROLS).unwrap_or(true) && !place.has_attribute("tabindex") {
        place.set_tab_index(-1);
    }
    focus_element(place);
}
