//! Account changes that are prepared in a file and applied later. Files are chosen by number or in a dialog; where they lie
//! stays on this side.

use contract::configuration::OfferId;
use contract::plan::{
    PlanAnswerInput, PlanBase, PlanInput, PlanProgress, PlanReview, PlanSaved, PlanView, Receipt,
    ReceiptNumber, Typed,
};
use contract::shell::event;
use contract::{Problem, ProblemCode};
use postern_client::Desk;
use postern_client::config::Configured;
use postern_client::durable;
use postern_client::plan::{Base, Opened, Plan, Policy, Receipts, SystemClock, now, prepare, review, write};
use postern_contract as contract;
use std::path::Path;
use tauri::{Runtime, State};

use super::{AtDesk, aside};
use crate::announce;
use crate::caller::Caller;
use crate::dialogs::Dialogs;
use crate::input::Input;
use crate::offers::{Offers, shown_name};
use crate::plans::{Begun, Plans, places, with};

/// The ending of a receipt's file.
const RECEIPT: &str = "json";
/// The ending of a plan's file.
const PLAN: &str = "postern-plan";

#[tauri::command]
pub async fn take_typed<R: Runtime>(
    _caller: Caller<R>,
    plans: State<'_, Plans>,
) -> Result<Option<Typed>, Problem> {
    Ok(plans.take_typed())
}

#[tauri::command]
pub async fn begin_plan<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
    plans: State<'_, Plans>,
) -> Result<PlanBase, Problem> {
    let base = caller.hear(desk.recall().await)?.ok_or(ProblemCode::NotFound)?;
    let capabilities = desk.start().await.capabilities.unwrap_or_default();
    let key = desk.make_fingerprint_key().await;
    plans.begin(Begun { base: base.clone(), capabilities: capabilities.clone(), key });
    let author = base.account.name.clone();
    let countersigned = configured.now().policy().countersigned.clone();
    Ok(PlanBase { base, capabilities, author, countersigned })
}

/// Holds what was typed against what preparing started from.
fn held<T>((desk, configured, begun): (&Desk, &Configured, &Begun), look: impl FnOnce(&Base<'_>) -> T) -> T {
    let policy = Policy::from(configured.now().policy());
    look(&Base {
        recalled: &begun.base,
        capabilities: &begun.capabilities,
        backend: &desk.origin(),
        key: begun.key.as_ref(),
        policy: &policy,
        now: now(&SystemClock),
    })
}

#[tauri::command]
pub async fn review_plan<R: Runtime>(
    _caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
    plans: State<'_, Plans>,
    input: Input<PlanInput>,
) -> Result<PlanReview, Problem> {
    Ok(held((&desk, &configured, &plans.begun()?), |base| review(&input.0, base)))
}

#[tauri::command]
pub async fn save_plan<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
    plans: State<'_, Plans>,
    dialogs: State<'_, Dialogs>,
    input: Input<PlanInput>,
) -> Result<Option<PlanSaved>, Problem> {
    let plan = held((&desk, &configured, &plans.begun()?), |base| prepare(&input.0, base))?;
    let name = name_for(&plan);
    let Some(path) = dialogs.save(&caller.window.label(), &name, PLAN).await? else { return Ok(None) };
    let name = shown_name(&path);
    aside(move || write(&path, &plan)).await?;
    Ok(Some(PlanSaved { name }))
}

/// What a plan's file is called until somebody says otherwise: whose account, and the day.
fn name_for(plan: &Plan) -> String {
    let whose = plan.account.email.split('@').next().unwrap_or_default();
    let whose: String =
        whose.chars().filter(|c| c.is_alphanumeric() || "._-".contains(*c)).take(40).collect();
    let day: String = plan.plan.prepared_at.to_string().chars().take(10).collect();
    format!("{}-{day}.{PLAN}", whose.trim_start_matches('.'))
}

#[tauri::command]
pub async fn open_plan<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
    offers: State<'_, Offers>,
    plans: State<'_, Plans>,
    input: Input<OfferId>,
) -> Result<PlanView, Problem> {
    let (offer, path) = offers.find(caller.window, input.0)?;
    let opened = aside(move || Opened::read(&path)).await?;
    let opened = plans.open(offer.id, opened);
    caller.hear(opened.view(offer.id, &with(&desk, &configured)).await)
}

#[tauri::command]
pub async fn answer_plan<R: Runtime>(
    caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
    offers: State<'_, Offers>,
    plans: State<'_, Plans>,
    input: Input<PlanAnswerInput>,
) -> Result<PlanProgress, Problem> {
    let PlanAnswerInput { offer, answer } = input.0;
    let answered = plans.answer(offer, answer, with(&desk, &configured)).await;
    let (mut progress, changed) = caller.hear(answered)?;
    if let Some(receipt) = &mut progress.receipt {
        named(&desk, receipt);
    }
    if changed {
        // a step may end the session, or lengthen for how long changes are unlocked
        caller.tell_account_changed();
        caller.tell_session_changed();
    }
    if progress.receipt.is_some() {
        offers.settle(offer);
        announce::all(&caller.app, event::OFFERS_CHANGED, ());
    }
    Ok(progress)
}

/// The backend of a receipt as the configuration names it, where it is the one that is in use; its file holds the address.
fn named(desk: &Desk, receipt: &mut Receipt) {
    if receipt.backend == desk.origin() {
        receipt.backend = desk.face().name;
    }
}

#[tauri::command]
pub async fn list_receipts<R: Runtime>(
    _caller: Caller<R>,
    desk: AtDesk<'_>,
    configured: State<'_, Configured>,
) -> Result<Vec<Receipt>, Problem> {
    let receipts = Receipts::at(&places(&configured));
    let mut all = aside(move || receipts.list()).await?;
    for receipt in &mut all {
        named(&desk, receipt);
    }
    Ok(all)
}

#[tauri::command]
pub async fn export_receipt<R: Runtime>(
    caller: Caller<R>,
    configured: State<'_, Configured>,
    dialogs: State<'_, Dialogs>,
    input: Input<ReceiptNumber>,
) -> Result<Option<PlanSaved>, Problem> {
    let receipts = Receipts::at(&places(&configured));
    let number = input.0;
    let bytes = aside(move || receipts.export(number)).await?;
    let name = format!("receipt-{}.{RECEIPT}", number.0);
    let Some(path) = dialogs.save(&caller.window.label(), &name, RECEIPT).await? else { return Ok(None) };
    let name = shown_name(&path);
    aside(move || put(&path, &bytes)).await?;
    Ok(Some(PlanSaved { name }))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    durable::put(path, bytes).map_err(|fault| durable::failed(path, &fault))
}
