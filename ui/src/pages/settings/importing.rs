//! What importing a file would change, shown before anything is written.

use super::Draft;
use crate::pages::findings::findings;
use crate::parts::{Banner, Chip, Icon, Kind, Press};
use crate::words;
use postern_contract::configuration::{ImportPreview, SettingDifference};
use sycamore::prelude::*;

/// The difference, whose signature it bears, what comes with it, and the two ways on.
pub fn preview(draft: Draft, preview: ImportPreview) -> View {
    let heading = format!("What importing {} changes", preview.offer.name);
    let signature = words::signature(&preview);
    let refused = preview.refused.as_ref().map(words::refused_import);
    let can = refused.is_none();
    let refused = refused.map(|said| view! { Banner(kind=Kind::Error, said=said) });
    let (wrong, differences) = (findings(&preview.findings), differences(preview.differences));
    let (certificates, plans) =
        (with("Certificates in it", preview.certificates), with("Prepared changes in it", preview.plans));
    let import =
        can.then(|| view! { Press(class="button primary", press=move || draft.import()) { "Import" } });
    view! {
        section(class="stack", "aria-labelledby"="preview") {
            h2(id="preview", "tabindex"="-1") { (heading) }
            (refused)
            p(class="quiet-text") { (signature) " Nothing is written before you press Import." }
            (wrong)
            (differences)
            (certificates) (plans)
            div(class="with-action") {
                Press(press=move || draft.do_not_import()) { "Do not import" }
                (import)
            }
        }
    }
}

fn differences(all: Vec<SettingDifference>) -> View {
    if all.is_empty() {
        return view! { p { "It changes no value." } };
    }
    let rows: Vec<View> = all.into_iter().map(row).collect();
    view! {
        div(class="steps-box") {
            table(class="steps", role="table", "aria-label"="Differences") {
                thead(role="rowgroup") {
                    tr(role="row") {
                        th(role="columnheader", scope="col") { "Setting" }
                        th(role="columnheader", scope="col") { "Now" }
                        th(role="columnheader", scope="col") { "After the import" }
                    }
                }
                tbody(role="rowgroup") { (rows) }
            }
        }
    }
}

fn row(difference: SettingDifference) -> View {
    let SettingDifference { key, from, to, managed } = difference;
    let (from, to) = (words::setting_value(&key, from), words::setting_value(&key, to));
    let managed = managed.then(|| {
        view! { Chip(icon="lock", text="Managed by your organization: it does not count") }
    });
    view! {
        tr(role="row") {
            th(role="rowheader", scope="row", class="mono") { (key) }
            td(role="cell", "data-label"="Now") { (from) }
            td(role="cell", "data-label"="After the import") { (to) (managed) }
        }
    }
}

/// A named list of files; nothing where there are none.
fn with(heading: &'static str, names: Vec<String>) -> View {
    if names.is_empty() {
        return view! {};
    }
    let rows: Vec<View> = names
        .into_iter()
        .map(|name| view! { li(class="row-item") { Icon(name="file") div { (name) } } })
        .collect();
    view! { div(class="stack tight") { h3 { (heading) } ul(class="rows", role="list", "aria-label"=heading) { (rows) } } }
}
