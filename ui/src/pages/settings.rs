//! The window Settings: what the desktop is configured to and where each value comes from, and importing a configuration.

mod draft;
mod importing;
mod one;

pub use draft::Draft;

use crate::load::Phase;
use crate::pages::findings::findings;
use crate::pages::waiting::waiting;
use crate::pages::when::when;
use crate::parts::{BackendChip, Banner, Kind, Press, ProblemBanner, Results, Skeleton};
use crate::session::Here;
use crate::words;
use postern_contract::configuration::{OfferKind, SettingKey};
use sycamore::prelude::*;

/// The window.
#[component]
pub fn SettingsWindow() -> View {
    view! { SettingsWith(draft=Draft::read()) }
}

/// The window over what is read.
#[component(inline_props)]
pub fn SettingsWith(draft: Draft) -> View {
    let here = Here::get();
    let previewing = create_selector(move || draft.preview.with(Option::is_some));
    view! {
        header(class="bar lined titled") {
            h1 { "Settings" }
            div(class="end") { (view! { BackendChip(backend=here.backend()) }) }
        }
        main {
            div(class="page wide") {
                div(class="stack") {
                    (if previewing.get() {
                        draft.preview.get_clone().map(|preview| importing::preview(draft, preview)).unwrap_or_default()
                    } else {
                        view! { (imports(draft)) (all(draft)) }
                    })
                }
            }
        }
        Results { (notice(draft, here)) }
    }
}

/// The one banner, most pressing first, with what is wrong with a file under it.
fn notice(draft: Draft, here: Here) -> View {
    let problem = create_selector(move || draft.problem());
    view! { (match problem.get_clone() {
        Some((problem, act)) => {
            let list = findings(&problem.findings);
            view! { ProblemBanner(problem=problem, act=act) (list) }
        }
        None => said(draft, here),
    }) }
}

fn said(draft: Draft, here: Here) -> View {
    if let Some(said) = draft.told.get_clone() {
        return view! { Banner(kind=Kind::Ok, said=said) };
    }
    let Some(settings) = draft.settings.value() else { return view! {} };
    if let Some(since) = settings.policy_kept_since {
        return view! { Banner(kind=Kind::Warn, said=words::policy_kept(&when(since))) };
    }
    if settings.after_restart {
        return view! { Banner(kind=Kind::Policy, said=words::after_restart(&here.backend().name)) };
    }
    view! {}
}

fn imports(draft: Draft) -> View {
    let undo = create_selector(move || draft.settings.value().and_then(|settings| settings.undo));
    view! {
        section(class="stack tight", "aria-labelledby"="imports") {
            div(class="section-head") {
                h2(id="imports") { "Import" }
                Press(id="import", press=move || draft.choose_file()) { "Import a configuration…" }
            }
            (waiting(draft.offers, draft.acts, |kind| kind != OfferKind::Plan, move |id| draft.open(id)))
            (undo.get().map(|at| {
                let about = format!("Last imported: {}.", when(at));
                view! {
                    div(class="section-head") {
                        p(class="quiet-text") { (about) }
                        Press(press=move || draft.undo()) { "Undo the last import" }
                    }
                }
            }))
        }
    }
}

fn all(draft: Draft) -> View {
    let phase = create_selector(move || draft.settings.phase());
    let wrong = create_selector(move || draft.settings.value().map(|s| s.findings).unwrap_or_default());
    view! {
        (if wrong.with(Vec::is_empty) {
            view! {}
        } else {
            let list = findings(&wrong.get_clone());
            view! {
                section(class="stack tight", "aria-labelledby"="wrong") { h2(id="wrong") { "What is wrong with the files" } (list) }
            }
        })
        (match phase.get() {
            Phase::Asked | Phase::Failed => view! {},
            Phase::Waiting => view! { Skeleton(what="Reading the settings") },
            Phase::Ready => {
                let all: Vec<View> = SettingKey::ALL.into_iter().map(|key| one::one(draft, key)).collect();
                view! { div(class="stack") { (all) } }
            }
        })
    }
}
