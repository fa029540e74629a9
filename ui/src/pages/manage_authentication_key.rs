//! Manage authentication key: the list, adding, copying, deleting. A key's secret never comes here; copying goes from the
//! secret store to the clipboard inside the shell.

mod dialogs;
mod draft;
mod row;

pub use draft::Draft;

use crate::bridge;
use crate::load::load;
use crate::pages::console::keys_of;
use crate::pages::manage_account::{Notice, Panel, Reading, Sheet, Unlock};
use crate::pages::offline::recalling;
use crate::pages::store_ways::StoreWays;
use crate::parts::{Banner, Empty, Icon, Kind, Results, Toast};
use crate::session::Here;
use crate::words::{self, Waits};
use dialogs::{AddDialog, DeleteDialog};
use postern_contract::shell::{StoreState, command, event};
use row::Row;
use sycamore::prelude::*;

/// The tab.
#[component(inline_props)]
pub fn ManageAuthenticationKey(sheet: Sheet) -> View {
    let list = load(|| bridge::call::<command::ListKeys>(()));
    bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| list.again());
    bridge::listen_here(event::STORE_CHANGED, move |_: StoreState| list.again());
    recalling(list, keys_of);
    let ready = move |_| {
        let draft = Draft::new(list);
        bridge::listen_here(event::CLIPBOARD_CLEARED, move |()| draft.cleared());
        view! { KeysWith(sheet=sheet, draft=draft) }
    };
    view! { Reading(sheet=sheet, load=list, what="Reading the authentication keys", ready=ready) }
}

/// The tab over what is read.
#[component(inline_props)]
pub fn KeysWith(sheet: Sheet, draft: Draft) -> View {
    let empty = create_selector(move || draft.rows().is_empty());
    view! {
        Panel(sheet=sheet) {
            div(class="page wide") {
                Head(draft=draft)
                (if empty.get() {
                    view! {
                        Empty(icon="key", heading="No authentication keys yet",
                            text="A program signs in with a key instead of your password. Add one for each program, so that each can be deleted alone.")
                    }
                } else {
                    view! { Table(draft=draft) }
                })
                p(class="quiet-text") {
                    "Copy works on the computer whose secret store holds the secret. The backend keeps only a fingerprint, so a key cannot be read back from it."
                }
            }
        }
        Results {
            Notices(draft=draft)
            Toast(seconds=move || draft.copied_for(), what=move || draft.copied_what(), clear=move || draft.clear_now())
        }
        AddDialog(draft=draft)
        DeleteDialog(draft=draft)
    }
}

/// What they are, how many, and Add: the primary action unless the secret store has to be unlocked first.
#[component(inline_props)]
fn Head(draft: Draft) -> View {
    let here = Here::get();
    let count = create_selector(move || words::of_most(draft.rows().len(), here.capabilities().keys_max));
    let away = create_selector(move || here.trouble().is_some());
    let held_back = create_selector(move || draft.store_fails() || away.get());
    view! {
        div(class="section-head") {
            div {
                h2 { span(id="keys-title") { "Authentication keys" } " " span(class="count") { (count.get_clone()) } }
                p(class="quiet-text", id="keys-about") { (if away.get() {
                    words::needs_connection(Waits::Keys)
                } else {
                    "Programs sign in with these instead of your password. A key can never manage this account."
                }) }
            }
            button(
                r#type="button",
                class=move || if held_back.get() { "button" } else { "button primary" },
                id="add-key",
                "aria-disabled"=move || held_back.get().then_some("true"),
                "aria-describedby"=move || away.get().then_some("keys-about"),
                on:click=move |_| draft.add(),
            ) { Icon(name="plus") " Add authentication key" }
        }
    }
}

/// The one banner. A store that fails stands in the way of most, so it comes first.
#[component(inline_props)]
fn Notices(draft: Draft) -> View {
    let (here, unlock) = (Here::get(), Unlock::get());
    let store = create_selector(move || here.store());
    let in_the_way = create_selector(move || draft.store_in_the_way());
    let said = move || match draft.said() {
        None if unlock.low() => None,
        None => words::store(store.get()).map(|said| (Kind::Store, said)),
        said => said,
    };
    view! { (if let Some(state) = in_the_way.get() {
        words::store_and_keys(state).zip(words::store_ways_in(state)).map(|(said, offered)| {
            let row = view! { StoreWays(settled=move |_| draft.list.again(), offered=offered) };
            view! { Banner(kind=Kind::Store, said=said, row=row) }
        }).unwrap_or_default()
    } else {
        view! { Notice(problem=move || draft.problem(), said=said, again=move || draft.again()) }
    }) }
}

/// Roles are written out, since rows that are stacked in a narrow window would lose them.
#[component(inline_props)]
fn Table(draft: Draft) -> View {
    let rows = create_memo(move || draft.rows());
    view! {
        div(class="keys-box") {
            table(class="keys", role="table", "aria-labelledby"="keys-title") {
                thead(role="rowgroup") {
                    tr(role="row") {
                        th(role="columnheader", "scope"="col") { "Label" }
                        th(role="columnheader", "scope"="col") { "Created" }
                        th(role="columnheader", "scope"="col") { "Last used" }
                        th(role="columnheader", "scope"="col") { "Secret" }
                        th(role="columnheader", "scope"="col") { span(class="visually-hidden") { "Actions" } }
                    }
                }
                tbody(role="rowgroup") {
                    Keyed(
                        list=rows,
                        view=move |row| view! { Row(draft=draft, row=row) },
                        key=move |row| (row.key.id, row.key.last_used_at, words::place_of_secret(row.secret, draft.store_then())),
                    )
                }
            }
        }
    }
}
