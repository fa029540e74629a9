//! A plan that was opened: whose it is, how each step stands, why it cannot be applied, or the way to apply it.

use super::applying::{Applying, Asked};
use super::receipts::Export;
use super::steps::{self, Against};
use crate::bridge;
use crate::dom;
use crate::load::{Load, load};
use crate::pages::findings::findings;
use crate::pages::offline::when_back;
use crate::pages::when::when;
use crate::parts::{Awaited, Banner, Kind, Press, Results, Tries};
use crate::session::Here;
use crate::words;
use postern_contract::configuration::OfferId;
use postern_contract::plan::{PlanRefusal, PlanView, Receipt};
use postern_contract::shell::{command, event};
use sycamore::prelude::*;

/// The part.
#[component(inline_props)]
pub fn Opened(offer: OfferId) -> View {
    let plan = load(move || bridge::call::<command::OpenPlan>(offer));
    // somebody signs in, or the connection is back: how it stands is another
    bridge::listen_here(event::SESSION_CHANGED, move |()| plan.again());
    bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| plan.again());
    when_back(Here::get(), move || plan.again());
    let ready = move |view: PlanView| {
        let applying = Applying::new(&view);
        view! { OpenedWith(plan=plan, applying=applying) }
    };
    view! { Awaited(load=plan, what="Reading the plan", ready=ready) }
}

/// The part over what is read.
#[component(inline_props)]
pub fn OpenedWith(plan: Load<PlanView>, applying: Applying) -> View {
    // once it was begun nothing that is read anew may take a question away under somebody's hands
    let begun = create_selector(move || applying.progress.with(Option::is_some));
    let read = create_selector(move || if begun.get() { plan.now() } else { plan.value() });
    view! { (match (read.get_clone(), begun.get()) {
        (Some(view), false) => before(plan, &view, applying),
        (Some(plan), true) => during(&plan, applying),
        (None, _) => view! {},
    }) }
}

fn head(plan: &PlanView) -> View {
    let told = words::because(&plan.author, &plan.reason);
    let (facts, file) = (words::plan_facts(plan, when), plan.file.clone());
    dom::appear("plan");
    view! { div { h2(id="plan", "tabindex"="-1") { (file) } p(class="quiet-text") { (told) } p(class="quiet-text") { (facts) } } }
}

fn before(load: Load<PlanView>, plan: &PlanView, applying: Applying) -> View {
    let refused = plan.refused.as_ref().map(|refusal| {
        let (said, course) = (words::refused_plan(refusal, when), load.course);
        let unread = matches!(refusal, PlanRefusal::Unreachable | PlanRefusal::SignedOut);
        let again = unread.then(|| {
            view! { Tries(label="Try again", busy=move || course.asking(), press=move || load.again()) }
        });
        view! { Banner(kind=Kind::Warn, said=said, action=again.unwrap_or_default()) }
    });
    let interrupted = plan.interrupted;
    let act = plan.refused.is_none().then(|| {
        let label = if interrupted { "Go on" } else { "Apply" };
        view! {
            footer(class="actions") {
                p(class="note") { (words::before_applying(interrupted)) }
                Press(class="button primary", press=move || applying.go()) { (label) }
            }
        }
    });
    let (head, needs) = (head(plan), steps::needs(&plan.needs));
    let looked_at = plan.steps.iter().any(|step| step.from.is_some()) || plan.refused.is_none();
    let against = match plan.refused {
        _ if looked_at => Against::Account,
        Some(PlanRefusal::Unreachable | PlanRefusal::SignedOut) => Against::Unknown,
        _ => Against::Nothing,
    };
    let (wrong, table) = (findings(&plan.findings), steps::table(&plan.steps, against));
    view! {
        main { div(class="page wide") {
            div(class="stack") {
                (head)
                (refused)
                (wrong)
                (table)
            }
            (needs)
        } }
        Results { (applying.problem()) }
        (act)
    }
}

fn during(plan: &PlanView, applying: Applying) -> View {
    let head = head(plan);
    let steps =
        create_selector(move || applying.progress.get_clone().map(|now| now.steps).unwrap_or_default());
    let receipt = create_selector(move || applying.progress.get_clone().and_then(|now| now.receipt));
    view! {
        main { div(class="page wide") {
            div(class="stack") {
                (head)
                (receipt.get_clone().map(receipt_of))
                Asked(applying=applying)
                (steps::table(&steps.get_clone(), Against::Account))
            }
        } }
    }
}

fn receipt_of(receipt: Receipt) -> View {
    let about = words::receipt_about(&receipt, &when(receipt.ended_at));
    let said = words::Said::new(words::receipt(&receipt), about);
    dom::appear("receipt");
    view! {
        section(class="stack tight", "aria-labelledby"="receipt") {
            h2(id="receipt", "tabindex"="-1") { "Receipt" }
            Banner(kind=Kind::Ok, said=said)
            Export(receipt=receipt)
        }
    }
}
