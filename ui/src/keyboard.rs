//! Keyboard input of a window: keys that belong to an input method, and the input modality that decides whether the focus
//! ring is drawn.

use crate::dom;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// The `keyCode` of a key press that an input method has handled.
const PROCESSED: u32 = 229;
/// A key that is released sooner after the end of a composition was pressed before the key that ended it.
const ROLLOVER_MS: f64 = 30.0;

/// Follows compositions, so that the key that ends one does nothing else.
///
/// Some input methods (ibus-hangul) commit on Enter and Escape and pass the key on. WebKitGTK then reports the end of the
/// composition first and the key as an ordinary one, with `isComposing` false.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Composition {
    /// When the last composition ended, until another event shows that its key has been handled.
    ended_at: Option<f64>,
}

/// What to do with a key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPress {
    /// It is the page's.
    Page,
    /// It is part of a composition: no handler of the page sees it.
    Composing,
    /// It ended a composition: it neither submits a form nor closes a dialog.
    EndedComposition,
}

impl Composition {
    /// A composition begins.
    pub fn start(&mut self) {
        self.ended_at = None;
    }

    /// A composition ended at this time, in milliseconds.
    pub fn end(&mut self, now: f64) {
        self.ended_at = Some(now);
    }

    /// A key is pressed.
    pub fn press(&mut self, key: &str, composing: bool, code: u32) -> KeyPress {
        if composing || code == PROCESSED {
            return KeyPress::Composing;
        }
        match self.ended_at.take() {
            Some(_) if matches!(key, "Enter" | "Escape") => KeyPress::EndedComposition,
            _ => KeyPress::Page,
        }
    }

    /// A key is released at this time.
    pub fn release(&mut self, now: f64) {
        self.ended_at = self.ended_at.filter(|ended_at| now - ended_at < ROLLOVER_MS);
    }

    /// The pointer is used, or the window is left.
    pub fn interrupt(&mut self) {
        self.ended_at = None;
    }
}

/// Whether a key shows that the keyboard is used to move in the page: all but modifiers alone, which go with the pointer too.
pub fn is_navigation(key: &str) -> bool {
    !matches!(key, "Alt" | "AltGraph" | "CapsLock" | "Control" | "Meta" | "Shift" | "Unidentified")
}

/// The modifiers of a key press.
#[derive(Debug, Clone, Copy, Default)]
pub struct Modifiers {
    /// Ctrl.
    pub control: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

/// A key press as `aria-keyshortcuts` writes it; none for keys that only type.
pub fn chord(key: &str, held: Modifiers) -> Option<String> {
    let types = key.chars().count() == 1;
    if !is_navigation(key) || types && !held.control && !held.alt {
        return None;
    }
    let modifiers = [(held.control, "Control+"), (held.alt, "Alt+"), (held.shift, "Shift+")];
    let held: String = modifiers.into_iter().filter(|(held, _)| *held).map(|(_, name)| name).collect();
    Some(if types { format!("{held}{}", key.to_ascii_uppercase()) } else { format!("{held}{key}") })
}

/// Follows the keyboard and the pointer of this window for as long as it is open.
pub fn follow() {
    let composition = Rc::new(Cell::new(Composition::default()));
    let on = |event, act: fn(&mut Composition, &web_sys::Event)| {
        let composition = Rc::clone(&composition);
        dom::on_every(event, move |event| {
            let mut now = composition.get();
            act(&mut now, event);
            composition.set(now);
        });
    };
    on("compositionstart", |composition, _| composition.start());
    on("compositionend", |composition, event| composition.end(event.time_stamp()));
    on("keydown", pressed);
    on("keyup", |composition, event| composition.release(event.time_stamp()));
    on("pointerup", |composition, _| composition.interrupt());
    on("blur", |composition, _| composition.interrupt());
    on("pointerdown", |composition, _| {
        composition.interrupt();
        dom::set_modality(false);
    });
}

fn pressed(composition: &mut Composition, event: &web_sys::Event) {
    let Some(key) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
    if is_navigation(&key.key()) {
        dom::set_modality(true);
    }
    match composition.press(&key.key(), key.is_composing(), key.key_code()) {
        KeyPress::Page => {
            let held = Modifiers { control: key.ctrl_key(), alt: key.alt_key(), shift: key.shift_key() };
            if chord(&key.key(), held).is_some_and(|chord| dom::press_shortcut(&chord)) {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        }
        KeyPress::Composing => event.stop_immediate_propagation(),
        KeyPress::EndedComposition => {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Composition, KeyPress, Modifiers, chord};

    fn ended(at: f64) -> Composition {
        let mut composition = Composition::default();
        composition.start();
        composition.end(at);
        composition
    }

    #[test]
    fn u1_the_enter_that_ends_a_composition_does_nothing_else_and_the_next_one_submits() {
        for key in ["Enter", "Escape"] {
            let mut composition = ended(100.0);
            assert_eq!(composition.press("Unidentified", false, 229), KeyPress::Composing);
            assert_eq!(composition.press(key, false, 13), KeyPress::EndedComposition);
            assert_eq!(composition.press(key, false, 13), KeyPress::Page);
        }
    }

    #[test]
    fn u1_a_key_within_a_composition_is_the_input_methods() {
        let mut composition = Composition::default();
        composition.start();
        assert_eq!(composition.press("Enter", true, 13), KeyPress::Composing);
        assert_eq!(composition.press("Process", false, 229), KeyPress::Composing);
    }

    #[test]
    fn u1_a_composition_that_ended_otherwise_takes_no_key_away() {
        // by another key that was passed on
        let mut composition = ended(100.0);
        assert_eq!(composition.press("Tab", false, 9), KeyPress::Page);
        assert_eq!(composition.press("Enter", false, 13), KeyPress::Page);
        // by a key that the input method kept
        let mut composition = ended(100.0);
        composition.release(180.0);
        assert_eq!(composition.press("Enter", false, 13), KeyPress::Page);
        // by a click
        let mut composition = ended(100.0);
        composition.interrupt();
        assert_eq!(composition.press("Enter", false, 13), KeyPress::Page);
        // a syllable that the next one replaced
        let mut composition = ended(100.0);
        composition.start();
        assert_eq!(composition.press("Enter", true, 229), KeyPress::Composing);
    }

    #[test]
    fn d19_a_shortcut_is_written_as_on_its_button() {
        let control = Modifiers { control: true, ..Modifiers::default() };
        assert_eq!(chord("8", control).as_deref(), Some("Control+8"));
        assert_eq!(chord("n", Modifiers { shift: true, ..control }).as_deref(), Some("Control+Shift+N"));
        assert_eq!(
            chord("F10", Modifiers { shift: true, ..Modifiers::default() }).as_deref(),
            Some("Shift+F10")
        );
        assert_eq!(chord("F8", Modifiers { alt: true, ..Modifiers::default() }).as_deref(), Some("Alt+F8"));
        assert_eq!(chord("N", Modifiers { shift: true, ..Modifiers::default() }), None);
        assert_eq!(chord("Shift", Modifiers { shift: true, ..Modifiers::default() }), None);
    }

    #[test]
    fn u1_a_key_released_late_by_fast_typing_does_not_let_the_enter_through() {
        let mut composition = ended(100.0);
        composition.release(110.0);
        assert_eq!(composition.press("Enter", false, 13), KeyPress::EndedComposition);
    }
}
