//! What needs attention, found in what was read. Nothing is claimed of what could not be.

use super::Overview;
use super::facts::days_since;
use crate::load::Phase;
use crate::parts::{Icon, Press};
use crate::session::Here;
use crate::words::{self, Attention, Said};
use postern_contract::capabilities::Capabilities;
use postern_contract::security::Security;
use postern_contract::shell::{KeyRow, Tab};
use sycamore::prelude::*;

/// Days without use after which a key is worth a look.
const UNUSED_DAYS: u32 = 90;

/// The section; `review` opens a tab.
#[component(inline_props)]
pub fn Attentions(overview: Overview, review: impl Fn(Tab) + Copy + 'static) -> View {
    let capabilities = untrack(|| Here::get().capabilities());
    let found = create_selector(move || {
        let security = overview.security.value().and_then(|security| of_security(&security, &capabilities));
        let keys = overview.keys.value().map(|list| list.rows).unwrap_or_default();
        security.into_iter().chain(keys.iter().filter_map(of_key)).collect::<Vec<_>>()
    });
    let phases = create_selector(move || (overview.security.phase(), overview.keys.phase()));
    view! {
        section(class="stack tight", "aria-labelledby"="attention") {
            h2(id="attention") {
                "Needs attention" (match found.with(Vec::len) {
                    0 => view! {},
                    number => view! { " " span(class="count") { (number) } },
                })
            }
            (match (found.get_clone(), phases.get()) {
                (found, (Phase::Ready, Phase::Ready)) if found.is_empty() => {
                    fact("done", Said::new("All good.", ""))
                }
                (found, phases) if found.is_empty() => unread(phases),
                (found, _) => {
                    let rows: Vec<View> = found.iter().map(|one| row(one, review)).collect();
                    view! { ul(class="rows", role="list", "aria-labelledby"="attention") { (rows) } }
                }
            })
        }
    }
}

fn row(attention: &Attention, review: impl Fn(Tab) + Copy + 'static) -> View {
    let (said, (label, tab)) = (words::attention(attention), words::review(attention));
    let shown = untrack(|| Here::get().appearance()).tabs.contains(&tab);
    view! {
        li(class="row-item") {
            Icon(name="warn", class="icon attention")
            div { strong { (said.what) } p { (said.rest) } }
            (shown.then(|| view! { Press(press=move || review(tab)) { (label) } }))
        }
    }
}

fn fact(icon: &'static str, said: Said) -> View {
    let rest = (!said.rest.is_empty()).then(|| view! { p { (said.rest) } });
    view! { div(class="rows") { div(class="row-item") { Icon(name=icon) div { strong { (said.what) } (rest) } } } }
}

fn unread(phases: (Phase, Phase)) -> View {
    if phases.0 == Phase::Failed || phases.1 == Phase::Failed {
        return fact(
            "info",
            Said::new("Not all of it is known", "The security settings or the keys could not be read."),
        );
    }
    view! {
        div(class="rows", "aria-busy"="true") {
            div(class="row-item") {
                Icon(name="clock")
                div { span(class="visually-hidden") { "Looking for what needs attention" } div(class="skeleton w40") {} }
            }
        }
    }
}

fn of_security(security: &Security, capabilities: &Capabilities) -> Option<Attention> {
    if !security.two_factor {
        return Some(Attention::TwoFactorOff);
    }
    let weak = |method| capabilities.weak_methods.contains(method);
    let stronger = *capabilities.methods.iter().find(|method| !weak(method))?;
    weak(&security.method).then_some(Attention::WeakMethod { weak: security.method, stronger })
}

fn of_key(row: &KeyRow) -> Option<Attention> {
    let label = row.key.label.clone();
    let used = row.key.last_used_at;
    let days = days_since(used.unwrap_or(row.key.created_at));
    let attention = if used.is_some() {
        Attention::KeyUnused { label, days }
    } else {
        Attention::KeyNeverUsed { label, days }
    };
    (days >= UNUSED_DAYS).then_some(attention)
}
