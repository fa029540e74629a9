//! The contrast of every button in every state, wherever it stands, computed from the style sheet: light, dark, chosen or the
//! desktop's, and with more contrast.

#![allow(clippy::expect_used, clippy::panic, reason = "a style sheet that cannot be read fails the test")]

mod cascade;
mod selector;

use cascade::{Desktop, Sheet};
use selector::Element;

/// WCAG 1.4.3, text of any size.
const FLOOR: f64 = 4.5;

/// The kinds of button, by their classes.
const BUTTONS: &[&str] = &[
    "button",
    "button primary",
    "button primary block",
    "button danger",
    "button quiet",
    "button icon-only",
    "user-button",
    "chip",
    "chip low",
    "tab",
    "menu-item",
    "menu-item danger",
];

/// The colours of a backend.
const BACKENDS: &[&str] = &["graphite", "teal", "moss", "clay", "plum", "indigo"];

/// What a button can be, each with and without the pointer over it, the focus, and being pressed.
const CONDITIONS: &[&[(&str, &str)]] = &[
    &[],
    &[("aria-disabled", "true")],
    &[("aria-busy", "true")],
    &[("aria-busy", "true"), ("aria-disabled", "true")],
    &[("aria-expanded", "true")],
    &[("aria-pressed", "true")],
    &[("aria-selected", "true")],
];
const STATES: &[&[&str]] = &[
    &[],
    &["hover"],
    &["focus", "focus-visible"],
    &["hover", "active"],
    &["hover", "focus", "focus-visible"],
    &["disabled"],
    &["disabled", "hover"],
];

fn around() -> Vec<Vec<Element>> {
    let of = |classes: &[&'static str]| classes.iter().map(|classes| Element::new("div", classes)).collect();
    let mut places: Vec<Vec<Element>> = [
        &["page wide", "section-head"][..],
        &["bar account", "end"],
        &["tabs"],
        &["actions"],
        &["page", "well", "with-action"],
        &["rows", "account-band"],
        &["keys", "tools"],
        &["menu"],
        &["toast"],
        &["gate", "after"],
    ]
    .into_iter()
    .map(of)
    .collect();
    for kind in ["ok", "error", "warn", "none"] {
        places
            .push(vec![Element::new("main", "gate"), Element::new("div", "banner").with("data-kind", kind)]);
    }
    for inside in ["row", "field reveal", "banner"] {
        places.push(vec![Element::new("dialog", "dialog"), Element::new("div", inside)]);
    }
    places
}

/// What the desktop asks for and what a person or a policy chose, with these colours of a backend.
fn looks(backends: &[&'static str]) -> Vec<(Desktop, [Element; 2])> {
    let mut looks = Vec::new();
    for (dark, contrast) in [(false, false), (true, false), (false, true), (true, true)] {
        for theme in ["system", "light", "dark"] {
            for backend in backends {
                let root = Element::new("html", "").with("data-theme", theme);
                let body = Element::new("body", "").with("data-backend", backend);
                looks.push((Desktop { dark, contrast }, [root, body]));
            }
        }
    }
    looks
}

/// Whether such a button stands in such a place.
fn stands(classes: &str, place: &[Element]) -> bool {
    let within = |class: &str| place.iter().any(|element| element.classes.contains(&class));
    match classes.split(' ').next() {
        Some("tab") => within("tabs"),
        Some("menu-item") => within("menu"),
        Some("user-button") => within("bar"),
        Some("chip") => within("bar") || within("page"),
        _ => !within("tabs") && !within("menu"),
    }
}

/// The buttons of a style sheet that cannot be read.
fn faint(style: &str) -> Vec<String> {
    let sheet = Sheet::parse(style);
    let mut found = Vec::new();
    for place in around() {
        let banded = place.iter().any(|element| element.classes.contains(&"account-band"));
        for (desktop, outer) in looks(if banded { BACKENDS } else { &BACKENDS[..1] }) {
            let window = Element::new("div", "window");
            let outer: Vec<Element> =
                outer.iter().cloned().chain([window]).chain(place.iter().cloned()).collect();
            for classes in BUTTONS.iter().filter(|classes| stands(classes, &place)) {
                for attributes in CONDITIONS {
                    for states in STATES {
                        let mut button = Element::new("button", classes);
                        button.attributes = attributes.to_vec();
                        button.states = states.to_vec();
                        let path = [&outer[..], &[button]].concat();
                        let ratio = sheet.text(&path, desktop).contrast(sheet.ground(&path, desktop));
                        if ratio < FLOOR {
                            found.push(format!("{ratio:.2} {desktop:?} {:?}", &path[2..]));
                        }
                    }
                }
            }
        }
    }
    found
}

const SHIPPED: &str = include_str!("../../style/look.css");

#[test]
fn u21_every_button_is_readable_in_every_state() {
    let found = faint(SHIPPED);
    assert!(
        found.is_empty(),
        "{} of less than {FLOOR}:\n{}",
        found.len(),
        found[..found.len().min(20)].join("\n")
    );
}

#[test]
fn u21_a_hover_rule_that_forgets_disabled_buttons_is_found() {
    let careless = format!("{SHIPPED}\n.button.primary:hover {{ background: var(--accent-strong); }}");
    let found = faint(&careless);
    let only =
        |line: &String| line.contains("disabled") && line.contains("hover") && line.contains("primary");
    assert!(!found.is_empty() && found.iter().all(only), "{found:?}");
}

#[test]
fn u21_a_countdown_in_a_button_that_waits_is_readable() {
    let sheet = Sheet::parse(SHIPPED);
    for (desktop, [root, body]) in looks(&BACKENDS[..1]) {
        for classes in ["button", "button quiet"] {
            let mut button = Element::new("button", classes);
            button.states = vec!["disabled", "hover"];
            let path = [root.clone(), body.clone(), button, Element::new("span", "countdown")];
            let ratio = sheet.text(&path, desktop).contrast(sheet.ground(&path, desktop));
            assert!(ratio >= FLOOR, "{ratio:.2} {desktop:?} {path:?}");
        }
    }
}
