//! One tab's place in the window: shown or waiting, never built anew.

use crate::parts::{panel_id, tab_id};
use crate::words;
use postern_contract::shell::Tab;
use sycamore::prelude::*;

/// A tab as its page sees it. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// Which tab.
    pub tab: Tab,
    torn_off: bool,
    shown: ReadSignal<bool>,
}

impl Sheet {
    /// The sheet of `tab`, shown while the window is open and the tab chosen.
    pub fn new(tab: Tab, torn_off: bool, open: ReadSignal<bool>, chosen: ReadSignal<Tab>) -> Self {
        Self { tab, torn_off, shown: create_selector(move || open.get() && chosen.get() == tab) }
    }

    /// Alone and shown: for tests.
    pub fn alone(tab: Tab) -> Self {
        Self { tab, torn_off: true, shown: *create_signal(true) }
    }

    /// The role, id and label of its panel: the tab strip's, whether or not it is shown or built. A torn-off tab has no strip.
    pub fn panel(self) -> Option<(&'static str, &'static str, &'static str)> {
        (!self.torn_off).then(|| ("tabpanel", panel_id(self.tab), tab_id(self.tab)))
    }

    /// Whether a person sees it now.
    pub fn shown(self) -> bool {
        self.shown.get()
    }
}

/// What scrolls: the tab's content, under its heading.
#[component(inline_props)]
pub fn Panel(sheet: Sheet, children: Children) -> View {
    let heading = if sheet.torn_off { words::tab(sheet.tab) } else { "Manage account" };
    view! {
        main {
            h1(class="visually-hidden", id=heading_id(sheet.tab), "tabindex"="-1") { (heading) }
            (children)
        }
    }
}

/// The id of the heading over a tab.
pub fn heading_id(tab: Tab) -> String {
    format!("{}-heading", tab_id(tab))
}

/// True from the first moment `happened` is.
pub fn latched(mut happened: impl FnMut() -> bool + 'static) -> ReadSignal<bool> {
    let mut ever = false;
    create_selector(move || {
        ever = ever || happened();
        ever
    })
}
