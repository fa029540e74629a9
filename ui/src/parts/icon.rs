//! An icon of icons.svg. Always beside words, so assistive technology never hears of it.

use sycamore::prelude::*;

/// `name` is a symbol's id without `icon-`; `class` adds to `icon`: `icon small`, `icon mark`.
#[component(inline_props)]
pub fn Icon(name: &'static str, #[prop(default = "icon")] class: &'static str) -> View {
    let symbol = format!("#icon-{name}");
    view! { svg(class=class, "aria-hidden"="true") { r#use("href"=symbol) {} } }
}
