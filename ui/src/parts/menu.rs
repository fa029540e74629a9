//! A button with a menu, by the keyboard table of the look: click, Enter, Space and ↓ open at the first item, ↑ at the
//! last, a resting pointer after 150 ms without moving focus; arrows, Home, End and letters move, Esc closes and returns
//! focus, Tab closes and goes on.

use super::Icon;
use crate::{beat, dom, words};
use std::rc::Rc;
use sycamore::prelude::*;

/// Opens the menu of the row that has the focus.
const MORE: &str = "Shift+F10";

/// One item.
#[derive(Clone)]
pub struct Item {
    /// Its words.
    pub label: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Whether it destroys something.
    pub danger: bool,
    /// What it does.
    pub act: Rc<dyn Fn()>,
    /// Whether it can do nothing for now; the page says why.
    pub held_back: MaybeDyn<bool>,
}

/// How the button looks.
#[derive(Clone)]
pub enum MenuFace {
    /// The user's name at the right of the top bar, with the address at the head of the menu.
    User {
        /// The name on the button and of the menu.
        name: String,
        /// At the head of the menu.
        email: String,
    },
    /// For how long changes are unlocked.
    Unlocked {
        /// The seconds that are left.
        seconds: ReadSignal<u32>,
    },
    /// Three dots with an accessible name.
    More {
        /// `More actions for Release robot`.
        name: String,
    },
}

/// `id` is the button's; the menu's is `<id>-menu`. With `hover`, a resting pointer opens it.
#[component(inline_props)]
pub fn Menu(
    #[prop(setter(into))] id: String,
    face: MenuFace,
    items: Vec<Item>,
    #[prop(default)] hover: bool,
) -> View {
    let own_id = create_signal(id.clone());
    let open = create_signal(false);
    let pointer_inside = create_signal(false);
    let by_pointer = create_signal(false);
    let anchor = format!("{id}-anchor");
    let inside = anchor.clone();
    let menu_id = format!("{id}-menu");
    let (name, head) = match &face {
        MenuFace::User { name, email } => (name.clone(), Some(email.clone())),
        MenuFace::Unlocked { .. } => ("Changes".to_owned(), None),
        MenuFace::More { name } => (name.clone(), None),
    };
    let close = move |return_focus: bool| {
        open.set(false);
        if return_focus {
            dom::focus(&own_id.get_clone_untracked());
        }
    };
    let open_at = {
        let menu_id = menu_id.clone();
        move |last: bool| {
            by_pointer.set(false);
            open.set(true);
            dom::focus_item(&menu_id, "menuitem", last);
        }
    };
    let keys =
        keys(own_id, menu_id.clone(), open, items.iter().map(|item| item.label).collect(), open_at.clone());
    let rest = beat::later(150, move || {
        if hover && pointer_inside.get_untracked() && !open.get_untracked() {
            by_pointer.set(true);
            open.set(true);
        }
    });
    let button = button(id, &face, open, by_pointer, open_at);
    let menu = move || {
        let head = head.clone().map(|head| {
            let whole = head.clone();
            view! { p(class="menu-head", role="presentation", title=whole) { (head) } }
        });
        let items: Vec<View> = items.iter().cloned().map(|item| one(item, close)).collect();
        let (id, name) = (menu_id.clone(), name.clone());
        view! { div(class="menu", role="menu", id=id, "aria-label"=name) { (head) (items) } }
    };
    view! {
        div(
            class="anchor",
            id=anchor,
            on:keydown=keys,
            on:pointerenter=move |_| { pointer_inside.set(true); rest(); },
            on:pointerleave=move |_| {
                pointer_inside.set(false);
                if by_pointer.get() && !dom::holds_focus(&inside) { open.set(false); }
            },
            on:focusout=move |event: web_sys::FocusEvent| if open.get() && dom::focus_leaves(&event) { open.set(false); },
        ) {
            (button)
            (if open.get() { menu() } else { view! {} })
        }
    }
}

fn button(
    id: String,
    face: &MenuFace,
    open: Signal<bool>,
    by_pointer: Signal<bool>,
    open_at: impl Fn(bool) + 'static,
) -> View {
    let low = match face {
        MenuFace::Unlocked { seconds } => {
            let seconds = *seconds;
            create_selector(move || seconds.get() < 60)
        }
        MenuFace::User { .. } | MenuFace::More { .. } => *create_signal(false),
    };
    let (class, label, words) = match face.clone() {
        MenuFace::Unlocked { seconds } => ("chip", None, unlocked_for(seconds)),
        MenuFace::User { name, .. } => {
            ("user-button", None, view! { (name) Icon(name="down", class="icon small") })
        }
        MenuFace::More { name } => ("button icon-only", Some(name), view! { Icon(name="more") }),
    };
    let keys = label.as_ref().map(|_| MORE);
    let (tip, menu) = (label.as_deref().map(|label| words::tip(label, keys)), format!("{id}-menu"));
    view! {
        button(
            r#type="button",
            class=move || if low.get() { format!("{class} low") } else { class.to_owned() },
            id=id,
            title=tip,
            "aria-label"=label,
            "aria-keyshortcuts"=keys,
            // no aria-haspopup: WebKitGTK calls a button that has it a combo box
            "aria-controls"=move || open.get().then(|| menu.clone()),
            "aria-expanded"=move || if open.get() { "true" } else { "false" },
            on:click=move |_| if open.get() && !by_pointer.get() { open.set(false) } else { open_at(false) },
        ) { (words) }
    }
}

/// The countdown is not read out: it would be at every second.
fn unlocked_for(seconds: ReadSignal<u32>) -> View {
    view! {
        Icon(name="unlock")
        span { "Unlocked" span("aria-hidden"="true") { " for " (words::minutes_seconds(seconds.get())) } }
    }
}

fn one(item: Item, close: impl Fn(bool) + Copy + 'static) -> View {
    let Item { label, icon, danger, act, held_back } = item;
    let held = held_back.clone();
    let class = if danger { "menu-item danger" } else { "menu-item" };
    view! {
        button(
            r#type="button",
            class=class,
            role="menuitem",
            "tabindex"="-1",
            "aria-disabled"=move || held_back.get().then_some("true"),
            on:click=move |_| {
                close(true);
                if !held.get() {
                    act();
                }
            },
        ) { Icon(name=icon) (label) }
    }
}

fn keys(
    own_id: Signal<String>,
    menu_id: String,
    open: Signal<bool>,
    labels: Vec<&'static str>,
    open_at: impl Fn(bool) + 'static,
) -> impl FnMut(web_sys::KeyboardEvent) + 'static {
    move |event| {
        let key = event.key();
        let items = dom::items(&menu_id, "menuitem");
        let at = dom::focused_of(&items);
        let to = match (key.as_str(), at) {
            ("ArrowDown", None) => return handled(&event, || open_at(false)),
            ("ArrowUp", None) => return handled(&event, || open_at(true)),
            ("Escape", _) if open.get_untracked() => {
                return handled(&event, || {
                    open.set(false);
                    dom::focus(&own_id.get_clone_untracked());
                });
            }
            ("Tab", _) => return open.set(false),
            ("ArrowDown", Some(at)) => (at + 1) % items.len(),
            ("ArrowUp", Some(at)) => (at + items.len() - 1) % items.len(),
            ("Home", Some(_)) => 0,
            ("End", Some(_)) => items.len() - 1,
            (letter, Some(at)) => match jump(&labels, at, letter) {
                Some(to) => to,
                None => return,
            },
            _ => return,
        };
        handled(&event, || dom::focus_element(&items[to]));
    }
}

fn handled(event: &web_sys::KeyboardEvent, act: impl FnOnce()) {
    event.prevent_default();
    act();
}

/// The next item after `at` that begins with the letter typed.
fn jump(labels: &[&str], at: usize, letter: &str) -> Option<usize> {
    let mut typed = letter.chars();
    let (Some(typed), None) = (typed.next(), typed.next()) else { return None };
    (1..=labels.len()).map(|step| (at + step) % labels.len()).find(|place| {
        labels[*place].chars().next().is_some_and(|first| first.to_lowercase().eq(typed.to_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::jump;

    #[test]
    fn a_letter_jumps_to_the_next_item_that_begins_with_it() {
        let labels = ["Manage account", "Messages", "Sign out"];
        assert_eq!(jump(&labels, 0, "m"), Some(1));
        assert_eq!(jump(&labels, 1, "M"), Some(0));
        assert_eq!(jump(&labels, 0, "s"), Some(2));
        assert_eq!(jump(&labels, 0, "x"), None);
        assert_eq!(jump(&labels, 0, "Shift"), None);
    }
}
