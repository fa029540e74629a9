//! What was applied on this computer: each receipt, and a copy of it as a file.

use crate::bridge;
use crate::form::Form;
use crate::load::Load;
use crate::pages::when::when;
use crate::parts::{Banner, Icon, Kind, Press, ProblemBanner};
use crate::words::{self, Act};
use postern_contract::plan::{PlanSaved, Receipt};
use postern_contract::shell::command;
use sycamore::prelude::*;

/// The list; nothing where nothing was applied yet.
#[component(inline_props)]
pub fn Receipts(receipts: Load<Vec<Receipt>>) -> View {
    let all = create_selector(move || receipts.value().unwrap_or_default());
    view! { (if all.with(Vec::is_empty) {
        view! {}
    } else {
        let rows: Vec<View> = all.get_clone().into_iter().map(row).collect();
        view! {
            section(class="stack tight", "aria-labelledby"="receipts") {
                h2(id="receipts") { "Receipts" }
                ul(class="rows", role="list", "aria-labelledby"="receipts") { (rows) }
            }
        }
    }) }
}

fn row(receipt: Receipt) -> View {
    let when = when(receipt.ended_at);
    let about = words::receipt_about(&receipt, &when);
    let (reason, told) = (receipt.reason.clone(), words::receipt(&receipt));
    let broken = (!receipt.intact)
        .then(|| view! { p(class="error") { Icon(name="alert") span { (words::chain_broken()) } } });
    view! {
        li(class="row-item") {
            Icon(name="file")
            div { strong { (reason) } p { (about) } p { (told) } (broken) }
            Export(receipt=receipt)
        }
    }
}

/// The button that saves a copy.
#[component(inline_props)]
pub fn Export(receipt: Receipt) -> View {
    let form = Form::new(&[]);
    let saved = create_signal(None::<String>);
    let number = receipt.number;
    let export = move || {
        form.ask(
            move || bridge::call::<command::ExportReceipt>(number),
            move |file: Option<PlanSaved>| saved.set(file.map(|file| file.name)),
        );
    };
    view! {
        div(class="stack tight") {
            div(class="with-action") { Press(press=export) { "Export receipt…" } }
            (form.problem().map(|problem| view! { ProblemBanner(problem=problem, act=Act::Save) }))
            (saved.get_clone().map(|name| view! { Banner(kind=Kind::Ok, said=words::receipt_saved(&name)) }))
        }
    }
}
