//! A window: what it opens with, then its page, and how it is dressed.

use crate::beat::Beat;
use crate::load::{Load, load};
use crate::pages::Pages;
use crate::parts::{Awaited, Empty, Press};
use crate::session::Here;
use crate::{bridge, dom, route, words};
use postern_contract::shell::{Opening, command};
use sycamore::prelude::*;

/// The symbols of every icon, put into the document once: references to another file are not loaded under the strict
/// content policy in every webview.
const ICONS: &str = include_str!("../icons.svg");

/// The whole window, with the pages of its program.
pub fn app(pages: Pages) -> View {
    Beat::provide();
    dom::inline_icons(ICONS);
    dom::guard();
    let opening = load(|| bridge::call::<command::Start>(()));
    view! { div(class="window") { Window(opening=opening, pages=pages) } }
}

/// What the shell opens it with, drawn.
#[component(inline_props)]
pub fn Window(opening: Load<Opening>, pages: Pages) -> View {
    view! {
        Awaited(load=opening, what="Opening Postern", ready=move |opening| view! { Open(opening=opening, pages=pages) })
    }
}

#[component(inline_props)]
fn Open(opening: Opening, pages: Pages) -> View {
    let here = Here::provide(opening);
    let page = route::window().and_then(|window| {
        let title = words::title(window);
        create_effect(move || dom::dress(&title, &here.backend().color, here.appearance().theme));
        pages(window)
    });
    page.unwrap_or_else(|| {
        view! {
            Empty(icon="info", heading="This window has no page", text="Close it and go on in the window Postern.") {
                Press(press=bridge::reload) { "Load again" }
            }
        }
    })
}
