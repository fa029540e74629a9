//! A window: what it opens with, then its page, and how it is dressed.

use crate::beat::Beat;
use crate::load::{Load, load};
use crate::parts::{Awaited, Empty, Press};
use crate::session::Here;
use crate::{bridge, dom, pages, route, words};
use postern_contract::shell::{Opening, command};
use sycamore::prelude::*;

/// The symbols of every icon, put into the document once: references to another file are not loaded under the strict
/// content policy in every webview.
const ICONS: &str = include_str!("../icons.svg");

/// The whole window.
#[component]
pub fn App() -> View {
    Beat::provide();
    dom::inline_icons(ICONS);
    let opening = load(|| bridge::call::<command::Start>(()));
    view! { div(class="window") { Window(opening=opening) } }
}

/// What the shell opens it with, drawn.
#[component(inline_props)]
pub fn Window(opening: Load<Opening>) -> View {
    view! { Awaited(load=opening, what="Opening Postern", ready=|opening| view! { Open(opening=opening) }) }
}

#[component(inline_props)]
fn Open(opening: Opening) -> View {
    let here = Here::provide(opening);
    let Some(window) = route::window() else {
        return view! {
            Empty(icon="info", heading="This window has no page", text="Close it and go on in the window Postern.") {
                Press(press=bridge::reload) { "Load again" }
            }
        };
    };
    let title = words::title(window);
    create_effect(move || dom::dress(&title, &here.backend().color));
    pages::page(window)
}
