//! Adding a key, and the one question before a key is deleted.

use super::Draft;
use crate::pages::store_ways::refusal;
use crate::parts::{Dialog, DialogRole, Press, Submit, TextField};
use crate::session::Here;
use crate::words::{self, Act};
use sycamore::prelude::*;

/// Asks for the label. The secret is made on this computer.
#[component(inline_props)]
pub fn AddDialog(draft: Draft) -> View {
    let here = Here::get();
    let content = move || {
        let (form, limit) = (draft.adding, here.capabilities().label_max);
        let hint = view! { "What will use it, so that you know later what breaks." };
        view! {
            form(novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.submit(false);
            }) {
                p { "The secret is made on this computer and kept in its secret store. Copy it from the list at any time." }
                TextField(field=draft.label, label="Label", hint=hint, count_to=limit)
                div(class="row") {
                    Press(press=move || draft.leave()) { "Cancel" }
                    Press(press=move || draft.submit(true), held_back=move || form.busy()) { "Add and copy" }
                    Submit(label="Add", busy_label="Adding…", busy=move || form.busy())
                }
                (form.problem().map(|problem| refusal(problem, Act::Add, move || form.solved())))
            }
        }
    };
    view! {
        Dialog(id="add", role=DialogRole::Dialog, heading="Add authentication key", open=*draft.asking, first="label",
            escape=move || draft.leave(), content=content)
    }
}

/// Names the key and what its end means. `Keep key` is the harmless way.
#[component(inline_props)]
pub fn DeleteDialog(draft: Draft) -> View {
    let content = move || {
        let row = draft.to_delete().map(|row| row.key);
        let (label, hint) = row.map(|key| (key.label, key.hint)).unwrap_or_default();
        view! {
            div(id="delete-text", class="quiet-text") {
                p { b { (words::marked(&label)) } " (" (words::masked(&hint)) ") " (words::before_deleting()) }
            }
            div(class="row") {
                Press(class="button danger", press=move || draft.delete()) { "Delete" }
                Press(id="keep-key", press=move || draft.keep()) { "Keep key" }
            }
        }
    };
    view! {
        Dialog(id="delete", role=DialogRole::Alert, heading="Delete authentication key?", open=*draft.deciding,
            first="keep-key", described="delete-text", escape=move || draft.keep(), content=content)
    }
}
