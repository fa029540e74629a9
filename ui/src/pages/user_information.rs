//! User information: name, task and both addresses, saved together or not at all. A new address is proven first; a
//! change made elsewhere in the meantime is shown beside this one.

mod compare;
mod consequences;
mod draft;

pub use draft::Draft;

use crate::bridge;
use crate::dom;
use crate::load::load;
use crate::pages::manage_account::{BothVersions, Notice, Panel, Reading, Sheet};
use crate::pages::offline::{recalling, when_back};
use crate::pages::proving::Proving;
use crate::parts::{Actions, Next, NumberField, Results, SendButton, TextField};
use crate::session::Here;
use crate::words;
use postern_contract::operation::GetAccount;
use postern_contract::shell::event;
use std::rc::Rc;
use sycamore::prelude::*;

/// The tab.
#[component(inline_props)]
pub fn UserInformation(sheet: Sheet) -> View {
    let account = load(|| bridge::send(GetAccount { body: () }));
    recalling(account, |recalled| recalled.account);
    let ready = move |account| {
        let draft = Draft::new(account);
        bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| draft.read_again());
        when_back(Here::get(), move || draft.read_again());
        view! { UserInformationWith(sheet=sheet, draft=draft) }
    };
    view! { Reading(sheet=sheet, load=account, what="Reading the user information", ready=ready) }
}

/// The tab over a draft: the form, or both versions where the account was changed elsewhere.
#[component(inline_props)]
pub fn UserInformationWith(sheet: Sheet, draft: Draft) -> View {
    let compared = create_signal(false);
    view! { (match draft.conflict.get_clone() {
        None => {
            if compared.replace_silent(false) {
                dom::appear("user-ok");
            }
            view! { Form(sheet=sheet, draft=draft) }
        }
        Some(conflict) => {
            compared.set_silent(true);
            let theirs = conflict.theirs.clone();
            view! {
                BothVersions(sheet=sheet, form="user-versions", conflict=conflict, problem=move || draft.problem(),
                    busy=move || draft.busy(), resolve=move |conflict| draft.resolve(conflict),
                    take_theirs=move || draft.take_theirs(theirs.clone()))
            }
        }
    }) }
}

#[component(inline_props)]
fn Form(sheet: Sheet, draft: Draft) -> View {
    let done = move || {
        let saved = draft.form.done().then(|| words::changed(sheet.tab).to_owned());
        saved.or_else(|| draft.told())
    };
    let limit = untrack(|| Here::get().capabilities()).name_max;
    view! {
        Panel(sheet=sheet) {
            form(class="page", id="user", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.save();
            }) {
                div(class="stack") {
                    Address(proving=draft.email, label="Email address", kind="email", autocomplete="email",
                        suffix=" to email", number_label="Authentication number (email)")
                    TextField(field=draft.name, label="Name", autocomplete="name", count_to=limit)
                    Address(proving=draft.phone, label="Mobile phone number", kind="tel", autocomplete="tel",
                        suffix=" to mobile phone", number_label="Authentication number (mobile phone)")
                    TextField(field=draft.task, label="Task", optional=true, count_to=limit)
                }
                Next(lines=move || consequences::of(draft))
            }
        }
        Results { Notice(problem=move || draft.problem(), said=|| None, again=move || draft.save()) }
        Actions(form="user", note=move || draft.note(), done=Rc::new(done), changed=move || draft.form.changed(),
            busy=move || draft.busy(), go_back=move || draft.undo())
    }
}

/// An address; where it differs from the saved one, the way to prove it.
#[component(inline_props)]
fn Address(
    proving: Proving,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    suffix: &'static str,
    number_label: &'static str,
) -> View {
    let address = proving.address;
    let differs = create_selector(move || address.changed());
    let here = Here::get();
    let away = create_selector(move || here.trouble().is_some());
    let send = view! {
        SendButton(number=proving.number, label="Send authentication number", suffix=suffix,
            busy=move || proving.sending(), disabled=move || !differs.get() || proving.proven() || away.get(),
            send=move || proving.send())
    };
    let limit = create_selector(move || if proving.number.sent() { None } else { proving.number.limit() });
    let until = move || match (differs.get(), proving.proven()) {
        (_, false) if away.get() => words::needs_connection(words::Waits::Address).to_owned(),
        (true, false) if limit.with(Option::is_some) => limit.get_clone().unwrap_or_default(),
        (false, _) => String::new(),
        (true, false) => format!("Now {}, until the new one is proven.", address.saved()),
        (true, true) => format!("Now {}, until you press OK.", address.saved()),
    };
    let sent = create_selector(move || proving.number.sent());
    view! {
        TextField(field=address, label=label, kind=kind, autocomplete=autocomplete, hint=view! { span("aria-live"="polite") { (until()) } }, action=send,
            enter=proving.enter_address())
        (if sent.get() {
            view! {
                NumberField(field=proving.entered, label=number_label, number=proving.number, class="field well",
                    beside=proving.messages(), enter=proving.enter_number())
            }
        } else {
            view! {}
        })
    }
}
