//! One key: what uses it, since when, where its secret is, and what can be done with it.

use super::Draft;
use crate::bridge;
use crate::parts::{Icon, Item, Menu, MenuFace};
use crate::session::Here;
use crate::words;
use postern_contract::shell::{KeyRow, SecretPlace};
use std::rc::Rc;
use sycamore::prelude::*;

/// The row. Copy that cannot work stays focusable and says why.
#[component(inline_props)]
pub fn Row(draft: Draft, row: KeyRow) -> View {
    let KeyRow { key, secret } = row.clone();
    let used = words::last_used(key.last_used_at, bridge::now_ms(), bridge::local_date);
    let (class, icon) = match secret {
        SecretPlace::Here => ("where", "laptop"),
        SecretPlace::InMemory => ("where", "clock"),
        SecretPlace::Elsewhere => ("where away", "laptop-off"),
        SecretPlace::Unknown => ("where away", "lock"),
    };
    let store = draft.store_then();
    let (place, why_not) = (words::place_of_secret(secret, store), words::why_not_copied(secret, store));
    // without a way to the backend the secret store was not asked, so copying is worth a try
    let why_not = if untrack(|| Here::get().trouble()).is_some() { None } else { why_not };
    let (copying, deleting) = (row.clone(), row);
    let more = MenuFace::More { name: format!("More actions for {}", key.label) };
    let delete = Rc::new(move || draft.ask_to_delete(deleting.clone()));
    let here = Here::get();
    let held_back = (move || here.trouble().is_some()).into();
    let items = vec![Item { label: "Delete", icon: "trash", danger: true, act: delete, held_back }];
    let copy_name = format!("Copy {}", key.label);
    let id = key.id;
    let (is_new, is_copied) =
        (create_selector(move || draft.is_new(id)), create_selector(move || draft.is_copied(id)));
    view! {
        tr(role="row", class=move || if is_new.get() { "new" } else { "" }) {
            td(role="cell") { b { (key.label) } span(class="mono") { (words::masked(&key.hint)) } }
            td(role="cell", "data-label"="Created") { (bridge::local_date(key.created_at)) }
            td(role="cell", "data-label"="Last used") { (used) }
            td(role="cell") { span(class=class) { Icon(name=icon) (place) } }
            td(role="cell") {
                div(class="tools") {
                    button(
                        r#type="button",
                        class="button",
                        id=format!("copy-{}", key.id),
                        "aria-label"=copy_name,
                        "aria-disabled"=why_not.map(|_| "true"),
                        title=why_not,
                        on:click=move |_| draft.copy(&copying),
                    ) { (if is_copied.get() {
                        view! { Icon(name="check", class="icon small") "Copied" }
                    } else {
                        view! { Icon(name="copy", class="icon small") "Copy" }
                    }) }
                    Menu(id=format!("more-{}", key.id), face=more, items=items)
                }
            }
        }
    }
}
