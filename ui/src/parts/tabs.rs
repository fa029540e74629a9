//! The tab strip: one Tab stop; arrows, Home and End move and select at once. Pages of other tabs stay as they are.

use crate::dom;
use crate::words;
use postern_contract::shell::Tab;
use sycamore::prelude::*;

/// The id of what describes a tab with changes.
const CHANGED: &str = "tab-changed";

/// Shows which tab is chosen, and by a dot which ones hold changes; `label` is the name of the strip. The panel of a tab has the id [`panel_id`]: a panel that two tabs shared would make both selected for assistive technology.
#[component(inline_props)]
pub fn Tabs(
    label: &'static str,
    chosen: Signal<Tab>,
    offered: Vec<Tab>,
    changed: impl Fn(Tab) -> bool + Copy + 'static,
) -> View {
    let last = offered.len().saturating_sub(1);
    let all = offered.clone();
    let at = move || all.iter().position(|tab| *tab == chosen.get_untracked()).unwrap_or(0);
    let all = offered.clone();
    let go = move |place: usize| {
        if let Some(tab) = all.get(place % (last + 1)) {
            chosen.set(*tab);
            dom::focus(id(*tab));
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let place = match event.key().as_str() {
            "ArrowRight" => at() + 1,
            "ArrowLeft" => at() + last,
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        go(place);
    };
    let tabs: Vec<View> = offered
        .into_iter()
        .map(|tab| {
            let selected = create_selector(move || chosen.get() == tab);
            let changed = create_selector(move || changed(tab));
            view! {
                button(
                    r#type="button",
                    class="tab",
                    role="tab",
                    id=id(tab),
                    "aria-selected"=move || if selected.get() { "true" } else { "false" },
                    "aria-controls"=panel_id(tab),
                    "aria-describedby"=move || changed.get().then_some(CHANGED),
                    title=move || changed.get().then(words::tab_changed),
                    "tabindex"=move || if selected.get() { "0" } else { "-1" },
                    on:click=move |_| chosen.set(tab),
                ) {
                    (words::tab(tab))
                    (if changed.get() { view! { span(class="dot", "aria-hidden"="true") { "●" } } } else { view! {} })
                }
            }
        })
        .collect();
    view! {
        div(class="tabs", role="tablist", "aria-label"=label, on:keydown=keys) { (tabs) }
        span(id=CHANGED, hidden=true) { (words::tab_changed()) }
    }
}

/// The id of a tab's panel.
pub const fn panel_id(tab: Tab) -> &'static str {
    match tab {
        Tab::UserInformation => "panel-0",
        Tab::ChangePassword => "panel-1",
        Tab::SecuritySettings => "panel-2",
        Tab::ManageAuthenticationKey => "panel-3",
        Tab::CancelSubscription => "panel-4",
    }
}

/// The id of a tab's button, for the panel's `aria-labelledby`.
pub const fn id(tab: Tab) -> &'static str {
    match tab {
        Tab::UserInformation => "tab-0",
        Tab::ChangePassword => "tab-1",
        Tab::SecuritySettings => "tab-2",
        Tab::ManageAuthenticationKey => "tab-3",
        Tab::CancelSubscription => "tab-4",
    }
}
